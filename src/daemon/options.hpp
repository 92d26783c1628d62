// The command line of `ferry serve` as values, and the one table of its options.
//
// The table (options/, one file for each topic) is the only place that knows an option: reading the command line,
// --help and the texts of errors are made from it. A row's setter turns one value into part of an Options, or says what
// is wrong with it and how to mend it; what several options say together is checked in command_line.cpp.
#pragma once

#include <cstdint>
#include <expected>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <ferry/authenticator.hpp>
#include <ferry/config.hpp>
#include <ferry/permissions.hpp>
#include <ferry/quota.hpp>
#include <ferry/sandbox.hpp>
#include <ferry/system_users.hpp>
#include <ferry/testing/fault_rule.hpp>
#include <ferry/unix_identity.hpp>

namespace ferry {

enum class LogFormat : std::uint8_t { text, json };

// --user
struct UserOption {
  std::string name;
  Secret password;
  std::string home;
  Permissions permissions = Permissions::read_only();
  bool administrator = false;
};

// --permissions
struct PermissionsOption {
  std::string user;
  PermissionOverride exception;
};

// --quota, --quota-files
struct QuotaOptions {
  QuotaLimits everybody;                     // each of them
  std::map<std::string, QuotaLimits> users;  // by name_of()

  // "anonymous" and "ftp" are one user.
  static std::string name_of(const std::string& user) { return user == "ftp" ? "anonymous" : user; }
  bool empty() const { return users.empty() && !everybody.octets && !everybody.files; }
  QuotaLimits of(const std::string& user) const;
};

// --host
struct HostOption {
  VirtualHost host;
  std::string directory;  // what the users of --username and anonymous see there; empty: what they see elsewhere
};

// --host-user
struct HostUserOption {
  std::string host;
  UserOption user;
};

// --run-as
struct RunAs {
  std::string name;
  UnixIdentity identity;
};

// --sandbox
struct SandboxOption {
  bool off = false;
  std::vector<SandboxLayer> demanded;  // ferry does not start without them
};

// The first word of the command line; both take the same options.
enum class Command : std::uint8_t { serve, doctor };

struct Options {
  Options();

  Command command = Command::serve;

  // What Server takes as it is. The authenticator and the log sink are added by serve(); `tls` is there as soon as any
  // option about TLS was given, with an empty certificate_file when ferry has to make one.
  Config config;

  std::optional<std::string> directory;         // DIRECTORY
  std::optional<std::string> directory_option;  // --directory
  bool write = false;

  std::optional<std::string> username;
  std::optional<Secret> password;
  std::vector<UserOption> users;
  std::vector<HostOption> hosts;
  std::vector<HostUserOption> host_users;
  std::optional<CertificateName> client_login;  // which part of a client's certificate names its user
  bool anonymous = false;
  std::string anonymous_home;  // empty: the shared directory
  std::vector<PermissionsOption> permissions;
  QuotaOptions quotas;
  std::uint32_t sessions_per_user = 0;  // 0: no limit
  // There as soon as any option about the machine's users was given.
  std::optional<SystemUserOptions> system_users;

  std::optional<RunAs> run_as;
  SandboxOption sandbox;

  bool memory = false;                     // the shared directory is copied into memory, and not touched
  std::vector<testing::FaultRule> faults;  // what goes wrong on purpose

  bool debug = false;
  std::optional<LogLevel> log_level;
  LogFormat log_format = LogFormat::text;
  std::string port_file;  // empty: none

  // Of --memory: empty where nothing is to be copied.
  std::string shared_directory() const;
  // Whether "anonymous" may log in.
  bool anonymous_allowed() const { return anonymous || (!username && users.empty() && !system_users); }
  // Whether somebody uses shared_directory().
  bool directory_used() const { return username || (anonymous_allowed() && anonymous_home.empty()); }
};

// Nothing, or what is wrong with the value and how to mend it; it is put behind `--option: "value" `.
using SetResult = std::expected<void, std::string>;

enum class Takes : std::uint8_t { nothing, one_value, optional_value };

struct OptionRow {
  std::string_view group;  // the heading in --help
  std::string_view names;  // "-p,--port"; the long name comes last
  std::string_view value;  // what --help calls the value; empty for Takes::nothing
  std::string_view help;
  SetResult (*set)(Options& options, const std::string& value);  // the value is empty where there is none
  Takes takes = Takes::one_value;
  bool repeatable = false;
  bool secret = false;            // the value is hidden from process listings and from error texts
  std::string_view setting = {};  // what a ConfigError about this option begins with

  std::string_view long_name() const;  // "--port"
};

std::span<const OptionRow> option_table();

}  // namespace ferry
