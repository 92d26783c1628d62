// Deadlines of a loop (net/loop.hpp).
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>

#include "unit/net/on_loop.hpp"

namespace ferry::test {
namespace {

using namespace std::chrono_literals;

// The names of the deadlines that have expired, in their order, until "end" is among them.
class Expiries {
 public:
  explicit Expiries(Loop& loop) : end_(loop) {}
  std::move_only_function<void()> as(std::string name) {
    return [this, name] {
      names_ += name;
      if (name == "end") end_.set();
    };
  }
  auto wait() { return end_.wait(); }
  const std::string& names() const { return names_; }

 private:
  Signal end_;
  std::string names_;
};

TEST(Deadline, ExpiresInTheOrderOfTime) {
  on_loop([](Loop& loop) -> Task<void> {
    Expiries expiries(loop);
    Deadline end(loop, expiries.as("end"));
    Deadline b(loop, expiries.as("b"));
    Deadline a(loop, expiries.as("a"));
    const auto now = Clock::now();
    end.set(now + 3ms);
    b.set(now + 2ms);
    a.set(now + 1ms);
    co_await expiries.wait();
    EXPECT_EQ(expiries.names(), "abend");
  });
}

TEST(Deadline, ExpiresWhenAnEarlierOneThanThePresentFirstIsSet) {
  on_loop([](Loop& loop) -> Task<void> {
    Expiries expiries(loop);
    Deadline late(loop, expiries.as("late"));
    Deadline end(loop, expiries.as("end"));
    late.set_after(24h);
    co_await loop.yield();
    end.set_after(1ms);
    co_await expiries.wait();
    EXPECT_EQ(expiries.names(), "end");
  });
}

TEST(Deadline, ThatHasPassedAlreadyExpiresSoonButNotInsideSet) {
  on_loop([](Loop& loop) -> Task<void> {
    Expiries expiries(loop);
    Deadline end(loop, expiries.as("end"));
    end.set(Clock::time_point());
    EXPECT_EQ(expiries.names(), "");
    co_await expiries.wait();
  });
}

TEST(Deadline, NeverExpiresAfterClear) {
  on_loop([](Loop& loop) -> Task<void> {
    Expiries expiries(loop);
    Deadline cleared(loop, expiries.as("cleared"));
    Deadline end(loop, expiries.as("end"));
    const auto now = Clock::now();
    cleared.set(now + 1ms);
    cleared.clear();
    cleared.clear();
    end.set(now + 2ms);
    co_await expiries.wait();
    EXPECT_EQ(expiries.names(), "end");
  });
}

TEST(Deadline, NeverExpiresAfterItsDestruction) {
  on_loop([](Loop& loop) -> Task<void> {
    Expiries expiries(loop);
    Deadline end(loop, expiries.as("end"));
    const auto now = Clock::now();
    {
      Deadline gone(loop, expiries.as("gone"));
      gone.set(now + 1ms);
    }
    end.set(now + 2ms);
    co_await expiries.wait();
    EXPECT_EQ(expiries.names(), "end");
  });
}

TEST(Deadline, SetAgainMovesItLaterOrEarlier) {
  on_loop([](Loop& loop) -> Task<void> {
    Expiries expiries(loop);
    Deadline a(loop, expiries.as("a"));
    Deadline b(loop, expiries.as("b"));
    Deadline end(loop, expiries.as("end"));
    const auto now = Clock::now();
    a.set(now + 1ms);
    b.set(now + 24h);
    end.set(now + 4ms);
    a.set(now + 3ms);
    b.set(now + 2ms);
    co_await expiries.wait();
    EXPECT_EQ(expiries.names(), "baend");
  });
}

TEST(Deadline, ExpiresOnceForEachTimeItIsSet) {
  on_loop([](Loop& loop) -> Task<void> {
    Signal enough(loop);
    int count = 0;
    std::unique_ptr<Deadline> again;
    again = std::make_unique<Deadline>(loop, [&] {
      if (++count == 3)
        enough.set();
      else
        again->set_after(0ms);
    });
    again->set_after(0ms);
    co_await enough.wait();
    EXPECT_EQ(count, 3);
  });
}

TEST(Deadline, MayDestroyAnotherThatIsDueWithIt) {
  on_loop([](Loop& loop) -> Task<void> {
    Expiries expiries(loop);
    const auto now = Clock::now();
    auto victim = std::make_unique<Deadline>(loop, expiries.as("victim"));
    Deadline first(loop, [&] { victim.reset(); });
    Deadline end(loop, expiries.as("end"));
    first.set(now);
    victim->set(now);
    end.set(now);
    co_await expiries.wait();
    EXPECT_EQ(expiries.names(), "end");
  });
}

}  // namespace
}  // namespace ferry::test
