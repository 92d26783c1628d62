// One event loop: the thread on which a set of sessions lives.
//
// The loop waits for descriptors and for points in time, and runs what other threads post. Asio does the waiting; it is
// seen in loop.cpp only.
#pragma once

#include <chrono>
#include <coroutine>
#include <functional>
#include <map>
#include <memory>

#include <ferry/task.hpp>

#include "base/worker_pool.hpp"

namespace ferry {

using Clock = std::chrono::steady_clock;

class Loop final : public Executor {
 public:
  explicit Loop(WorkerPool& pool);
  ~Loop() override;
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  // Serves on the calling thread until stop(). SIGPIPE is blocked on that thread meanwhile: a peer that hangs up is an
  // error code.
  void run();
  // Any thread; run() returns soon, also one that begins later.
  void stop();
  // Any thread: whether it is this loop's own.
  bool runs_here() const;

  // Any thread.
  void post(std::move_only_function<void()> work) override;
  void post_blocking(std::move_only_function<void()> work) override;

  // `co_await loop.yield()`: for work that moves a lot. Everything else that is ready comes first, and between any two
  // turns of such work the loop looks for new events, so that commands do not wait for a round of all transfers.
  auto yield() {
    struct Awaiter {
      Loop& loop;
      bool await_ready() const noexcept { return false; }
      void await_suspend(std::coroutine_handle<> h) const { loop.queue_turn(h); }
      void await_resume() const noexcept {}
    };
    return Awaiter{*this};
  }

 private:
  friend class Deadline;
  friend class Watch;
  void queue_turn(std::coroutine_handle<> h);
  void run_turn();
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// A function that is called when a point in time has come. On the loop's thread only; destruction disarms it.
//
// Setting a deadline costs an entry in the loop's ordered set and no system call, unless it is the earliest of all.
class Deadline {
 public:
  Deadline(Loop& loop, std::move_only_function<void()> on_expiry) : loop_(loop), on_expiry_(std::move(on_expiry)) {}
  ~Deadline() { clear(); }
  Deadline(const Deadline&) = delete;
  Deadline& operator=(const Deadline&) = delete;

  void set(Clock::time_point when);
  void set_after(Clock::duration span) { set(Clock::now() + span); }
  void clear();

 private:
  friend class Loop;
  using Queue = std::multimap<Clock::time_point, Deadline*>;
  Loop& loop_;
  std::move_only_function<void()> on_expiry_;
  Queue::iterator place_{};
  bool armed_ = false;
};

// Something that one coroutine waits for and another causes. set() before wait() counts; wait() consumes it.
class Signal {
 public:
  explicit Signal(Loop& loop) : loop_(loop) {}

  void set() {
    if (!waiter_) {
      set_ = true;
      return;
    }
    loop_.post([h = std::exchange(waiter_, {})] { h.resume(); });
  }

  auto wait() {
    struct Awaiter {
      Signal& signal;
      bool await_ready() const noexcept { return std::exchange(signal.set_, false); }
      void await_suspend(std::coroutine_handle<> h) const noexcept { signal.waiter_ = h; }
      void await_resume() const noexcept {}
    };
    return Awaiter{*this};
  }

 private:
  Loop& loop_;
  std::coroutine_handle<> waiter_;
  bool set_ = false;
};

// The loop's interest in one descriptor. A wait may end without the descriptor being ready: try the system call again.
class Watch {
 public:
  enum class For { reading, writing };

  Watch(Loop& loop, int descriptor);
  ~Watch();  // stops watching, leaves the descriptor open; nobody may be waiting
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;

  // At most one coroutine may wait for each of the two.
  auto wait(For what) {
    struct Awaiter {
      Watch& watch;
      For what;
      bool await_ready() const noexcept { return false; }
      void await_suspend(std::coroutine_handle<> h) const { watch.start(what, h); }
      void await_resume() const noexcept {}
    };
    return Awaiter{*this, what};
  }

  // All waits end soon.
  void wake();

 private:
  void start(For what, std::coroutine_handle<> h);
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace ferry
