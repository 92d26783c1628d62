// How the load generator fails: a session that cannot go on (a refusal, a lost connection) throws, its thread counts
// the error and ends. Nothing else catches it.
#pragma once

#include <stdexcept>

namespace ferry::bench {

struct Failure : std::runtime_error {
  using std::runtime_error::runtime_error;
};

}  // namespace ferry::bench
