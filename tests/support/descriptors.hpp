// How many descriptors the test's process has, servers and clients in it included.
#pragma once

#include <cstddef>
#include <filesystem>
#include <iterator>

namespace ferry::test {

inline std::size_t open_descriptors() {
  const std::filesystem::directory_iterator all("/proc/self/fd");
  return static_cast<std::size_t>(std::distance(begin(all), end(all)));
}

}  // namespace ferry::test
