// The limits of bandwidth that hold for one transfer, and what it may move at present.
//
// The transfer moves at most allowance() octets, spends what it has moved, and waits for more when nothing is left. It
// sleeps on its loop then; a cancelled transfer wakes at once.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <vector>

#include <ferry/task.hpp>

#include "transfer/rate_bucket.hpp"

namespace ferry {

class Throttle {
 public:
  using Buckets = std::vector<std::shared_ptr<RateBucket>>;

  // `buckets`: at least one.
  Throttle(Loop& loop, Buckets buckets);
  // What is left of the allowance is for others.
  ~Throttle();
  Throttle(const Throttle&) = delete;
  Throttle& operator=(const Throttle&) = delete;

  // How much a transfer under these limits books at once.
  static std::uint64_t turn_of(const Buckets& buckets);
  // Books `octets` in all of them; when they may pass.
  static Clock::time_point book(const Buckets& buckets, std::uint64_t octets, Clock::time_point now);

  std::uint64_t allowance() const { return allowance_; }
  bool waiting() const { return waiting_ != nullptr; }

  // More than the allowance was moved where it could not be cut: it is paid for before the next octets pass.
  void spend(std::uint64_t octets) {
    const std::uint64_t covered = std::min(octets, allowance_);
    allowance_ -= covered;
    debt_ += octets - covered;
  }

  // Returns when the allowance is more than 0, or after cancel().
  Task<void> wait();
  // For good.
  void cancel();

 private:
  Loop& loop_;
  const Buckets buckets_;
  std::uint64_t allowance_ = 0;
  std::uint64_t debt_ = 0;
  Signal* waiting_ = nullptr;
  bool cancelled_ = false;
};

}  // namespace ferry
