// How many passwords are checked at the same time. A check may cost a tenth of a second of a core, or wait for another
// machine, and anybody may ask for one: so the others wait, only so many wait, and one address can take no more than
// half of all places. Whoever waits at different addresses takes turns, so a flood from one does not hold up another.
#pragma once

#include <chrono>
#include <coroutine>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <utility>

#include <ferry/address.hpp>

#include "net/loop.hpp"

namespace ferry {

// Thread-safe; outlives all who wait at it.
class PasswordChecks {
 public:
  // Zero is no limit.
  PasswordChecks(std::uint32_t most_at_once, std::uint32_t most_waiting);
  PasswordChecks(const PasswordChecks&) = delete;
  PasswordChecks& operator=(const PasswordChecks&) = delete;

  // The permission to check one password; given back when it is destroyed. A default one is none.
  class Place {
   public:
    Place() = default;
    Place(PasswordChecks& checks, const IpAddress& origin) : checks_(&checks), origin_(origin) {}
    Place(Place&& other) noexcept : checks_(std::exchange(other.checks_, nullptr)), origin_(other.origin_) {}
    Place& operator=(Place&&) = delete;
    ~Place() {
      if (checks_) checks_->leave(origin_);
    }
    explicit operator bool() const { return checks_ != nullptr; }

   private:
    PasswordChecks* checks_ = nullptr;
    IpAddress origin_;
  };

  class Entering;
  // `const PasswordChecks::Place place = co_await checks.enter(loop, peer, longest);` on the thread of `loop`. None
  // where too many wait already, or it has taken longer than `longest`.
  Entering enter(Loop& loop, const IpAddress& peer, Clock::duration longest);

 private:
  struct Origin {
    std::size_t checked = 0;  // now
    std::deque<Entering*> waiting;
  };
  using Origins = std::map<IpAddress, Origin>;
  enum class Admission : std::uint8_t { at_once, waits, refused };

  // With the lock held, these four.
  bool has_place(const Origin& origin) const;
  void begin(Origin& origin);
  void begin_next();
  void forget_if_idle(Origins::iterator origin);

  Admission admit(Entering& entering);
  // False where it waits no longer.
  bool give_up(Entering& entering);
  void leave(const IpAddress& origin);

  const std::size_t most_;
  const std::size_t most_of_origin_;
  const std::size_t most_waiting_;
  const std::size_t most_waiting_of_origin_;
  std::mutex mutex_;
  std::size_t checked_ = 0;  // now
  std::size_t waiting_ = 0;
  Origins origins_;              // those with somebody who is checked or waits
  std::deque<IpAddress> turns_;  // those with somebody who waits, the one whose turn is next first
};

class PasswordChecks::Entering {
 public:
  Entering(PasswordChecks& checks, Loop& loop, const IpAddress& origin, Clock::duration longest);

  bool await_ready() const noexcept { return false; }
  bool await_suspend(std::coroutine_handle<> h);
  Place await_resume() const { return admitted_ ? Place(checks_, origin_) : Place(); }

 private:
  friend class PasswordChecks;
  PasswordChecks& checks_;
  Loop& loop_;
  const IpAddress origin_;
  const Clock::duration longest_;
  Deadline deadline_;
  std::coroutine_handle<> handle_;
  bool admitted_ = false;
};

}  // namespace ferry
