// How the test support says that a peer broke a promise: an exception whose text becomes the failure of the test.
#pragma once

#include <chrono>
#include <cstdlib>
#include <stdexcept>

namespace ferry::test {

class Failure : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// How long a test waits for anything at most. Only a broken server makes a test wait that long, or a checker that slows
// it down: tools/run-under-valgrind sets FERRY_TEST_PATIENCE, in seconds.
inline const std::chrono::milliseconds patience = [] {
  const char* const seconds = std::getenv("FERRY_TEST_PATIENCE");
  return std::chrono::seconds(seconds ? std::atoi(seconds) : 10);
}();

}  // namespace ferry::test
