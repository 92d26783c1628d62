// Which live control connection each TLS identity belongs to.
//
// Parallel clients (curl -Z, rclone) share one ticket cache between their sessions: a data connection may come with a
// ticket of a sibling. It is accepted when the sibling is a live session of the same user from the same address.
// Thread-safe; shared by all loops.
#pragma once

#include <map>
#include <mutex>
#include <string>

#include <ferry/address.hpp>
#include <ferry/config.hpp>

#include "net/tls.hpp"

namespace ferry {

// Whose it is: what the session holds itself.
struct TlsLogin {
  const VirtualHost* host;  // null: none
  const std::string& user;
  const IpAddress& address;
};

class TlsBindings {
 public:
  // A login over TLS. What it refers to stays as it is until it is unbound; an identity has one login at a time.
  void bind(const TlsIdentity& identity, const TlsLogin& login);
  // The login or the connection has ended.
  void unbind(const TlsIdentity& identity);
  // True when both are live logins of one user from one address.
  bool same_login(const TlsIdentity& a, const TlsIdentity& b) const;
  // True for the identity of a live login, whoever's it is.
  bool is_login(const TlsIdentity& identity) const;

 private:
  mutable std::mutex mutex_;
  std::map<TlsIdentity, TlsLogin> logins_;
};

}  // namespace ferry
