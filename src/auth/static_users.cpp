// Users that the program itself knows, with their passwords in memory.
#include <algorithm>
#include <stdexcept>

#include <ferry/authenticator.hpp>

namespace ferry {

void StaticUsers::add(std::string name, Secret password, Account account) {
  if (name.empty()) throw std::invalid_argument("a user needs a name");
  if (password.reveal().empty()) throw std::invalid_argument("user " + name + " needs a password");
  if (!account.files) throw std::invalid_argument("user " + name + " needs a file system");
  const std::lock_guard lock(mutex_);
  users_.insert_or_assign(std::move(name), User{std::move(password), std::move(account)});
}

void StaticUsers::allow_anonymous(Account account) {
  if (!account.files) throw std::invalid_argument("anonymous users need a file system");
  const std::lock_guard lock(mutex_);
  anonymous_ = std::move(account);
}

void StaticUsers::accept_certificates(CertificateName name) {
  const std::lock_guard lock(mutex_);
  certificate_name_ = name;
}

bool StaticUsers::remove(std::string_view name) {
  const std::lock_guard lock(mutex_);
  const auto found = users_.find(name);
  if (found == users_.end()) return false;
  users_.erase(found);
  return true;
}

Account* StaticUsers::find(std::string_view name) {
  const auto found = users_.find(name);
  if (found != users_.end()) return &found->second.account;
  return anonymous_ && (name == "anonymous" || name == "ftp") ? &*anonymous_ : nullptr;
}

bool StaticUsers::override_permissions(std::string_view name, PermissionOverride exception) {
  const std::lock_guard lock(mutex_);
  Account* const account = find(name);
  if (account) account->overrides.push_back(std::move(exception));
  return account != nullptr;
}

Task<std::expected<Account, AuthErrc>> StaticUsers::authenticate(const LoginRequest& request) {
  const std::lock_guard lock(mutex_);
  const auto found = users_.find(request.user);
  const bool known = found != users_.end();

  // RFC 1635: any password will do. A user of that name with a password of its own comes first.
  if (!known && anonymous_ && (request.user == "anonymous" || request.user == "ftp")) co_return *anonymous_;

  // RFC 2577 §7: an unknown name takes the same path as a wrong password; it is compared too, with itself.
  const Secret& expected = known ? found->second.password : request.password;
  const bool equal = expected.equals(request.password);
  if (!known || !equal) co_return std::unexpected(AuthErrc::rejected);
  co_return found->second.account;
}

namespace {

bool names(const ClientCertificate& certificate, CertificateName part, const std::string& user) {
  switch (part) {
    case CertificateName::common_name:
      return certificate.common_name == user;
    case CertificateName::dns_name:
      return std::ranges::find(certificate.dns_names, user) != certificate.dns_names.end();
    case CertificateName::email_address:
      return std::ranges::find(certificate.email_addresses, user) != certificate.email_addresses.end();
  }
  return false;
}

}  // namespace

Task<std::expected<Account, AuthErrc>> StaticUsers::authenticate_certificate(const LoginRequest& request) {
  const std::lock_guard lock(mutex_);
  const auto found = users_.find(request.user);
  if (!certificate_name_ || found == users_.end() || !request.tls_facts || !request.tls_facts->client ||
      !names(*request.tls_facts->client, *certificate_name_, request.user))
    co_return std::unexpected(AuthErrc::rejected);
  co_return found->second.account;
}

}  // namespace ferry
