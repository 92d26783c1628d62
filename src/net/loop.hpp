// One event loop: the thread on which a set of sessions lives.
//
// The loop waits for descriptors and for points in time (epoll), and runs what other threads post.
#pragma once

#include <atomic>
#include <chrono>
#include <coroutine>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

#include <ferry/task.hpp>

#include "base/descriptor.hpp"
#include "base/worker_pool.hpp"
#include "net/mailbox.hpp"

namespace ferry {

using Clock = std::chrono::steady_clock;

class Deadline;

class Loop final : public Executor {
 public:
  // Throws std::system_error where no descriptors are left.
  explicit Loop(WorkerPool& pool);
  ~Loop() override;
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  // Serves on the calling thread until stop(). SIGPIPE is blocked on that thread meanwhile: a peer that hangs up is an
  // error code.
  void run();
  // Any thread; run() returns soon, also one that begins later.
  void stop();

  // Instead of run(), for a thread that has an event loop of its own: handle() is readable whenever poll() has
  // something to do, also when another thread than the last one calls it. poll() does not wait: it does what is ready
  // now, and returns how many things that were. One thread at a time.
  int handle() const { return epoll_.get(); }
  std::size_t poll();
  // Any thread: handle() becomes readable.
  void wake() const { mailbox_->wake(); }

  // Any thread: whether it is this loop's own, which is the one that is in run() or poll().
  bool runs_here() const { return thread_.load(std::memory_order_relaxed) == std::this_thread::get_id(); }

  // Any thread. The loop may end before this returns, if `work` ends it.
  void post(std::move_only_function<void()> work) override;
  void post_blocking(std::move_only_function<void()> work) override;
  WorkerPool& pool() const { return pool_; }

  // `co_await loop.yield()`: for work that moves a lot. Everything else that is ready comes first, and between any two
  // turns of such work the loop looks for new events, so that commands do not wait for a round of all transfers.
  auto yield() { return Turn{*this, false}; }
  // The same, but the next turn is ours again.
  auto yield_to_events() { return Turn{*this, true}; }

 private:
  friend class Deadline;
  friend class Watch;
  using Deadlines = std::multimap<Clock::time_point, Deadline*>;

  struct Turn {
    Loop& loop;
    bool next;
    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> h) const {
      if (next)
        loop.turns_.push_front(h);
      else
        loop.turns_.push_back(h);
    }
    void await_resume() const noexcept {}
  };

  // One round: looks for events, for at most `wait` ms where there is nothing else to do (-1: for ever), and runs what
  // is ready: those who waited for descriptors, deadlines, what was posted, and one turn.
  std::size_t run_round(int wait);
  bool has_work() const { return !turns_.empty() || !mailbox_->empty(); }
  void set_timer();
  std::size_t expire();

  WorkerPool& pool_;
  const Descriptor epoll_;
  const Descriptor timer_;
  const std::shared_ptr<Mailbox> mailbox_;
  std::atomic<bool> stopped_ = false;
  std::atomic<std::thread::id> thread_;
  Deadlines deadlines_;
  Clock::time_point timer_set_for_ = Clock::time_point::max();
  std::deque<std::coroutine_handle<>> turns_;
  std::vector<std::coroutine_handle<>> ready_;  // of one round
  std::vector<Mailbox::Work> posted_;           // of one round
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
  Loop& loop_;
  std::move_only_function<void()> on_expiry_;
  Loop::Deadlines::iterator place_{};
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

// The loop's interest in one descriptor.
//
// The kernel is told once what is waited for, and tells of changes (EPOLLET): so a wait is for those who have just been
// told "would block", or got less than they asked for. A change that comes while nobody waits counts for the next wait,
// which may therefore end without the descriptor being ready: try the system call again.
class Watch {
 public:
  enum class For { reading, writing };

  Watch(Loop& loop, int descriptor) : loop_(loop), descriptor_(descriptor) {}
  ~Watch();  // stops watching, leaves the descriptor open; nobody may be waiting
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;

  // At most one coroutine may wait for each of the two. Throws std::system_error where the kernel cannot watch.
  auto wait(For what) {
    struct Awaiter {
      Watch& watch;
      For what;
      bool await_ready() const noexcept { return watch.has_changed(what); }
      void await_suspend(std::coroutine_handle<> h) const { watch.start(what, h); }
      void await_resume() const noexcept {}
    };
    return Awaiter{*this, what};
  }

  // All waits end soon.
  void wake();

  // Urgent octets have come (RFC 959 §4.1.3, Telnet's Synch). A read ends where they begin, though more is there.
  bool has_seen_urgent() const { return urgent_; }

 private:
  friend class Loop;
  // Since the last wait; what has ended goes on to be ready.
  bool has_changed(For what) {
    return what == For::reading ? std::exchange(readable_, false) || ended_
                                : std::exchange(writable_, false) || broken_;
  }
  void start(For what, std::coroutine_handle<> h);
  // These events have come: adds those who waited for them to `ready`.
  void collect(std::uint32_t events, std::vector<std::coroutine_handle<>>& ready);

  Loop& loop_;
  const int descriptor_;
  std::uint32_t watched_ = 0;  // events that the kernel tells of
  bool readable_ = false;
  bool writable_ = false;
  bool ended_ = false;   // nothing will arrive any more
  bool broken_ = false;  // ... nor be sent
  bool urgent_ = false;
  std::coroutine_handle<> reader_;
  std::coroutine_handle<> writer_;
};

}  // namespace ferry
