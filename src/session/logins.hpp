// Counts the sessions that are logged in under one name, for users who may have only so many at a time. Thread-safe; a
// name without a limit is not counted.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <utility>

namespace ferry {

class Logins {
  using Counts = std::map<std::string, std::uint32_t>;  // no count is 0

 public:
  // One of the places that a user has; given back when it is destroyed. A default one stands for none.
  class Place {
   public:
    Place() = default;
    Place(Place&& other) noexcept : logins_(std::exchange(other.logins_, nullptr)), count_(other.count_) {}
    Place& operator=(Place&& other) noexcept {
      std::swap(logins_, other.logins_);
      std::swap(count_, other.count_);
      return *this;
    }
    ~Place() {
      if (logins_) logins_->leave(count_);
    }
    explicit operator bool() const { return logins_ != nullptr; }

   private:
    friend class Logins;
    Place(Logins& logins, Counts::iterator count) : logins_(&logins), count_(count) {}
    Logins* logins_ = nullptr;
    Counts::iterator count_;
  };

  // False in the result where `user` has `most` sessions already. `most` is at least 1.
  Place enter(const std::string& user, std::uint32_t most) {
    const std::lock_guard lock(mutex_);
    const auto count = counts_.try_emplace(user, 0).first;
    if (count->second >= most) return {};
    ++count->second;
    return {*this, count};
  }

 private:
  void leave(Counts::iterator count) {
    const std::lock_guard lock(mutex_);
    if (--count->second == 0) counts_.erase(count);
  }

  std::mutex mutex_;
  Counts counts_;
};

}  // namespace ferry
