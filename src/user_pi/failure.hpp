// How a client's work ends early: a session that cannot go on throws, and whoever began it catches.
#pragma once

#include <stdexcept>

namespace ferry::user_pi {

// A refusal, or a connection that broke.
struct Failure : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// The peer did not answer in time.
struct TimedOut : Failure {
  using Failure::Failure;
};

// The peer has closed or reset the connection, where more was expected.
struct Closed : Failure {
  using Failure::Failure;
};

}  // namespace ferry::user_pi
