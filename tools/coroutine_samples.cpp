// What tools/check-coroutines must find, and what it must not: it tests itself with this file, which is never compiled
// into anything. Each line with the word MISCOMPILED at its end has to be found, and no other line.
#include <memory>
#include <string>

#include <ferry/task.hpp>

namespace ferry::samples {

struct Aggregate {
  std::string text;
  int number = 0;
};

struct WithConstructor {
  explicit WithConstructor(std::string t) : text(std::move(t)) {}
  std::string text;
};

struct Trivial {
  int first = 0;
  int second = 0;
};

Task<int> by_value(Aggregate a) { co_return a.number; }
Task<int> by_reference(const Aggregate& a) { co_return a.number; }
Task<int> with_constructor(WithConstructor w) { co_return static_cast<int>(w.text.size()); }
Task<int> trivial(Trivial t) { co_return t.first; }
Task<int> text(std::string t) { co_return static_cast<int>(t.size()); }

template <typename F>
Task<int> call(F f) {
  co_return f();
}

Task<int> samples(std::string owned, std::shared_ptr<int> shared) {
  int sum = 0;
  sum += co_await by_value(Aggregate{owned, 1});                  // MISCOMPILED
  sum += co_await by_value({owned, 2});                           // MISCOMPILED
  sum += co_await by_value(Aggregate{.text = owned});             // MISCOMPILED
  sum += co_await by_reference(Aggregate{owned, 3});              // MISCOMPILED
  sum += co_await call([shared] { return *shared; });             // MISCOMPILED
  sum += co_await call([copy = owned] { return copy.empty(); });  // MISCOMPILED

  const Aggregate named{owned, 4};
  const auto function = [shared] { return *shared; };
  sum += co_await by_value(named);
  sum += co_await by_reference(named);
  sum += co_await call(function);
  sum += co_await call([] { return 1; });
  sum += co_await call([&] { return *shared; });
  sum += co_await with_constructor(WithConstructor{owned});
  sum += co_await trivial(Trivial{1, 2});
  sum += co_await text(owned + "!");
  sum += co_await run_blocking([shared] { return *shared; });  // not a coroutine

  const bool flag = sum > 0;
  sum += flag ? co_await with_constructor(WithConstructor{owned}) : 0;  // MISCOMPILED
  sum += flag ? 0 : co_await by_value(named);                           // MISCOMPILED
  if (flag && co_await by_value(named) > 0) ++sum;                      // MISCOMPILED
  if (flag || co_await by_value(named) > 0) ++sum;                      // MISCOMPILED
  if ((co_await by_value(named) > 0) && flag) ++sum;                    // MISCOMPILED

  const int awaited = co_await by_value(named);
  sum += flag ? awaited : 0;
  if (flag) sum += co_await by_value(named);
  if (co_await by_value(named) > 0) ++sum;
  if (!co_await by_value(named)) ++sum;
  co_return sum;
}

}  // namespace ferry::samples
