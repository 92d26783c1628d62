// Between ferry's addresses and those of the operating system.
#pragma once

#include <sys/socket.h>

#include <ferry/address.hpp>

namespace ferry::test {

class SocketAddress {
 public:
  explicit SocketAddress(const Endpoint& endpoint);
  const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage_); }
  socklen_t size() const { return size_; }
  int family() const { return storage_.ss_family; }

 private:
  sockaddr_storage storage_{};
  socklen_t size_ = 0;
};

Endpoint local_endpoint(int socket);
Endpoint peer_endpoint(int socket);

}  // namespace ferry::test
