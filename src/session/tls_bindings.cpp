#include "session/tls_bindings.hpp"

namespace ferry {

void TlsBindings::bind(const TlsIdentity& identity, const TlsLogin& login) {
  const std::lock_guard lock(mutex_);
  logins_.emplace(identity, login);
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
  if (first == logins_.end() || second == logins_.end()) return false;
  const TlsLogin& one = first->second;
  const TlsLogin& other = second->second;
  return one.host == other.host && one.user == other.user && one.address == other.address;
}

}  // namespace ferry
