// Logins of users of the machine, with the files that they get: in this process, or in processes of their own.
#pragma once

#include <expected>
#include <memory>
#include <string>

#include <ferry/authenticator.hpp>
#include <ferry/filesystem.hpp>
#include <ferry/system_users.hpp>

namespace ferry {

struct OpenedLogin {
  std::shared_ptr<FileSystem> files;  // as the user sees them
  std::string home;
  bool anonymous = false;
};
using LoginAnswer = std::expected<OpenedLogin, AuthErrc>;

class SystemLogins {
 public:
  virtual ~SystemLogins() = default;
  // Blocks; from any thread.
  virtual LoginAnswer log_in(const LoginRequest& request) = 0;
};

// local_logins.cpp: in this process, whose threads act as the users.
std::unique_ptr<SystemLogins> local_logins(const SystemUserOptions& options);

// separate_logins.cpp: starts a process that decides who may log in, and another one that starts one for the files of
// each user. This process then needs no right that the users have. Throws std::system_error.
std::unique_ptr<SystemLogins> separate_logins(const SystemUserOptions& options);

}  // namespace ferry
