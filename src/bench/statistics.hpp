// How long operations took.
#pragma once

#include <chrono>
#include <cstddef>
#include <vector>

namespace ferry::bench {

using Clock = std::chrono::steady_clock;

class Latencies {
 public:
  void add(Clock::duration duration) { seconds_.push_back(std::chrono::duration<float>(duration).count()); }
  void add(const Latencies& others) { seconds_.insert(seconds_.end(), others.seconds_.begin(), others.seconds_.end()); }
  bool empty() const { return seconds_.empty(); }
  std::size_t count() const { return seconds_.size(); }
  // Seconds: the value that `share` (0 to 1) of all do not exceed. Not for empty ones.
  double quantile(double share) const;

 private:
  std::vector<float> seconds_;
};

}  // namespace ferry::bench
