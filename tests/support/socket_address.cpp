#include "support/socket_address.hpp"

#include <netinet/in.h>

#include <algorithm>
#include <cstring>

namespace ferry::test {
namespace {

Endpoint endpoint_of(const sockaddr_storage& storage) {
  if (storage.ss_family == AF_INET) {
    sockaddr_in address;
    std::memcpy(&address, &storage, sizeof address);
    std::array<std::uint8_t, 4> octets;
    std::memcpy(octets.data(), &address.sin_addr, octets.size());
    return {IpAddress::v4(octets), ntohs(address.sin_port)};
  }
  sockaddr_in6 address;
  std::memcpy(&address, &storage, sizeof address);
  std::array<std::uint8_t, 16> octets;
  std::memcpy(octets.data(), &address.sin6_addr, octets.size());
  return {IpAddress::v6(octets), ntohs(address.sin6_port)};
}

}  // namespace

SocketAddress::SocketAddress(const Endpoint& endpoint) {
  const auto& octets = endpoint.address.octets();
  if (endpoint.address.is_v4()) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(endpoint.port);
    std::memcpy(&address.sin_addr, octets.data(), 4);
    std::memcpy(&storage_, &address, size_ = sizeof address);
  } else {
    sockaddr_in6 address{};
    address.sin6_family = AF_INET6;
    address.sin6_port = htons(endpoint.port);
    std::memcpy(&address.sin6_addr, octets.data(), 16);
    std::memcpy(&storage_, &address, size_ = sizeof address);
  }
}

Endpoint local_endpoint(int socket) {
  sockaddr_storage storage{};
  socklen_t size = sizeof storage;
  ::getsockname(socket, reinterpret_cast<sockaddr*>(&storage), &size);
  return endpoint_of(storage);
}

Endpoint peer_endpoint(int socket) {
  sockaddr_storage storage{};
  socklen_t size = sizeof storage;
  ::getpeername(socket, reinterpret_cast<sockaddr*>(&storage), &size);
  return endpoint_of(storage);
}

}  // namespace ferry::test
