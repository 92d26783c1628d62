// Who may log in as a user of the machine: the part of system users that sees hashes of passwords and runs PAM's
// modules.
#pragma once

#include <expected>
#include <optional>
#include <string>

#include <ferry/authenticator.hpp>
#include <ferry/unix_identity.hpp>

#include "auth/system/accounts.hpp"

namespace ferry {

struct FoundLogin {
  UnixIdentity identity;
  std::string home;
  bool anonymous = false;  // the account stands in for "anonymous"
};

// Thread-safe.
class LoginCheck {
 public:
  explicit LoginCheck(SystemUserOptions options);

  // The account, where the password is right and the user may log in, or "anonymous" has one. Blocks. A no takes as
  // long as a yes, whatever its reason.
  std::expected<FoundLogin, AuthErrc> check(const LoginRequest& request) const;

  const SystemUserOptions& options() const { return options_; }

 private:
  std::optional<SystemAccount> account_of(const LoginRequest& request) const;
  bool is_right(const LoginRequest& request, const std::optional<SystemAccount>& account) const;
  bool may_log_in(const SystemAccount& account) const;
  FoundLogin found(const std::string& user, const SystemAccount& account) const;

  const SystemUserOptions options_;
  const std::string nobodys_hash_;
};

}  // namespace ferry
