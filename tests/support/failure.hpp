// How the test support says that a peer broke a promise: an exception whose text becomes the failure of the test.
#pragma once

#include <chrono>
#include <stdexcept>

namespace ferry::test {

class Failure : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// How long a test waits for anything at most. Only a broken server makes a test wait that long.
inline constexpr std::chrono::milliseconds patience{30'000};

}  // namespace ferry::test
