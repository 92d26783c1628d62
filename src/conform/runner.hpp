// Runs checks one after the other.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "conform/check.hpp"
#include "conform/target.hpp"

namespace ferry::conform {

struct Result {
  const Check* check = nullptr;
  std::string_view group;
  Outcome outcome;
  double seconds = 0;
};

struct Selected {
  const Check* check = nullptr;
  std::string_view group;
};

// Those whose id, group or RFC fits one of the patterns, in the manner of a shell; all where there is none.
std::vector<Selected> select(const std::vector<std::string>& patterns);

// What the server says at first; throws user_pi::Failure or Outcome where it says nothing that can be understood, or
// where the login fails: a run would find out nothing then.
std::string greet(const Target& target);

// `told` hears of each result as it comes.
std::vector<Result> run_checks(const Target& target, const std::vector<Selected>& checks,
                               const std::function<void(const Result&)>& told);

}  // namespace ferry::conform
