// The users of this machine: those of passwd, shadow and PAM, with their own homes and rights.
//
// Each session sees the home of its user and touches files with that user's identity, by a thread that takes it on
// (unix_identity.hpp) or by a process that has it; so the program must be started as root. Passwords are asked of
// shadow, or of PAM where the library was built with it.
#pragma once

#include <any>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <ferry/authenticator.hpp>
#include <ferry/export.hpp>
#include <ferry/rates.hpp>
#include <ferry/uploads.hpp>

namespace FERRY_API ferry {

// Another answer for one user; what is nullopt is as for everybody.
struct SystemUserOverride {
  std::optional<Secret> password;  // instead of the machine's own; not empty
  std::optional<std::string> home;
  std::optional<Permissions> permissions;
  std::optional<std::vector<PermissionOverride>> overrides;
  std::optional<std::string> login_message;
  std::optional<std::string> quit_message;
  // As in Account.
  std::optional<std::uint32_t> sessions;
  std::optional<std::chrono::milliseconds> idle_timeout;
  std::optional<UploadPolicy> uploads;
  std::optional<RateLimits> rates;
  bool administrator = false;
  std::any attachment;
};

struct SystemUserOptions {
  enum class Passwords : std::uint8_t { shadow, pam };
  Passwords passwords = Passwords::shadow;
  std::string pam_service = "ftp";
  std::string pam_directory;  // where the service's file is; empty: PAM's own, /etc/pam.d

  // Who may log in. Not both: where `allowed` names somebody, nobody else may. Root may only where `allowed` says so.
  std::vector<std::string> allowed;
  std::vector<std::string> rejected;
  // Only users whose shell is in /etc/shells.
  bool require_valid_shell = true;

  // The user whom "anonymous" and "ftp" act as, with any password (RFC 1635). Needs no valid shell.
  std::optional<std::string> anonymous_user;
  Permissions anonymous_permissions = Permissions::read_only();

  Permissions permissions = Permissions::all();
  std::vector<PermissionOverride> overrides;
  // true: the home is all that a user sees. false: the whole machine, beginning at the home (unconfined_directory).
  bool confined = true;
  std::string login_message;
  std::string quit_message;
  // As in Account; the number of sessions is not for anonymous.
  std::uint32_t sessions = 0;
  std::optional<std::chrono::milliseconds> idle_timeout;
  std::optional<UploadPolicy> uploads;
  RateLimits rates;
  // Users by name, "anonymous" among them.
  std::map<std::string, SystemUserOverride> users;

  // When a user logs in for the first time, a thread in the background removes what a killed server has left of uploads
  // in that home (remove_left_overs_as). Off: for homes that take too long to look through.
  bool clear_left_overs = true;

  // Passwords are checked, and users' files touched, in processes of their own, which system_users() starts with fork()
  // and which end with its result: one for logins, and one for each user, with that user's rights and no others. Then
  // the server itself needs no right to read hashes or to act as others, and may become another user (sandbox.hpp);
  // PAM's modules do not run in it. Call system_users() before the program has ports, secrets or threads that these
  // processes must not inherit.
  bool separate_process = false;

  // Instead of what this machine is set up to ask: files in the manner of /etc/passwd, /etc/group, /etc/shadow and
  // /etc/shells. Without a passwd file, accounts and groups come from the C library, whatever stands behind it.
  std::string passwd_file;
  std::string group_file;
  std::string shadow_file;
  std::string shells_file = "/etc/shells";
};

// Whether the library was built with PAM.
bool has_pam();

// Throws ConfigError: where the server could not act as others, both `allowed` and `rejected` are given, a user that is
// named does not exist, or PAM is asked for and is not there.
std::shared_ptr<Authenticator> system_users(SystemUserOptions options);

}  // namespace ferry
