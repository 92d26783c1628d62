#include "bench/report.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

namespace ferry::bench {

namespace {

double per_second(const Result& r) { return r.seconds > 0 ? r.units() / r.seconds : 0; }

std::string rate(const Result& r) {
  switch (r.unit) {
    case Unit::gibibyte:
      return fmt::format("{:.0f} MiB/s", per_second(r) * 1024);
    case Unit::operation:
      return fmt::format("{:.0f} /s", per_second(r));
    case Unit::entry:
      return fmt::format("{:.0f} entries/s", per_second(r));
  }
  return {};
}

std::string cost(const Result& r, std::optional<double> seconds) {
  if (!seconds || r.units() <= 0) return "-";
  if (r.unit == Unit::gibibyte) return fmt::format("{:.3f} s/GiB", *seconds / r.units());
  return fmt::format("{:.2f} us", *seconds / r.units() * 1e6);
}

std::string milliseconds(const Result& r, double share) {
  return r.latencies.empty() ? "-" : fmt::format("{:.3f}", r.latencies.quantile(share) * 1e3);
}

std::string_view unit_name(Unit unit) {
  switch (unit) {
    case Unit::gibibyte:
      return "GiB";
    case Unit::operation:
      return "operation";
    case Unit::entry:
      return "entry";
  }
  return {};
}

}  // namespace

std::string table(std::span<const Result> results) {
  std::string out = fmt::format("{:<12} {:>8} {:>18} {:>13} {:>13} {:>9} {:>9} {:>9} {:>6}\n", "work", "sessions",
                                "rate", "server CPU", "client CPU", "p50 ms", "p99 ms", "max ms", "errors");
  std::string notes;
  for (const Result& r : results) {
    const std::string name = std::string(r.work) + (r.tls ? " TLS" : "");
    fmt::format_to(std::back_inserter(out), "{:<12} {:>8} {:>18} {:>13} {:>13} {:>9} {:>9} {:>9} {:>6}\n", name,
                   r.sessions, rate(r), cost(r, r.server_cpu), cost(r, r.client_cpu), milliseconds(r, 0.5),
                   milliseconds(r, 0.99), milliseconds(r, 1), r.errors);
    if (r.checked > 0) notes += fmt::format("{}: {} contents checked\n", name, r.checked);
    if (r.memory_before && r.memory_after && r.idle_sessions > 0) {
      const double grown = static_cast<double>(*r.memory_after) - static_cast<double>(*r.memory_before);
      notes += fmt::format("{}: {:.0f} octets of memory (PSS) for each of {} idle sessions\n", name,
                           grown / r.idle_sessions, r.idle_sessions);
    }
    // Otherwise the client is what was measured.
    if (r.seconds > 0 && r.client_cpu / r.seconds > 0.95 && r.server_cpu && *r.server_cpu / r.seconds < 0.9)
      notes += fmt::format("{}: the client was busier than the server; trust the CPU columns, not the rate\n", name);
    if (r.errors > 0) notes += fmt::format("{}: first error: {}\n", name, r.first_error);
  }
  return out + notes;
}

std::string json(std::span<const Result> results) {
  nlohmann::ordered_json all = nlohmann::ordered_json::array();
  for (const Result& r : results) {
    nlohmann::ordered_json one;
    one["work"] = r.work;
    one["tls"] = r.tls;
    one["sessions"] = r.sessions;
    one["seconds"] = r.seconds;
    one["operations"] = r.operations;
    one["octets"] = r.octets;
    one["entries"] = r.entries;
    one["checked"] = r.checked;
    one["resumed"] = r.resumed;
    one["errors"] = r.errors;
    if (r.errors > 0) one["first_error"] = r.first_error;
    one["unit"] = unit_name(r.unit);
    one["units_per_second"] = per_second(r);
    if (r.server_cpu) {
      one["server_cpu"] = *r.server_cpu;
      if (r.units() > 0) one["server_cpu_per_unit"] = *r.server_cpu / r.units();
    }
    one["client_cpu"] = r.client_cpu;
    if (r.units() > 0) one["client_cpu_per_unit"] = r.client_cpu / r.units();
    if (!r.latencies.empty()) {
      one["latency"] = {{"count", r.latencies.count()},
                        {"p50", r.latencies.quantile(0.5)},
                        {"p90", r.latencies.quantile(0.9)},
                        {"p99", r.latencies.quantile(0.99)},
                        {"max", r.latencies.quantile(1)}};
    }
    if (r.idle_sessions > 0) one["idle_sessions"] = r.idle_sessions;
    if (r.memory_before) one["memory_before"] = *r.memory_before;
    if (r.memory_after) one["memory_after"] = *r.memory_after;
    all.push_back(std::move(one));
  }
  return all.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace ferry::bench
