#include "net/socket.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace ferry {

IoErrc io_error_from_errno(int error) {
  switch (error) {
    case EAGAIN:
    case EINTR:
      return IoErrc::would_block;
    case ETIMEDOUT:
      return IoErrc::timed_out;
    case EMFILE:
    case ENFILE:
    case ENOBUFS:
    case ENOMEM:
    case EADDRINUSE:
    case EADDRNOTAVAIL:
    case EACCES:
      return IoErrc::no_resource;
    default:
      return IoErrc::lost;
  }
}

IoResult<std::size_t> Socket::try_receive(std::span<std::byte> buffer) {
  if (stopped_by_ != IoErrc::none) return std::unexpected(stopped_by_);
  const ssize_t n = ::recv(fd(), buffer.data(), buffer.size(), 0);
  drained_ = n < std::ssize(buffer);
  if (n < 0) return std::unexpected(io_error_from_errno(errno));
  return static_cast<std::size_t>(n);
}

IoResult<std::size_t> Socket::try_send(std::span<const std::byte> octets) {
  if (stopped_by_ != IoErrc::none) return std::unexpected(stopped_by_);
  const ssize_t n = ::send(fd(), octets.data(), octets.size(), MSG_NOSIGNAL);
  if (n < 0) return std::unexpected(io_error_from_errno(errno));
  return static_cast<std::size_t>(n);
}

bool Socket::peer_has_ended() const {
  std::byte octet;
  const ssize_t n = ::recv(fd(), &octet, 1, MSG_PEEK | MSG_DONTWAIT);
  return n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR);
}

void Socket::reset_on_close() {
  const linger now{.l_onoff = 1, .l_linger = 0};
  ::setsockopt(fd(), SOL_SOCKET, SO_LINGER, &now, sizeof now);
}

void Socket::send_full_segments() {
  const int on = 1;
  ::setsockopt(fd(), IPPROTO_TCP, TCP_CORK, &on, sizeof on);
}

void Socket::acknowledge() {
  const int on = 1;
  ::setsockopt(fd(), IPPROTO_TCP, TCP_QUICKACK, &on, sizeof on);
}

void Socket::shut_down_sending() { ::shutdown(fd(), SHUT_WR); }

void Socket::shut_down() { ::shutdown(fd(), SHUT_RDWR); }

std::optional<Endpoint> Socket::local_endpoint() const {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  if (::getsockname(fd(), reinterpret_cast<sockaddr*>(&address), &size) != 0) return std::nullopt;
  return endpoint_from(address);
}

Endpoint endpoint_from(const sockaddr_storage& address) {
  if (address.ss_family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, &address, sizeof v4);
    std::array<std::uint8_t, 4> octets{};
    std::memcpy(octets.data(), &v4.sin_addr, octets.size());
    return {IpAddress::v4(octets), ntohs(v4.sin_port)};
  }
  sockaddr_in6 v6{};
  std::memcpy(&v6, &address, sizeof v6);
  if (IN6_IS_ADDR_V4MAPPED(&v6.sin6_addr)) {
    std::array<std::uint8_t, 4> octets{};
    std::memcpy(octets.data(), v6.sin6_addr.s6_addr + 12, octets.size());
    return {IpAddress::v4(octets), ntohs(v6.sin6_port)};
  }
  std::array<std::uint8_t, 16> octets{};
  std::memcpy(octets.data(), v6.sin6_addr.s6_addr, octets.size());
  return {IpAddress::v6(octets, v6.sin6_scope_id), ntohs(v6.sin6_port)};
}

socklen_t to_sockaddr(const Endpoint& endpoint, sockaddr_storage& out) {
  out = {};
  if (endpoint.address.is_v4()) {
    sockaddr_in v4{};
    v4.sin_family = AF_INET;
    v4.sin_port = htons(endpoint.port);
    std::memcpy(&v4.sin_addr, endpoint.address.octets().data(), 4);
    std::memcpy(&out, &v4, sizeof v4);
    return sizeof v4;
  }
  sockaddr_in6 v6{};
  v6.sin6_family = AF_INET6;
  v6.sin6_port = htons(endpoint.port);
  v6.sin6_scope_id = endpoint.address.scope();
  std::memcpy(&v6.sin6_addr, endpoint.address.octets().data(), 16);
  std::memcpy(&out, &v6, sizeof v6);
  return sizeof v6;
}

IoResult<Descriptor> start_connect(const IpAddress& local, const Endpoint& remote) {
  Descriptor fd(::socket(remote.address.is_v4() ? AF_INET : AF_INET6, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!fd) return std::unexpected(io_error_from_errno(errno));
  const int on = 1;
  ::setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  sockaddr_storage address{};
  if (local.family() == remote.address.family()) {
    // The kernel chooses the port at connect, for this pair of ends; bind alone would have to find one that is free for
    // all.
    ::setsockopt(fd.get(), IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
    const socklen_t size = to_sockaddr({local, 0}, address);
    if (::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), size) != 0)
      return std::unexpected(io_error_from_errno(errno));
  }
  const socklen_t size = to_sockaddr(remote, address);
  if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), size) != 0 && errno != EINPROGRESS)
    return std::unexpected(io_error_from_errno(errno));
  return fd;
}

IoErrc connect_outcome(int fd) {
  int error = 0;
  socklen_t size = sizeof error;
  if (::getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) != 0) error = errno;
  if (error != 0) return io_error_from_errno(error);
  sockaddr_storage peer{};
  size = sizeof peer;
  if (::getpeername(fd, reinterpret_cast<sockaddr*>(&peer), &size) != 0) return IoErrc::would_block;
  return IoErrc::none;
}

}  // namespace ferry
