// Lets so many coroutines through at the same time; the others wait, without a thread, in the order in which they came.
// With one at a time it is a mutex that may be held across a co_await.
#pragma once

#include <coroutine>
#include <cstddef>
#include <deque>
#include <mutex>
#include <utility>

#include <ferry/task.hpp>

namespace ferry {

// Thread-safe; outlives all who wait at it.
class Turnstile {
 public:
  explicit Turnstile(std::size_t most) : free_(most) {}
  Turnstile(const Turnstile&) = delete;
  Turnstile& operator=(const Turnstile&) = delete;

  // The permission to go on; given back when it is destroyed.
  class Turn {
   public:
    explicit Turn(Turnstile& turnstile) : turnstile_(&turnstile) {}
    Turn(Turn&& other) noexcept : turnstile_(std::exchange(other.turnstile_, nullptr)) {}
    Turn& operator=(Turn&&) = delete;
    ~Turn() {
      if (turnstile_) turnstile_->leave();
    }

   private:
    Turnstile* turnstile_;
  };

  // `const Turnstile::Turn turn = co_await turnstile.enter();`
  auto enter() { return Entering{*this}; }

 private:
  struct Entering {
    Turnstile& turnstile;
    bool await_ready() const noexcept { return false; }
    template <typename P>
    bool await_suspend(std::coroutine_handle<P> h) {
      return turnstile.wait_for_turn(detail::executor_of(h), h);
    }
    Turn await_resume() const noexcept { return Turn(turnstile); }
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
