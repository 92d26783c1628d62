// Who may log in as a user of the machine, and what the server has to know of them: the part of system users that sees
// hashes of passwords and runs PAM's modules, so that it can be done in a process of its own.
#pragma once

#include <expected>
#include <memory>
#include <string>
#include <vector>

#include <ferry/authenticator.hpp>

#include "auth/system/accounts.hpp"

namespace ferry {

struct FoundLogin {
  SystemAccount account;  // without its hash
  std::vector<gid_t> groups;
};
using LoginAnswer = std::expected<FoundLogin, AuthErrc>;

// Both functions may block, and may be called from any thread.
class SystemLogins {
 public:
  virtual ~SystemLogins() = default;
  // The account, where the password is right and the user may log in. A no takes as long as a yes, whatever its reason.
  virtual LoginAnswer check(const LoginRequest& request) = 0;
  // The account that "anonymous" acts as.
  virtual LoginAnswer anonymous() = 0;
};

// local_logins.cpp: in this process.
std::unique_ptr<SystemLogins> local_logins(SystemUserOptions options);

// separate_logins.cpp: asks a process that is started here, which does as local_logins() does. Throws
// std::system_error.
std::unique_ptr<SystemLogins> separate_logins(const SystemUserOptions& options);

}  // namespace ferry
