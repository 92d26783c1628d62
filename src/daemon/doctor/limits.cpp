#include <sys/resource.h>

#include <cstdlib>
#include <ctime>

#include <fmt/format.h>

#include "doctor/finding.hpp"

namespace ferry {
namespace {

// A control connection, a data connection, the port that it came in by, a file.
constexpr rlim_t for_one_session = 4;
constexpr rlim_t for_the_server = 64;
constexpr rlim_t usual_sessions = 1000;

void check_open_files(const Options& options, Findings& findings) {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);  // the server raises it to what is allowed
  const rlim_t sessions = options.config.limits.connections != 0 ? options.config.limits.connections : usual_sessions;
  const rlim_t wanted = sessions * for_one_session + for_the_server;
  if (limit.rlim_max >= wanted)
    findings.push_back({Health::ok, "open files", fmt::format("the limit is {}", limit.rlim_max)});
  else
    findings.push_back(
        {Health::warning, "open files",
         fmt::format("the limit of {} is too low for {} sessions; raise it to {} (LimitNOFILE= of systemd, ulimit -Hn)",
                     limit.rlim_max, sessions, wanted)});
}

void check_time_zone(const Options& options, Findings& findings) {
  const std::time_t now = std::time(nullptr);
  std::tm local{};
  if (::localtime_r(&now, &local) == nullptr) return;
  const long minutes = local.tm_gmtoff / 60;
  const std::string zone = fmt::format("{} (UTC{}{:02}:{:02})", local.tm_zone, minutes < 0 ? '-' : '+',
                                       std::abs(minutes) / 60, std::abs(minutes) % 60);
  const bool listings = options.config.local_time;
  const bool log = options.log_format == LogFormat::text;  // JSON has UTC
  const std::string text = listings && log ? fmt::format("listings and the log show the time of {}", zone)
                           : listings      ? fmt::format("listings show the time of {}, the log has UTC", zone)
                           : log           ? fmt::format("the log shows the time of {}, listings have UTC", zone)
                                           : "listings and the log have UTC";
  findings.push_back({Health::ok, "time zone", text});
}

}  // namespace

void check_limits(const Options& options, Findings& findings) {
  check_open_files(options, findings);
  check_time_zone(options, findings);
}

}  // namespace ferry
