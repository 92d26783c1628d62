#include "base/origin.hpp"

#include <algorithm>

namespace ferry {

IpAddress origin_of(const IpAddress& peer) {
  if (peer.is_v4()) return peer;
  auto octets = peer.octets();
  std::fill(octets.begin() + 8, octets.end(), std::uint8_t{0});
  return IpAddress::v6(octets, peer.scope());
}

}  // namespace ferry
