// A listening TCP socket, and the choice of ports for passive data connections.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include <ferry/address.hpp>

#include "net/socket.hpp"

namespace ferry {

struct Accepted {
  Descriptor descriptor;
  Endpoint peer;
};

class Listener {
 public:
  Listener(Loop& loop, Descriptor descriptor, Endpoint local) : socket_(loop, std::move(descriptor)), local_(local) {}

  const Endpoint& local() const { return local_; }
  Socket& socket() { return socket_; }

  // The next connection that is waiting, or would_block.
  IoResult<Accepted> try_accept();
  // Closes all connections that are waiting.
  void drop_waiting();

 private:
  Socket socket_;
  Endpoint local_;
};

// A socket as listen_on makes it, or errno.
std::expected<Descriptor, int> try_to_listen(const std::optional<IpAddress>& address, std::uint16_t port, int backlog);

// A nonblocking listening socket. `address` empty: all addresses of IPv4 and IPv6. Connections inherit TCP_NODELAY (a
// reply must not wait for the acknowledgement of the one before) and urgent octets in line (ABOR behind a Telnet Synch,
// RFC 959 §4.1.3). The error is one for people.
std::expected<std::pair<Descriptor, Endpoint>, std::string> listen_on(const std::optional<IpAddress>& address,
                                                                      std::uint16_t port, int backlog);

// Chooses ports for passive data connections (RFC 2577 §8: an attacker must not guess them). The port is bound
// explicitly with SO_REUSEADDR: letting the kernel choose costs milliseconds once the range is full of TIME_WAIT.
// Thread-safe.
class PassivePorts {
 public:
  explicit PassivePorts(PortRange range) : range_(range) {}

  // no_resource when all ports of the range are taken.
  IoResult<std::unique_ptr<Listener>> open(Loop& loop, const IpAddress& local) const;

 private:
  PortRange range_;
};

}  // namespace ferry
