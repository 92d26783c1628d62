// Behind NAT the user-PI knows the server by another address than the server itself.
#pragma once

#include <ferry/config.hpp>

namespace ferry {

// The address under which the peers of `local`, an address of this machine, reach it.
inline IpAddress announced_address(const Config& config, const IpAddress& local) {
  if (const auto mapped = config.masquerade_map.find(local); mapped != config.masquerade_map.end())
    return mapped->second;
  return config.masquerade_address.value_or(local);
}

}  // namespace ferry
