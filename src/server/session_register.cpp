#include "server/session_register.hpp"

#include "base/origin.hpp"

namespace ferry {

SessionRegister::Admission SessionRegister::admit(const IpAddress& peer) {
  const std::lock_guard lock(mutex_);
  if (limits_.connections != 0 && now_ >= limits_.connections) return Admission::too_many;
  if (limits_.connections_per_address != 0) {
    std::uint32_t& from_origin = by_origin_[origin_of(peer)];
    if (from_origin >= limits_.connections_per_address) return Admission::too_many_from_address;
    ++from_origin;
  }
  ++now_;
  ++total_;
  return Admission::admitted;
}

void SessionRegister::release(const IpAddress& peer) {
  const std::lock_guard lock(mutex_);
  --now_;
  if (const auto found = by_origin_.find(origin_of(peer)); found != by_origin_.end() && --found->second == 0)
    by_origin_.erase(found);
  if (now_ == 0) changed_.notify_all();
}

std::uint64_t SessionRegister::now() const {
  const std::lock_guard lock(mutex_);
  return now_;
}

std::uint64_t SessionRegister::total() const {
  const std::lock_guard lock(mutex_);
  return total_;
}

std::size_t SessionRegister::origins() const {
  const std::lock_guard lock(mutex_);
  return by_origin_.size();
}

bool SessionRegister::wait_until_empty() {
  std::unique_lock lock(mutex_);
  while (now_ > 0) {
    if (wait_limit_ == Clock::time_point::max())
      changed_.wait(lock);
    else if (Clock::now() >= wait_limit_)
      return false;
    else
      changed_.wait_until(lock, wait_limit_);
  }
  return true;
}

bool SessionRegister::wait_is_over() const {
  const std::lock_guard lock(mutex_);
  return now_ == 0 || Clock::now() >= wait_limit_;
}

bool SessionRegister::wait_until_empty(Clock::time_point until) {
  std::unique_lock lock(mutex_);
  return changed_.wait_until(lock, until, [this] { return now_ == 0; });
}

void SessionRegister::limit_wait(Clock::time_point until) {
  const std::lock_guard lock(mutex_);
  wait_limit_ = until;
  changed_.notify_all();
}

}  // namespace ferry
