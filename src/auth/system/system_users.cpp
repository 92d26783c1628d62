// The machine's users as an Authenticator: see ferry/system_users.hpp.
#include <ferry/system_users.hpp>

#include <utility>

#include <ferry/unix_identity.hpp>

#include "auth/system/accounts.hpp"
#include "auth/system/logins.hpp"

namespace ferry {

namespace {

using Answer = std::expected<Account, AuthErrc>;

class SystemUsers final : public Authenticator {
 public:
  explicit SystemUsers(SystemUserOptions options)
      : options_(std::move(options)),
        logins_(options_.separate_process ? separate_logins(options_) : local_logins(options_)) {}

  Task<Answer> authenticate(const LoginRequest& request) override {
    // Everything here may block: lookups, hashes, PAM, the disk of the home.
    co_return co_await run_blocking([&] { return answer(request); });
  }

 private:
  Answer answer(const LoginRequest& request) const {
    LoginAnswer login = logins_->log_in(request);
    if (!login) return std::unexpected(login.error());
    const SystemUserOverride& own = override_of(request.user);
    Account result;
    result.files = std::move(login->files);
    result.permissions =
        own.permissions.value_or(login->anonymous ? options_.anonymous_permissions : options_.permissions);
    result.overrides = own.overrides.value_or(options_.overrides);
    if (!options_.confined) result.directory = FtpPath::resolve(FtpPath(), login->home).value_or(FtpPath());
    result.login_message = own.login_message.value_or(options_.login_message);
    result.quit_message = own.quit_message.value_or(options_.quit_message);
    // Many people share the name of anonymous.
    result.sessions = own.sessions.value_or(login->anonymous ? 0 : options_.sessions);
    result.idle_timeout = own.idle_timeout ? own.idle_timeout : options_.idle_timeout;
    result.uploads = own.uploads ? own.uploads : options_.uploads;
    result.rates = own.rates.value_or(options_.rates);
    result.administrator = own.administrator;
    result.attachment = own.attachment;
    return result;
  }

  const SystemUserOverride& override_of(const std::string& name) const {
    static const SystemUserOverride none;
    const auto found = options_.users.find(name);
    return found == options_.users.end() ? none : found->second;
  }

  const SystemUserOptions options_;
  const std::unique_ptr<SystemLogins> logins_;
};

void check_exists(const SystemUserOptions& options, const std::string& name) {
  if (!find_account(options, name)) throw ConfigError("system users: there is no user \"" + name + "\"");
}

}  // namespace

std::shared_ptr<Authenticator> system_users(SystemUserOptions options) {
  if (!may_act_as_others()) throw ConfigError("system users: the server must run as root to act as them");
  if (!options.allowed.empty() && !options.rejected.empty())
    throw ConfigError("system users: some are allowed and others rejected; give one of the two lists");
  if (options.passwords == SystemUserOptions::Passwords::pam && !has_pam())
    throw ConfigError("system users: this build is without PAM; use shadow, or build with libpam0g-dev");
  for (const std::string& name : options.allowed) check_exists(options, name);
  for (const std::string& name : options.rejected) check_exists(options, name);
  for (const auto& [name, own] : options.users) {
    const bool anonymous = options.anonymous_user && (name == "anonymous" || name == "ftp");
    if (!anonymous) check_exists(options, name);
    if (own.password && own.password->reveal().empty())
      throw ConfigError("system users: the password of \"" + name + "\" is empty");
  }
  if (options.anonymous_user) check_exists(options, *options.anonymous_user);
  return std::make_shared<SystemUsers>(std::move(options));
}

}  // namespace ferry
