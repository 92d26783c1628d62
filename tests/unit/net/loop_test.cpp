#include "net/loop.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>
#include <memory>
#include <stdexcept>
#include <string>
#include <system_error>
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

bool is_readable(const Loop& loop) {
  pollfd handle{.fd = loop.handle(), .events = POLLIN, .revents = 0};
  return ::poll(&handle, 1, 0) == 1;
}

// Until the handle says that there is something to do; how much that was.
std::size_t wait_and_poll(Loop& loop) {
  pollfd handle{.fd = loop.handle(), .events = POLLIN, .revents = 0};
  EXPECT_EQ(::poll(&handle, 1, 60'000), 1);
  return loop.poll();
}

TEST(DrivenLoop, ItsHandleIsReadableWhileThereIsSomethingToDo) {
  WorkerPool pool(1);
  Loop loop(pool);
  EXPECT_EQ(loop.poll(), 0u);
  EXPECT_FALSE(is_readable(loop));
  int done = 0;
  loop.post([&] {
    ++done;
    EXPECT_TRUE(loop.runs_here());
    loop.post([&] { ++done; });
  });
  EXPECT_FALSE(loop.runs_here());
  EXPECT_TRUE(is_readable(loop));
  EXPECT_TRUE(is_readable(loop));  // looking changes nothing
  EXPECT_EQ(loop.poll(), 1u);
  EXPECT_EQ(done, 1);
  EXPECT_TRUE(is_readable(loop));  // what came meanwhile waits for the next time
  EXPECT_EQ(loop.poll(), 1u);
  EXPECT_EQ(done, 2);
  EXPECT_FALSE(is_readable(loop));
}

TEST(DrivenLoop, HearsOfOtherThreadsDeadlinesAndDescriptors) {
  WorkerPool pool(1);
  Loop loop(pool);
  int pipe[2];
  ASSERT_EQ(::pipe2(pipe, O_CLOEXEC | O_NONBLOCK), 0);
  std::string order;
  bool ended = false;
  const auto body = [](Loop& on, int fd, std::string& log) -> Task<void> {
    co_await run_blocking([] {});
    log += "pool ";
    Signal over(on);
    Deadline deadline(on, [&over] { over.set(); });
    deadline.set_after(5ms);
    co_await over.wait();
    log += "deadline ";
    Watch watch(on, fd);
    co_await watch.wait(Watch::For::reading);
    log += "descriptor ";
    co_await on.yield();
    log += "turn";
  };
  loop.post([&] { spawn(loop, body(loop, pipe[0], order), [&](const std::exception_ptr& error) { ended = !error; }); });
  while (order != "pool deadline ") wait_and_poll(loop);
  while (loop.poll() > 0) {
  }
  EXPECT_FALSE(is_readable(loop));
  ASSERT_EQ(::write(pipe[1], "x", 1), 1);
  while (!ended) EXPECT_GT(wait_and_poll(loop), 0u);
  EXPECT_EQ(order, "pool deadline descriptor turn");
  ::close(pipe[0]);
  ::close(pipe[1]);
}

TEST(DrivenLoop, MayBeDrivenByOneThreadAfterTheOther) {
  WorkerPool pool(1);
  Loop loop(pool);
  std::vector<std::thread::id> ran;
  for (int i = 0; i < 2; ++i) {
    std::thread([&] {
      loop.post([&] { ran.push_back(std::this_thread::get_id()); });
      wait_and_poll(loop);
      ASSERT_FALSE(ran.empty());
      EXPECT_EQ(ran.back(), std::this_thread::get_id());
    }).join();
  }
  EXPECT_EQ(ran.size(), 2u);
}

// Whoever posts the last piece of work is still inside post() when it runs, and the loop with it.
TEST(Loop, MayEndByWhatIsPostedBeforeThePostReturns) {
  for (int i = 0; i < 200; ++i) {
    WorkerPool pool(1);
    auto loop = std::make_unique<Loop>(pool);
    std::thread other([&loop = *loop] { loop.post([&loop] { loop.stop(); }); });
    loop->run();
    loop.reset();
    other.join();
  }
}

TEST(Loop, DropsWhatNobodyRanAnyMore) {
  WorkerPool pool(1);
  const auto held = std::make_shared<int>();
  {
    Loop loop(pool);
    loop.post([held] { ADD_FAILURE(); });
  }
  EXPECT_EQ(held.use_count(), 1);
}

class WatchedPair : public testing::Test {
 protected:
  WatchedPair() { EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, pair_), 0); }
  ~WatchedPair() override {
    ::close(pair_[0]);
    hang_up();
  }

  void send(std::string_view octets) { EXPECT_EQ(::write(pair_[1], octets.data(), octets.size()), std::ssize(octets)); }
  void hang_up() {
    if (pair_[1] >= 0) ::close(pair_[1]);
    pair_[1] = -1;
  }
  char read_one() {
    char octet = 0;
    EXPECT_EQ(::read(watched(), &octet, 1), 1);
    return octet;
  }
  int watched() const { return pair_[0]; }

  // Waits on the side.
  struct Waiting {
    Waiting(Loop& loop, Watch& watch, Watch::For what) : over(loop) {
      const auto waits = [](Watch& on, Watch::For direction) -> Task<void> { co_await on.wait(direction); };
      spawn(loop, waits(watch, what), [this](const std::exception_ptr&) {
        ended = true;
        over.set();
      });
    }
    bool ended = false;
    Signal over;
  };

 private:
  int pair_[2];
};

TEST_F(WatchedPair, TellsWhatWasReadyBeforeAndThenOnlyChanges) {
  send("x");
  on_loop([this](Loop& loop) -> Task<void> {
    Watch watch(loop, watched());
    co_await watch.wait(Watch::For::reading);
    Waiting reads(loop, watch, Watch::For::reading);
    co_await watch.wait(Watch::For::writing);
    // What stands there unread may be told once more with the other direction, but not again.
    if (reads.ended) co_await reads.over.wait();
    Waiting again(loop, watch, Watch::For::reading);
    for (int i = 0; i < 3; ++i) co_await loop.yield();
    EXPECT_FALSE(again.ended && reads.ended);
    send("y");
    if (!reads.ended) co_await reads.over.wait();
    if (!again.ended) co_await again.over.wait();
  });
}

TEST_F(WatchedPair, KeepsAChangeForTheNextWait) {
  on_loop([this](Loop& loop) -> Task<void> {
    Watch watch(loop, watched());
    {
      Waiting first(loop, watch, Watch::For::reading);
      send("x");
      co_await first.over.wait();
    }
    EXPECT_EQ(read_one(), 'x');
    send("y");
    for (int i = 0; i < 3; ++i) co_await loop.yield();  // the event comes while nobody waits
    co_await watch.wait(Watch::For::reading);
    EXPECT_EQ(read_one(), 'y');
  });
}

TEST_F(WatchedPair, WaitsForEachDirectionByItself) {
  on_loop([this](Loop& loop) -> Task<void> {
    Watch watch(loop, watched());
    Waiting reads(loop, watch, Watch::For::reading);
    co_await watch.wait(Watch::For::writing);
    for (int i = 0; i < 3; ++i) co_await loop.yield();
    EXPECT_FALSE(reads.ended);
    send("y");
    co_await reads.over.wait();
  });
}

TEST_F(WatchedPair, EndsAWaitWhenSomebodyWakesIt) {
  on_loop([this](Loop& loop) -> Task<void> {
    Watch watch(loop, watched());
    Waiting reads(loop, watch, Watch::For::reading);
    watch.wake();
    co_await reads.over.wait();
  });
}

// Whoever read a part sees the rest and the end, though nothing changes any more.
TEST_F(WatchedPair, GoesOnToBeReadyWhenThePeerHasGone) {
  send("xy");
  on_loop([this](Loop& loop) -> Task<void> {
    Watch watch(loop, watched());
    hang_up();
    for (int i = 0; i < 3; ++i) co_await watch.wait(Watch::For::reading);
    EXPECT_EQ(read_one(), 'x');
    co_await watch.wait(Watch::For::reading);
    co_await watch.wait(Watch::For::writing);
  });
}

TEST(Watch, ThrowsForWhatTheKernelCannotWatch) {
  on_loop([](Loop& loop) -> Task<void> {
    Watch watch(loop, -1);
    bool thrown = false;
    try {
      co_await watch.wait(Watch::For::reading);
    } catch (const std::system_error&) {
      thrown = true;
    }
    EXPECT_TRUE(thrown);
  });
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
