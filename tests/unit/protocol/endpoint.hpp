// Endpoints as tests write them down.
#pragma once

#include <cstdint>
#include <ferry/address.hpp>
#include <string_view>

namespace ferry::test {

inline Endpoint endpoint(std::string_view address, std::uint16_t port) {
  return {IpAddress::parse(address).value(), port};
}

}  // namespace ferry::test
