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

}  // namespace
}  // namespace ferry::test
