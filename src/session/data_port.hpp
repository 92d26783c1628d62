// What PASV, EPSV, PORT, EPRT and their kin have arranged for the next transfer.
//
// Each arrangement serves one transfer. The listener of a passive one stays open afterwards: the next PASV or EPSV
// usually takes it again, which saves several system calls for each small file. Asking twice without a transfer between
// gives a new port. Where the data said itself where it ended (MODE B), the data connection stays too, for a next
// transfer without any arrangement; a new arrangement replaces it (RFC 959 §3.3).
#pragma once

#include <memory>
#include <optional>

#include "net/listener.hpp"
#include "transfer/data_connection.hpp"

namespace ferry {

class DataPort {
 public:
  // The end to announce, or no_resource.
  IoResult<Endpoint> listen(Loop& loop, const PassivePorts& ports, const IpAddress& local);
  void connect_to(const Endpoint& remote);
  // CPSV: on the connection to the listener just arranged, this end begins the TLS handshake, as a TLS client.
  void begin_tls_as_client() { tls_client_ = true; }
  bool begins_tls_as_client() const { return tls_client_; }

  // True when a transfer can begin.
  bool arranged() const { return passive_arranged_ || active_ || kept_; }

  // The arrangement, for the transfer that begins now. Only while arranged().
  std::variant<PassiveEnd, ActiveEnd, KeptEnd> take(const IpAddress& local, std::optional<IpAddress> expected_peer);

  // An open data connection stays for the next transfer.
  void keep(std::unique_ptr<Stream> stream) { kept_ = std::move(stream); }
  bool has_connection() const { return kept_ != nullptr; }
  void drop_connection() { kept_.reset(); }

  // Forgets everything, and closes the listener and the open data connection.
  void close();
  // Closes a listener that has served and waits for the next PASV.
  void close_idle_listener();
  bool has_listener() const { return listener_ != nullptr; }

 private:
  std::unique_ptr<Listener> listener_;
  bool passive_arranged_ = false;
  bool tls_client_ = false;
  std::optional<Endpoint> active_;
  std::unique_ptr<Stream> kept_;
};

}  // namespace ferry
