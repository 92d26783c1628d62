// Two ends of one connection, and octets to send through it.
#pragma once

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include <cstddef>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "net/listener.hpp"
#include "net/stream.hpp"
#include "support/octets_of.hpp"

namespace ferry::test {

struct DescriptorPair {
  Descriptor ours;
  Descriptor theirs;
};

inline DescriptorPair socket_pair() {
  int fds[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds) != 0)
    throw std::runtime_error("socketpair");
  return {Descriptor(fds[0]), Descriptor(fds[1])};
}

inline IpAddress loopback() { return IpAddress::v4({127, 0, 0, 1}); }

// A connection over the loopback interface. The kernel of a Linux machine has made it when connect returns.
inline DescriptorPair tcp_pair(Loop& loop) {
  auto listening = listen_on(loopback(), 0, 1);
  if (!listening) throw std::runtime_error(listening.error());
  Listener listener(loop, std::move(listening->first), listening->second);
  auto theirs = start_connect(loopback(), listener.local());
  pollfd waiting{.fd = listener.socket().fd(), .events = POLLIN, .revents = 0};
  ::poll(&waiting, 1, -1);
  auto accepted = listener.try_accept();
  if (!theirs || !accepted) throw std::runtime_error("no connection over the loopback interface");
  return {std::move(accepted->descriptor), std::move(*theirs)};
}

// Whether the kernel acknowledges at once what `socket` receives.
inline bool acknowledges_at_once(const Socket& socket) {
  int at_once = -1;
  socklen_t size = sizeof at_once;
  if (::getsockopt(socket.fd(), IPPROTO_TCP, TCP_QUICKACK, &at_once, &size) != 0)
    throw std::runtime_error("TCP_QUICKACK");
  return at_once == 1;
}
// As after an answer of our own.
inline void delay_acknowledgements(const Socket& socket) {
  const int off = 0;
  ::setsockopt(socket.fd(), IPPROTO_TCP, TCP_QUICKACK, &off, sizeof off);
}

// A text in which no two places look alike for long.
inline std::string pattern(std::size_t size) {
  std::string text(size, '\0');
  std::uint32_t state = 12345;
  for (char& c : text) {
    state = state * 1664525 + 1013904223;
    c = static_cast<char>(state >> 24);
  }
  return text;
}

inline Task<IoErrc> write_all(Stream& stream, std::string text) { co_return co_await stream.write(octets_of(text)); }

// Everything until the orderly end, or until the first error.
struct Received {
  std::string text;
  IoErrc error = IoErrc::none;
};
inline Task<Received> read_all(Stream& stream) {
  Received received;
  std::vector<std::byte> buffer(64 * 1024);
  for (;;) {
    const auto n = co_await stream.read(buffer);
    if (!n) {
      received.error = n.error();
      break;
    }
    if (*n == 0) break;
    received.text.append(reinterpret_cast<const char*>(buffer.data()), *n);
  }
  co_return received;
}

}  // namespace ferry::test
