// Who counts as one peer where addresses are counted.
#pragma once

#include <ferry/address.hpp>

namespace ferry {

// An IPv4 address is one; of IPv6 it is the network of 64 bits, all addresses of which one host may have (RFC 4291
// §2.5.4). Returns the first address of it.
IpAddress origin_of(const IpAddress& peer);

}  // namespace ferry
