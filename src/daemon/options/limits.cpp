// How much of what, and how fast.
#include "options/groups.hpp"

#include <chrono>
#include <limits>

#include "options/setters.hpp"
#include "values.hpp"

namespace ferry {
namespace {

constexpr std::string_view limits = "Limits";
constexpr std::string_view bandwidth = "Bandwidth (default: no limit)";

SetResult assign_seconds(const std::string& value, std::uint32_t least, std::chrono::milliseconds& target) {
  const auto number = parse_number(value, least, 1'000'000);
  if (!number) return std::unexpected(number.error());
  target = std::chrono::seconds(*number);
  return {};
}

// One row for each scope and direction of a limit of bandwidth.
SetResult set_rate(const std::string& value, std::uint64_t& target) { return assign(parse_octets(value), target); }

// Of everybody, or of one user.
SetResult set_quota(Options& options, const std::string& value, std::optional<std::uint64_t> QuotaLimits::* limit,
                    Value<std::uint64_t> (*parse)(std::string_view)) {
  const auto given = parse_for_user(value);
  if (!given) return std::unexpected(given.error());
  const auto number = parse(given->value);
  if (!number) return std::unexpected(number.error());
  QuotaOptions& quotas = options.quotas;
  QuotaLimits& own = given->name.empty() ? quotas.everybody : quotas.users[QuotaOptions::name_of(given->name)];
  if (own.*limit)
    return std::unexpected(given->name.empty() ? "is a second one for everybody; give one"
                                               : "names \"" + given->name + "\" again; give each user once");
  own.*limit = *number;
  return {};
}

Value<std::uint64_t> parse_count(std::string_view text) {
  return parse_number(text, 1, std::numeric_limits<std::uint32_t>::max());
}

const OptionRow limit_rows[] = {
    {.group = limits,
     .names = "--max-cons",
     .value = "N",
     .help = "control connections in all; default: no limit",
     .set = [](Options& o,
               const std::string& v) { return assign(parse_number(v, 0, 10'000'000), o.config.limits.connections); }},
    {.group = limits,
     .names = "--max-cons-per-ip",
     .value = "N",
     .help = "control connections from one address; default: no limit",
     .set =
         [](Options& o, const std::string& v) {
           return assign(parse_number(v, 0, 10'000'000), o.config.limits.connections_per_address);
         }},
    {.group = limits,
     .names = "--max-sessions-per-user",
     .value = "N",
     .help = "sessions of one user at the same time, but for anonymous; default: no limit",
     .set = [](Options& o,
               const std::string& v) { return assign(parse_number(v, 0, 10'000'000), o.sessions_per_user); }},
    {.group = limits,
     .names = "--quota",
     .value = "[NAME:]OCTETS",
     .help = "octets that each user may have in the tree that they see, with what is there already; K, M or G may "
             "stand behind; with NAME for this user (or anonymous) instead. May be repeated",
     .set = [](Options& o, const std::string& v) { return set_quota(o, v, &QuotaLimits::octets, parse_octets); },
     .repeatable = true},
    {.group = limits,
     .names = "--quota-files",
     .value = "[NAME:]N",
     .help = "the same for files",
     .set = [](Options& o, const std::string& v) { return set_quota(o, v, &QuotaLimits::files, parse_count); },
     .repeatable = true},
    {.group = limits,
     .names = "--max-login-attempts",
     .value = "N",
     .help = "failed logins until the connection is closed; default: 3; 0: no limit",
     .set = [](Options& o,
               const std::string& v) { return assign(parse_number(v, 0, 1000), o.config.limits.login_attempts); }},
    {.group = limits,
     .names = "--max-password-checks",
     .value = "N",
     .help = "passwords that are checked at the same time; one address gets half of them; default: 8; 0: no limit",
     .set = [](Options& o,
               const std::string& v) { return assign(parse_number(v, 0, 1000), o.config.limits.password_checks); }},
    {.group = limits,
     .names = "--login-delay",
     .value = "SECONDS",
     .help = "the wait before a failed login is answered; default: 5",
     .set = [](Options& o, const std::string& v) { return assign_seconds(v, 0, o.config.timeouts.login_delay); }},
    {.group = limits,
     .names = "--timeout",
     .value = "SECONDS",
     .help = "close a connection that has been idle for so long; default: 300",
     .set = [](Options& o, const std::string& v) { return assign_seconds(v, 1, o.config.timeouts.idle); }},
    {.group = limits,
     .names = "--max-idle",
     .value = "SECONDS",
     .help = "the longest time that a user may ask for with SITE IDLE; default: 7200",
     .set = [](Options& o, const std::string& v) { return assign_seconds(v, 30, o.config.timeouts.longest_idle); }},
    {.group = limits,
     .names = "--storage-timeout",
     .value = "SECONDS",
     .help = "cut a session when a call of its storage or its login takes so long; default: 600",
     .set = [](Options& o, const std::string& v) { return assign_seconds(v, 1, o.config.timeouts.blocking_call); }},
    {.group = limits,
     .names = "--max-hash-size",
     .value = "MIB",
     .help = "how much of one file HASH and XCRC read at most; default: no limit",
     .set = [](Options& o, const std::string& v) -> SetResult {
       const auto mebibytes = parse_number(v, 0, 1'000'000'000);
       if (!mebibytes) return std::unexpected(mebibytes.error());
       o.config.limits.hash_octets = std::uint64_t{*mebibytes} << 20;
       return {};
     }},
    {.group = limits,
     .names = "--bulk-threads",
     .value = "N",
     .help = "threads for digests and for copies on the server; default: 0, half as many as cores",
     .set = [](Options& o, const std::string& v) { return assign(parse_number(v, 0, 1024), o.config.bulk_threads); }},
    {.group = limits,
     .names = "--threads",
     .value = "N",
     .help = "event loops; default: 0, one for each core",
     .set = [](Options& o, const std::string& v) { return assign(parse_number(v, 0, 1024), o.config.threads); }},

    {.group = bandwidth,
     .names = "--max-download",
     .value = "OCTETS",
     .help = "octets a second that all downloads together may take; with K, M or G behind it or not",
     .set = [](Options& o, const std::string& v) { return set_rate(v, o.config.server_rate.down); }},
    {.group = bandwidth,
     .names = "--max-upload",
     .value = "OCTETS",
     .help = "the same for uploads",
     .set = [](Options& o, const std::string& v) { return set_rate(v, o.config.server_rate.up); }},
    {.group = bandwidth,
     .names = "--max-download-per-user",
     .value = "OCTETS",
     .help = "for all sessions of one user together",
     .set = [](Options& o, const std::string& v) { return set_rate(v, o.config.rates.user.down); }},
    {.group = bandwidth,
     .names = "--max-upload-per-user",
     .value = "OCTETS",
     .help = "the same for uploads",
     .set = [](Options& o, const std::string& v) { return set_rate(v, o.config.rates.user.up); }},
    {.group = bandwidth,
     .names = "--max-download-per-session",
     .value = "OCTETS",
     .help = "for each session",
     .set = [](Options& o, const std::string& v) { return set_rate(v, o.config.rates.session.down); }},
    {.group = bandwidth,
     .names = "--max-upload-per-session",
     .value = "OCTETS",
     .help = "the same for uploads",
     .set = [](Options& o, const std::string& v) { return set_rate(v, o.config.rates.session.up); }},
};

}  // namespace

std::span<const OptionRow> limit_options() { return limit_rows; }

}  // namespace ferry
