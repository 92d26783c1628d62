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

#include "net/tls.hpp"

namespace ferry {

class TlsBindings {
 public:
  // A login over TLS, or (after a new USER) another one on the same connection.
  void bind(const TlsIdentity& identity, std::string host, std::string user, IpAddress address);
  // The login or the connection has ended.
  void unbind(const TlsIdentity& identity);
  // True when both are live logins of one user from one address.
  bool same_login(const TlsIdentity& a, const TlsIdentity& b) const;
  // True for the identity of a live login, whoever's it is.
  bool is_login(const TlsIdentity& identity) const;

 private:
  struct Login {
    std::string host;  // the virtual host; empty: none
    std::string user;
    IpAddress address;
    friend bool operator==(const Login&, const Login&) = default;
  };
  mutable std::mutex mutex_;
  std::map<TlsIdentity, Login> logins_;
};

}  // namespace ferry
