#include "dead_port.hpp"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace ferry::testing {

// The kernel lets one more connection wait than listen() was told, and answers no SYN when that place is taken. So the
// mute port has a place for one, and takes it itself.
DeadPort::DeadPort(Kind kind) {
  const auto keep = [this](int descriptor) {
    if (descriptor < 0) throw std::system_error(errno, std::generic_category(), "a port for a fault");
    descriptors_.push_back(descriptor);
    return descriptor;
  };
  const auto require = [](int result) {
    if (result < 0) throw std::system_error(errno, std::generic_category(), "a port for a fault");
  };
  const int listening = keep(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  require(::bind(listening, reinterpret_cast<const sockaddr*>(&address), size));
  require(::getsockname(listening, reinterpret_cast<sockaddr*>(&address), &size));
  port_ = ntohs(address.sin_port);
  if (kind == Kind::refusing) return;

  require(::listen(listening, 0));
  const int waiting = keep(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  require(::connect(waiting, reinterpret_cast<const sockaddr*>(&address), size));
}

DeadPort::~DeadPort() {
  for (const int descriptor : descriptors_) ::close(descriptor);
}

}  // namespace ferry::testing
