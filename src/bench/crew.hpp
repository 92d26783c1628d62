// Sessions that do the same thing at the same time, each in a thread of its own, and what they counted.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "bench/works.hpp"

namespace ferry::bench {

// What one session counts; summed up in the Result at the end.
struct Tally {
  std::uint64_t operations = 0;
  std::uint64_t octets = 0;
  std::uint64_t entries = 0;
  std::uint64_t checked = 0;
  std::uint64_t resumed = 0;
  Latencies latencies;
  std::string error;  // why the session ended early
};

// One of the sessions, as an operation sees it.
struct Member {
  unsigned number;  // from 0
  UserPi* pi;       // null where the operation makes its own (logins)
  Tally& tally;
};

using Operation = std::function<void(Member&)>;

enum class Login : std::uint8_t {
  once,            // before the clock starts
  each_operation,  // is the operation's business
};

// Logs the sessions in, runs `operation` once in each as a warm-up, then in all of them until the time is over or the
// count is reached, and fills in what every Result has: counts, times, latencies, CPU. An operation that throws Failure
// ends its session and is counted as an error.
Result run_crew(const Context& context, const Work& work, unsigned sessions, Login login, const Operation& operation);

}  // namespace ferry::bench
