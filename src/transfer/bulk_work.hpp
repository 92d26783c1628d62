// Work that takes long and uses no data connection: the digest of a file, a copy on the server.
//
// It runs in slices on the pool, so that it can be cancelled between any two of them. Only so many slices run at the
// same time in the whole server; the others wait in the order in which they came. So each of many digests gets its
// share, and the cores that serve sessions are not taken by them.
#pragma once

#include <coroutine>
#include <cstddef>
#include <deque>
#include <mutex>
#include <utility>

#include <ferry/task.hpp>

#include "net/socket.hpp"

namespace ferry {

// Asked for by ABOR and whatever else ends a session, looked at between two slices. On the session's loop only.
class Cancellation {
 public:
  void request(IoErrc reason) {
    if (reason_ == IoErrc::none) reason_ = reason;
  }
  bool requested() const { return reason_ != IoErrc::none; }
  IoErrc reason() const { return reason_; }

 private:
  IoErrc reason_ = IoErrc::none;
};

// Thread-safe; outlives all who wait at it.
class SliceGate {
 public:
  explicit SliceGate(std::size_t most) : free_(most) {}
  SliceGate(const SliceGate&) = delete;
  SliceGate& operator=(const SliceGate&) = delete;

  // The permission to run one slice; given back when it is destroyed.
  class Turn {
   public:
    explicit Turn(SliceGate& gate) : gate_(&gate) {}
    Turn(Turn&& other) noexcept : gate_(std::exchange(other.gate_, nullptr)) {}
    Turn& operator=(Turn&&) = delete;
    ~Turn() {
      if (gate_) gate_->leave();
    }

   private:
    SliceGate* gate_;
  };

  // `const SliceGate::Turn turn = co_await gate.enter();`
  auto enter() { return Entering{*this}; }

 private:
  struct Entering {
    SliceGate& gate;
    bool await_ready() const noexcept { return false; }
    template <typename P>
    bool await_suspend(std::coroutine_handle<P> h) {
      return gate.wait_for_turn(detail::executor_of(h), h);
    }
    Turn await_resume() const noexcept { return Turn(gate); }
  };
  struct Waiter {
    Executor* home;
    std::coroutine_handle<> handle;
  };

  // False where there is a free turn, which is taken.
  bool wait_for_turn(Executor* home, std::coroutine_handle<> handle) {
    const std::lock_guard lock(mutex_);
    if (free_ > 0) {
      --free_;
      return false;
    }
    waiting_.push_back({home, handle});
    return true;
  }

  void leave() {
    Waiter next{};
    {
      const std::lock_guard lock(mutex_);
      if (waiting_.empty()) {
        ++free_;
        return;
      }
      next = waiting_.front();
      waiting_.pop_front();
    }
    next.home->post([handle = next.handle] { handle.resume(); });
  }

  std::mutex mutex_;
  std::size_t free_;
  std::deque<Waiter> waiting_;
};

}  // namespace ferry
