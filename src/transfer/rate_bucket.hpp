// One limit of bandwidth, shared by all transfers that it holds for, on whatever loop they run.
//
// A transfer books the octets that it is about to move, and is told when they may begin to pass. Bookings are served in
// their order, each right behind the one before, so the transfers that share a bucket take turns, and what passes in
// any span of time is what was booked for it. There is no thread and no timer here: whoever has booked waits for the
// time by himself.
#pragma once

#include <cstdint>
#include <mutex>

#include "net/loop.hpp"

namespace ferry {

class RateBucket {
 public:
  // Octets a second, more than 0.
  explicit RateBucket(std::uint64_t rate) : rate_(rate) {}
  RateBucket(const RateBucket&) = delete;
  RateBucket& operator=(const RateBucket&) = delete;

  std::uint64_t rate() const;
  void set_rate(std::uint64_t rate);

  // Books `octets`, and returns when they may pass; not later than `now`: at once.
  Clock::time_point book(std::uint64_t octets, Clock::time_point now);
  // Of what was booked, so much did not pass after all.
  void give_back(std::uint64_t octets);

 private:
  Clock::duration time_for(std::uint64_t octets) const;

  mutable std::mutex mutex_;
  std::uint64_t rate_;
  Clock::time_point next_{};  // when the last booking will have passed
};

}  // namespace ferry
