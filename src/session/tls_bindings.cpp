#include "session/tls_bindings.hpp"

namespace ferry {

void TlsBindings::bind(const TlsIdentity& identity, std::string host, std::string user, IpAddress address) {
  const std::lock_guard lock(mutex_);
  logins_.insert_or_assign(identity, Login{std::move(host), std::move(user), address});
}

void TlsBindings::unbind(const TlsIdentity& identity) {
  const std::lock_guard lock(mutex_);
  logins_.erase(identity);
}

bool TlsBindings::is_login(const TlsIdentity& identity) const {
  const std::lock_guard lock(mutex_);
  return logins_.contains(identity);
}

bool TlsBindings::same_login(const TlsIdentity& a, const TlsIdentity& b) const {
  const std::lock_guard lock(mutex_);
  const auto first = logins_.find(a);
  const auto second = logins_.find(b);
  return first != logins_.end() && second != logins_.end() && first->second == second->second;
}

}  // namespace ferry
