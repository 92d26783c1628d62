// Local sockets that keep packets apart (SOCK_SEQPACKET) and can carry an open descriptor with each.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/descriptor.hpp"

namespace ferry {

// What fits into one packet on any machine.
inline constexpr std::size_t largest_packet = 180'000;

struct SocketPair {
  Descriptor ours;
  Descriptor theirs;
};
// Throws std::system_error.
SocketPair packet_socket_pair();

// `packet` and, behind it in the same packet, `octets`; not empty. Blocks until there is room. False where the other
// end is gone.
bool send_packet(int socket, std::string_view packet, std::string_view octets = {}, int descriptor = -1);
// The same without waiting: false, too, where there is no room now.
bool send_packet_now(int socket, std::string_view packet, int descriptor = -1);

// Blocks until a packet has come. nullopt where the other end is gone, where the packet is larger than `largest`, and
// where it brings more than one descriptor; one that comes without being asked for (`descriptor` is null) is closed.
std::optional<std::string> receive_packet(int socket, std::size_t largest, Descriptor* descriptor = nullptr);

}  // namespace ferry
