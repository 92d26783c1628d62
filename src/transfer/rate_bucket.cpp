#include "transfer/rate_bucket.hpp"

#include <algorithm>

namespace ferry {

namespace {

// Who comes late (a timer, a busy loop) may catch up on so much time, or the limit would never be reached. It is also
// the length of the burst that is possible after a rest.
constexpr auto longest_catching_up = std::chrono::milliseconds(200);

}  // namespace

std::uint64_t RateBucket::rate() const {
  const std::lock_guard lock(mutex_);
  return rate_;
}

void RateBucket::set_rate(std::uint64_t rate) {
  const std::lock_guard lock(mutex_);
  rate_ = rate;
}

Clock::duration RateBucket::time_for(std::uint64_t octets) const {
  return std::chrono::duration_cast<Clock::duration>(
      std::chrono::duration<double>(static_cast<double>(octets) / static_cast<double>(rate_)));
}

Clock::time_point RateBucket::book(std::uint64_t octets, Clock::time_point now) {
  const std::lock_guard lock(mutex_);
  // The first booking of all has nothing to catch up on.
  if (next_ == Clock::time_point()) next_ = now;
  const Clock::time_point begin = std::max(next_, now - longest_catching_up);
  next_ = begin + time_for(octets);
  return begin;
}

void RateBucket::give_back(std::uint64_t octets) {
  const std::lock_guard lock(mutex_);
  next_ -= time_for(octets);
}

}  // namespace ferry
