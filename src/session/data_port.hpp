// What PASV, EPSV, PORT and EPRT have arranged for the next transfer.
//
// Each arrangement serves one transfer. The listener of a passive one stays open afterwards: the next PASV or EPSV
// usually takes it again, which saves several system calls for each small file. Asking twice without a transfer between
// gives a new port.
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

  // True when a transfer can begin.
  bool arranged() const { return passive_arranged_ || active_; }

  // The arrangement, for the transfer that begins now. Only while arranged().
  std::variant<PassiveEnd, ActiveEnd> take(const IpAddress& local, std::optional<IpAddress> expected_peer);

  // Forgets everything and closes the listener.
  void close();
  // Closes a listener that has served and waits for the next PASV.
  void close_idle_listener();
  bool has_listener() const { return listener_ != nullptr; }

 private:
  std::unique_ptr<Listener> listener_;
  bool passive_arranged_ = false;
  std::optional<Endpoint> active_;
};

}  // namespace ferry
