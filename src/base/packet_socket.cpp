#include "base/packet_socket.hpp"

#include <sys/socket.h>
#include <sys/uio.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>

namespace ferry {

namespace {

// The control message that carries one descriptor. CMSG_SPACE has room for a second one behind it, so that the size
// that is told to the kernel is CMSG_LEN.
struct alignas(cmsghdr) Control {
  std::array<char, CMSG_SPACE(sizeof(int))> octets{};
  static constexpr std::size_t size = CMSG_LEN(sizeof(int));
};

bool send_with(int socket, std::string_view packet, std::string_view octets, int descriptor, int flags) {
  std::array<iovec, 2> parts{
      {{const_cast<char*>(packet.data()), packet.size()}, {const_cast<char*>(octets.data()), octets.size()}}};
  msghdr message{};
  message.msg_iov = parts.data();
  message.msg_iovlen = octets.empty() ? 1 : 2;
  Control control;
  if (descriptor >= 0) {
    message.msg_control = control.octets.data();
    message.msg_controllen = Control::size;
    cmsghdr* const header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = Control::size;
    std::memcpy(CMSG_DATA(header), &descriptor, sizeof descriptor);
  }
  for (;;) {
    const ssize_t size = ::sendmsg(socket, &message, MSG_NOSIGNAL | flags);
    if (size < 0 && errno == EINTR) continue;
    return size == static_cast<ssize_t>(packet.size() + octets.size());
  }
}

// The size of the packet that comes next, without taking it; 0 where there will be none.
std::size_t size_of_next(int socket) {
  for (;;) {
    char octet = 0;
    const ssize_t size = ::recv(socket, &octet, 1, MSG_PEEK | MSG_TRUNC);
    if (size < 0 && errno == EINTR) continue;
    return size <= 0 ? 0 : static_cast<std::size_t>(size);
  }
}

// All that a message brought, so that none stays open; the first of them.
Descriptor descriptor_of(msghdr& message) {
  Descriptor first;
  for (cmsghdr* header = CMSG_FIRSTHDR(&message); header != nullptr; header = CMSG_NXTHDR(&message, header)) {
    if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) continue;
    for (std::size_t at = 0; at + sizeof(int) <= header->cmsg_len - CMSG_LEN(0); at += sizeof(int)) {
      int fd = -1;
      std::memcpy(&fd, CMSG_DATA(header) + at, sizeof fd);
      Descriptor owned(fd);
      if (!first) first = std::move(owned);
    }
  }
  return first;
}

}  // namespace

SocketPair packet_socket_pair() {
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0)
    throw std::system_error(errno, std::generic_category(), "socketpair");
  SocketPair pair{.ours = Descriptor(ends[0]), .theirs = Descriptor(ends[1])};
  // Where the machine's own choice is smaller than a packet.
  constexpr int room = 2 * static_cast<int>(largest_packet);
  for (const int end : ends) ::setsockopt(end, SOL_SOCKET, SO_SNDBUF, &room, sizeof room);
  return pair;
}

bool send_packet(int socket, std::string_view packet, std::string_view octets, int descriptor) {
  return send_with(socket, packet, octets, descriptor, 0);
}

bool send_packet_now(int socket, std::string_view packet, int descriptor) {
  return send_with(socket, packet, {}, descriptor, MSG_DONTWAIT);
}

std::optional<std::string> receive_packet(int socket, std::size_t largest, Descriptor* descriptor) {
  const std::size_t size = size_of_next(socket);
  if (size == 0 || size > largest) return std::nullopt;
  std::string packet(size, '\0');
  iovec part{packet.data(), packet.size()};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  Control control;
  if (descriptor != nullptr) {
    message.msg_control = control.octets.data();
    message.msg_controllen = Control::size;
  }
  ssize_t received = 0;
  do received = ::recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
  while (received < 0 && errno == EINTR);
  Descriptor brought = descriptor != nullptr ? descriptor_of(message) : Descriptor();
  if (received != static_cast<ssize_t>(size) || (message.msg_flags & MSG_TRUNC) != 0) return std::nullopt;
  // Without room for descriptors the kernel closes them, and says so in the same way.
  if (descriptor != nullptr && (message.msg_flags & MSG_CTRUNC) != 0) return std::nullopt;
  if (descriptor != nullptr) *descriptor = std::move(brought);
  return packet;
}

}  // namespace ferry
