#include "bench/statistics.hpp"

#include <algorithm>
#include <cmath>

namespace ferry::bench {

double Latencies::quantile(double share) const {
  // The nearest rank: a time that was really measured.
  const double rank = std::ceil(share * static_cast<double>(seconds_.size()));
  const auto index = static_cast<std::size_t>(std::max(rank - 1, 0.0));
  std::vector<float> sorted = seconds_;
  const auto nth = sorted.begin() + static_cast<std::ptrdiff_t>(std::min(index, sorted.size() - 1));
  std::nth_element(sorted.begin(), nth, sorted.end());
  return static_cast<double>(*nth);
}

}  // namespace ferry::bench
