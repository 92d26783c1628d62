// The works of `ferry bench`: one row for each kind of load. --help, the choice on the command line and the report read
// this table; nothing else lists them.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "bench/options.hpp"
#include "bench/progress.hpp"
#include "bench/statistics.hpp"
#include "bench/usage.hpp"
#include "bench/user_pi.hpp"

namespace ferry::bench {

// What the cost is divided by.
enum class Unit : std::uint8_t { gibibyte, operation, entry };

struct Result {
  std::string_view work;
  Unit unit = Unit::operation;
  bool tls = false;
  unsigned sessions = 0;
  double seconds = 0;
  std::uint64_t operations = 0;  // files, logins, NOOPs, listings
  std::uint64_t octets = 0;      // on data connections
  std::uint64_t entries = 0;     // lines of listings
  std::uint64_t checked = 0;     // contents compared (--check)
  std::uint64_t resumed = 0;     // data connections with the control connection's TLS session
  std::uint64_t errors = 0;
  std::string first_error{};
  std::optional<double> server_cpu{};  // seconds
  double client_cpu = 0;
  std::optional<std::uint64_t> memory_before{};  // octets; works that hold sessions open
  std::optional<std::uint64_t> memory_after{};
  unsigned idle_sessions = 0;
  Latencies latencies{};  // of each operation; of "latency": of the NOOPs

  // How many units were done.
  double units() const;
};

// What a work may use.
struct Context {
  const Options& options;
  const Target& target;
  const ServerUsage& server;
  Progress& progress;
};

struct Work {
  std::string_view name;
  std::string_view help;
  Unit unit;
  Result (*run)(const Context& context);
};

std::span<const Work> works();
const Work* find_work(std::string_view name);  // null: there is none

}  // namespace ferry::bench
