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
 public:
  // One of the places that a user has; given back when it is destroyed. A default one stands for none.
  class Place {
   public:
    Place() = default;
    Place(Place&& other) noexcept : logins_(std::exchange(other.logins_, nullptr)), user_(std::move(other.user_)) {}
    Place& operator=(Place&& other) noexcept {
      std::swap(logins_, other.logins_);
      std::swap(user_, other.user_);
      return *this;
    }
    ~Place() {
      if (logins_) logins_->leave(user_);
    }
    explicit operator bool() const { return logins_ != nullptr; }

   private:
    friend class Logins;
    Place(Logins& logins, std::string user) : logins_(&logins), user_(std::move(user)) {}
    Logins* logins_ = nullptr;
    std::string user_;
  };

  // False in the result where `user` has `most` sessions already. `most` is at least 1.
  Place enter(const std::string& user, std::uint32_t most) {
    const std::lock_guard lock(mutex_);
    std::uint32_t& count = counts_[user];
    if (count >= most) return {};
    ++count;
    return {*this, user};
  }

 private:
  void leave(const std::string& user) {
    const std::lock_guard lock(mutex_);
    const auto found = counts_.find(user);
    if (--found->second == 0) counts_.erase(found);
  }

  std::mutex mutex_;
  std::map<std::string, std::uint32_t> counts_;
};

}  // namespace ferry
