#include "auth/system/login_check.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "auth/system/passwords.hpp"

namespace ferry {

namespace {

long days_since_1970() {
  return std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now()).time_since_epoch().count();
}

bool is_in(const std::vector<std::string>& names, const std::string& name) {
  return std::ranges::find(names, name) != names.end();
}

}  // namespace

LoginCheck::LoginCheck(SystemUserOptions options) : options_(std::move(options)), nobodys_hash_(nobodys_hash()) {}

std::expected<FoundLogin, AuthErrc> LoginCheck::check(const LoginRequest& request) const {
  if (const auto account = account_of(request)) return found(request.user, *account);
  const bool anonymous = request.user == "anonymous" || request.user == "ftp";
  if (!anonymous || !options_.anonymous_user) return std::unexpected(AuthErrc::rejected);
  const auto other = find_account(options_, *options_.anonymous_user);
  if (!other) return std::unexpected(AuthErrc::unavailable);
  FoundLogin result = found(request.user, *other);
  result.anonymous = true;
  return result;
}

std::optional<SystemAccount> LoginCheck::account_of(const LoginRequest& request) const {
  auto account = find_account(options_, request.user);
  // Whoever may not log in takes the same path as whoever may, so that it takes as long.
  const bool right = is_right(request, account);
  if (!right || !account || !may_log_in(*account)) return std::nullopt;
  return account;
}

bool LoginCheck::is_right(const LoginRequest& request, const std::optional<SystemAccount>& account) const {
  if (const auto own = options_.users.find(request.user); own != options_.users.end() && own->second.password)
    return account && own->second.password->equals(request.password);
  if (options_.passwords == SystemUserOptions::Passwords::pam)
    return pam_accepts(options_.pam_service, options_.pam_directory, request) && account;
  if (!account) {
    matches(request.password, nobodys_hash_);
    return false;
  }
  const auto shadow = find_shadow(options_, account->name);
  if (!shadow)
    return matches(request.password, account->hash == "x" ? nobodys_hash_ : account->hash) && account->hash != "x";
  return matches(request.password, shadow->hash) && is_current(*shadow, days_since_1970());
}

bool LoginCheck::may_log_in(const SystemAccount& account) const {
  const bool named = is_in(options_.allowed, account.name);
  if (account.user == 0 && !named) return false;
  if (!options_.allowed.empty() && !named) return false;
  if (is_in(options_.rejected, account.name)) return false;
  return !options_.require_valid_shell || is_valid_shell(options_.shells_file, account.shell);
}

FoundLogin LoginCheck::found(const std::string& user, const SystemAccount& account) const {
  const auto own = options_.users.find(user);
  const bool elsewhere = own != options_.users.end() && own->second.home;
  return {.identity = {.user = account.user, .group = account.group, .groups = groups_of(options_, account)},
          .home = elsewhere ? *own->second.home : account.home};
}

}  // namespace ferry
