#include "net/listener.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace ferry {

namespace {

void set_on(int fd, int level, int name) {
  const int on = 1;
  ::setsockopt(fd, level, name, &on, sizeof on);
}

// 0, or errno.
int bind_and_listen(int fd, const Endpoint& endpoint, int backlog) {
  sockaddr_storage address{};
  const socklen_t size = to_sockaddr(endpoint, address);
  if (::bind(fd, reinterpret_cast<const sockaddr*>(&address), size) != 0) return errno;
  if (::listen(fd, backlog) != 0) return errno;
  return 0;
}

Descriptor stream_socket(IpAddress::Family family) {
  return Descriptor(
      ::socket(family == IpAddress::Family::v4 ? AF_INET : AF_INET6, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
}

}  // namespace

IoResult<Accepted> Listener::try_accept() {
  if (socket_.stopped_by() != IoErrc::none) return std::unexpected(socket_.stopped_by());
  for (;;) {
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    Descriptor fd(::accept4(socket_.fd(), reinterpret_cast<sockaddr*>(&address), &size, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (fd) return Accepted{std::move(fd), endpoint_from(address)};
    // A connection that died while it was waiting (accept(2) lists more such errors) is not the listener's failure.
    switch (errno) {
      case EMFILE:
      case ENFILE:
      case ENOBUFS:
      case ENOMEM:
        return std::unexpected(IoErrc::no_resource);
      case EAGAIN:
        return std::unexpected(IoErrc::would_block);
      case EBADF:
      case EINVAL:
        return std::unexpected(IoErrc::lost);
      default:
        break;
    }
  }
}

void Listener::drop_waiting() {
  // Nearly always nobody waits, and accept takes ten times as long as poll to say so.
  pollfd waiting{.fd = socket_.fd(), .events = POLLIN, .revents = 0};
  while (::poll(&waiting, 1, 0) > 0 && try_accept()) {
  }
}

std::expected<Descriptor, int> try_to_listen(const std::optional<IpAddress>& address, std::uint16_t port, int backlog) {
  const IpAddress any_v6 = IpAddress::v6({});
  IpAddress local = address.value_or(any_v6);
  Descriptor fd = stream_socket(local.family());
  if (!fd && !address) {  // a machine without IPv6
    local = IpAddress();
    fd = stream_socket(local.family());
  }
  if (!fd) return std::unexpected(errno);
  set_on(fd.get(), SOL_SOCKET, SO_REUSEADDR);
  set_on(fd.get(), SOL_SOCKET, SO_KEEPALIVE);
  set_on(fd.get(), SOL_SOCKET, SO_OOBINLINE);
  set_on(fd.get(), IPPROTO_TCP, TCP_NODELAY);
  if (local.is_v6()) {
    const int only_v6 = address ? 1 : 0;
    ::setsockopt(fd.get(), IPPROTO_IPV6, IPV6_V6ONLY, &only_v6, sizeof only_v6);
  }
  if (const int error = bind_and_listen(fd.get(), {local, port}, backlog); error != 0) return std::unexpected(error);
  return fd;
}

std::expected<std::pair<Descriptor, Endpoint>, std::string> listen_on(const std::optional<IpAddress>& address,
                                                                      std::uint16_t port, int backlog) {
  auto listening = try_to_listen(address, port, backlog);
  if (!listening) {
    const std::string what = "port " + std::to_string(port);
    switch (const int error = listening.error()) {
      case EADDRINUSE:
        return std::unexpected(what + " is in use; choose another, or 0 for any free one");
      case EACCES:
        return std::unexpected(what + " needs the right to bind ports below 1024");
      case EADDRNOTAVAIL:
        return std::unexpected(address.value_or(IpAddress()).text() + " is not an address of this machine");
      default:
        return std::unexpected(what + ": " + std::strerror(error));
    }
  }
  sockaddr_storage bound{};
  socklen_t size = sizeof bound;
  ::getsockname(listening->get(), reinterpret_cast<sockaddr*>(&bound), &size);
  return std::pair(*std::move(listening), endpoint_from(bound));
}

IoResult<std::unique_ptr<Listener>> PassivePorts::open(Loop& loop, const IpAddress& local) const {
  const std::uint32_t first = range_.first == 0 ? 49152 : range_.first;
  const std::uint32_t count = (range_.last == 0 ? 65535u : range_.last) - first + 1;
  constexpr std::uint32_t random_picks = 16;
  // Strangers who knock between PASV and the transfer must not fill the queue before the right peer comes.
  constexpr int passive_backlog = 64;
  const std::uint32_t start = arc4random_uniform(count);
  Descriptor fd;
  for (std::uint32_t i = 0; i < random_picks + count; ++i) {
    // Random picks first; when so many of them are taken the range is nearly full, and every port gets its turn.
    const std::uint32_t offset = i < random_picks ? arc4random_uniform(count) : (start + i) % count;
    if (!fd) {
      fd = stream_socket(local.family());
      if (!fd) return std::unexpected(IoErrc::no_resource);
      set_on(fd.get(), SOL_SOCKET, SO_REUSEADDR);
      set_on(fd.get(), IPPROTO_TCP, TCP_NODELAY);
    }
    const Endpoint endpoint{local, static_cast<std::uint16_t>(first + offset)};
    const int error = bind_and_listen(fd.get(), endpoint, passive_backlog);
    if (error == 0) return std::make_unique<Listener>(loop, std::move(fd), endpoint);
    if (error != EADDRINUSE && error != EACCES) return std::unexpected(IoErrc::no_resource);
    fd = Descriptor();  // bind may have succeeded and listen failed: such a socket cannot be bound again
  }
  return std::unexpected(IoErrc::no_resource);
}

}  // namespace ferry
