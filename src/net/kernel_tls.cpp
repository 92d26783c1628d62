#include "net/kernel_tls.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cerrno>

#include "base/descriptor.hpp"

namespace ferry {

bool kernel_has_tls() {
  const Descriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  // A kernel that knows the name "tls" goes on to say that this socket is not connected; others do not know it.
  return socket && ::setsockopt(socket.get(), IPPROTO_TCP, TCP_ULP, "tls", sizeof "tls") != 0 && errno == ENOTCONN;
}

}  // namespace ferry
