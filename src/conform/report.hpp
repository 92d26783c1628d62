// What a run has found, for people and for programs.
#pragma once

#include <span>
#include <string>

#include "conform/runner.hpp"

namespace ferry::conform {

struct Run {
  std::string server;    // "192.0.2.1:21"
  std::string greeting;  // the server's first reply
  bool tls = false;
  std::vector<Result> results;
};

// By RFC and level, with what was wanted and what came where the two differ; then the counts.
std::string text(const Run& run);
std::string json(const Run& run);
// A test suite for each group, as continuous integration reads it. Refused and untried checks are skipped ones there.
std::string junit(const Run& run);

// Whether a MUST failed, or nothing was found out at all.
bool is_failure(const Run& run);

}  // namespace ferry::conform
