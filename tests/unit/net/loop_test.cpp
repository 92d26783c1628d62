#include "net/loop.hpp"

#include <gtest/gtest.h>

#include <csignal>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "unit/net/on_loop.hpp"

namespace ferry::test {
namespace {

using namespace std::chrono_literals;

TEST(Loop, RunsPostedWorkInTheOrderOfTheCalls) {
  std::vector<int> order;
  WorkerPool pool(1);
  Loop loop(pool);
  std::thread other([&] {
    for (int i = 0; i < 100; ++i) loop.post([&order, i] { order.push_back(i); });
    loop.post([&] { loop.stop(); });
  });
  loop.run();
  other.join();
  ASSERT_EQ(order.size(), 100u);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(order[static_cast<std::size_t>(i)], i);
}

TEST(Loop, RunsBlockingWorkOnAnotherThreadAndReturnsToItsOwn) {
  on_loop([](Loop&) -> Task<void> {
    const auto home = std::this_thread::get_id();
    const auto elsewhere = co_await run_blocking([] { return std::this_thread::get_id(); });
    EXPECT_NE(elsewhere, home);
    EXPECT_EQ(std::this_thread::get_id(), home);
  });
}

TEST(Loop, HandsAnExceptionFromThePoolToTheAwaiter) {
  on_loop([](Loop&) -> Task<void> {
    std::string what;
    try {
      co_await run_blocking([] { throw std::runtime_error("from the pool"); });
    } catch (const std::runtime_error& error) {
      what = error.what();
    }
    EXPECT_EQ(what, "from the pool");
  });
}

Task<void> note_turns(Loop& loop, std::vector<char>& turns, char name) {
  for (int i = 0; i < 3; ++i) {
    turns.push_back(name);
    co_await loop.yield();
  }
}

TEST(Loop, YieldGivesEverybodyElseATurnFirst) {
  std::vector<char> turns;
  WorkerPool pool(1);
  Loop loop(pool);
  int running = 2;
  const auto ended = [&](const std::exception_ptr&) {
    if (--running == 0) loop.stop();
  };
  loop.post([&] {
    spawn(loop, note_turns(loop, turns, 'a'), ended);
    spawn(loop, note_turns(loop, turns, 'b'), ended);
  });
  loop.run();
  EXPECT_EQ(std::string(turns.begin(), turns.end()), "ababab");
}

TEST(Loop, KeepsSigpipeAwayFromTheProcess) {
  on_loop([](Loop&) -> Task<void> {
    ::raise(SIGPIPE);  // would end the process
    co_return;
  });
  sigset_t blocked;
  pthread_sigmask(SIG_BLOCK, nullptr, &blocked);
  EXPECT_EQ(sigismember(&blocked, SIGPIPE), 0);
}

TEST(Signal, SetBeforeWaitCounts) {
  on_loop([](Loop& loop) -> Task<void> {
    Signal signal(loop);
    signal.set();
    co_await signal.wait();
  });
}

TEST(Signal, WaitConsumesWhatWasSet) {
  on_loop([](Loop& loop) -> Task<void> {
    Signal signal(loop);
    bool second = false;
    signal.set();
    signal.set();  // no more than one is kept
    co_await signal.wait();
    loop.post([&] {
      second = true;
      signal.set();
    });
    co_await signal.wait();
    EXPECT_TRUE(second);
  });
}

TEST(Signal, ContinuesTheWaiterFromTheLoopAndNotInsideSet) {
  on_loop([](Loop& loop) -> Task<void> {
    Signal signal(loop);
    bool set_has_returned = false;
    loop.post([&] {
      signal.set();
      set_has_returned = true;
    });
    co_await signal.wait();
    EXPECT_TRUE(set_has_returned);
  });
}

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
