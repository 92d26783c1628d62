#include "protocol/long_host_port.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/text.hpp"

namespace ferry {
namespace {

constexpr std::uint8_t version_4 = 4;
constexpr std::uint8_t version_6 = 6;
constexpr std::size_t most_numbers = 64;  // more than any address has

std::optional<std::vector<std::uint8_t>> parse_octets(std::string_view text) {
  std::vector<std::uint8_t> octets;
  for (;;) {
    const std::size_t end = text.find(',');
    const std::string_view field = text.substr(0, end);
    const auto number = parse_decimal(field);
    if (field.size() > 3 || !number || *number > UINT8_MAX || octets.size() == most_numbers) return std::nullopt;
    octets.push_back(static_cast<std::uint8_t>(*number));
    if (end == std::string_view::npos) return octets;
    text.remove_prefix(end + 1);
  }
}

template <std::size_t size>
std::array<std::uint8_t, size> take_array(const std::uint8_t* octets) {
  std::array<std::uint8_t, size> array{};
  std::copy_n(octets, size, array.begin());
  return array;
}

}  // namespace

std::expected<Endpoint, SyntaxErrc> parse_lprt(std::string_view argument) {
  const auto numbers = parse_octets(argument);
  if (!numbers || numbers->size() < 2) return malformed_argument;
  const std::uint8_t family = (*numbers)[0];
  if (family != version_4 && family != version_6) return std::unexpected(SyntaxErrc::unknown_protocol);
  const std::size_t address_size = family == version_4 ? 4 : 16;
  // Family and length, the address, length of the port and its two octets.
  if ((*numbers)[1] != address_size || numbers->size() != 2 + address_size + 3 || (*numbers)[2 + address_size] != 2)
    return malformed_argument;
  const std::uint8_t* const address = numbers->data() + 2;
  const std::uint8_t* const port = address + address_size + 1;
  Endpoint endpoint;
  endpoint.address =
      family == version_4 ? IpAddress::v4(take_array<4>(address)) : IpAddress::v6(take_array<16>(address));
  endpoint.port = static_cast<std::uint16_t>(port[0] << 8 | port[1]);
  if (endpoint.port == 0) return malformed_argument;
  return endpoint;
}

std::string format_228(const Endpoint& endpoint) {
  const auto& octets = endpoint.address.octets();
  const std::size_t size = endpoint.address.is_v4() ? 4 : 16;
  std::string text = endpoint.address.is_v4() ? "(4,4" : "(6,16";
  for (std::size_t i = 0; i < size; ++i) text += ',' + std::to_string(octets[i]);
  text += ",2," + std::to_string(endpoint.port >> 8) + ',' + std::to_string(endpoint.port & 0xFF) + ')';
  return text;
}

}  // namespace ferry
