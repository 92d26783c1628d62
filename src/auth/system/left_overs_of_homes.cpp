#include "auth/system/left_overs_of_homes.hpp"

#include <utility>

namespace ferry {

void LeftOversOfHomes::clear_once(const std::string& home, const UnixIdentity& identity) {
  if (home.find_first_not_of('/') == std::string::npos) return;
  const std::lock_guard lock(mutex_);
  if (!known_.insert(home).second) return;
  to_do_.push_back({home, identity});
  if (thread_.joinable())
    added_.notify_one();
  else
    thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

void LeftOversOfHomes::run(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (added_.wait(lock, stop, [this] { return !to_do_.empty(); })) {
    const Home home = std::move(to_do_.front());
    to_do_.pop_front();
    lock.unlock();
    remove_left_overs_as(home.directory, home.identity, stop);
    lock.lock();
  }
}

}  // namespace ferry
