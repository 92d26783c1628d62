#include "protocol/host_port.hpp"

#include <fmt/format.h>

#include <array>
#include <optional>
#include <utility>

#include "base/text.hpp"

namespace ferry {
namespace {

// Cuts off and returns what stands before the first `delimiter`, which must be there.
std::optional<std::string_view> take_field(std::string_view& rest, char delimiter) {
  const std::size_t end = rest.find(delimiter);
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view field = rest.substr(0, end);
  rest.remove_prefix(end + 1);
  return field;
}

std::optional<std::uint16_t> parse_uint16(std::string_view text) {
  const std::optional<std::uint64_t> number = parse_decimal(text);
  if (!number || *number > UINT16_MAX) return std::nullopt;
  return static_cast<std::uint16_t>(*number);
}

std::optional<std::uint8_t> parse_uint8(std::string_view text) {
  const std::optional<std::uint16_t> number = parse_uint16(text);
  if (text.size() > 3 || !number || *number > UINT8_MAX) return std::nullopt;
  return static_cast<std::uint8_t>(*number);
}

// Address family numbers (RFC 2428 §2).
constexpr std::uint16_t family_v4 = 1;
constexpr std::uint16_t family_v6 = 2;

// IpAddress::parse takes either family and brackets, EPRT only what the protocol number says.
std::optional<IpAddress> parse_address(std::uint16_t family, std::string_view text) {
  const bool looks_like_v6 = text.find(':') != std::string_view::npos;
  if (looks_like_v6 != (family == family_v6) || text.starts_with('[')) return std::nullopt;
  return IpAddress::parse(text);
}

}  // namespace

std::expected<Endpoint, SyntaxErrc> parse_port(std::string_view argument) {
  std::array<std::uint8_t, 6> numbers{};
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const bool last = i + 1 == numbers.size();
    const std::optional<std::string_view> field = last ? argument : take_field(argument, ',');
    const std::optional<std::uint8_t> number = field ? parse_uint8(*field) : std::nullopt;
    if (!number) return malformed_argument;
    numbers[i] = *number;
  }
  Endpoint endpoint;
  endpoint.address = IpAddress::v4({numbers[0], numbers[1], numbers[2], numbers[3]});
  endpoint.port = static_cast<std::uint16_t>(numbers[4] << 8 | numbers[5]);
  if (endpoint.port == 0) return malformed_argument;
  return endpoint;
}

std::expected<Endpoint, SyntaxErrc> parse_eprt(std::string_view argument) {
  if (argument.empty()) return malformed_argument;
  const char delimiter = argument.front();
  if (delimiter < 33 || delimiter > 126) return malformed_argument;
  argument.remove_prefix(1);

  const std::optional<std::string_view> protocol = take_field(argument, delimiter);
  const std::optional<std::string_view> host = take_field(argument, delimiter);
  const std::optional<std::string_view> port = take_field(argument, delimiter);
  if (!protocol || !host || !port || !argument.empty()) return malformed_argument;

  const std::optional<std::uint16_t> family = parse_uint16(*protocol);
  if (!family) return malformed_argument;
  if (*family != family_v4 && *family != family_v6) return std::unexpected(SyntaxErrc::unknown_protocol);

  const std::optional<IpAddress> address = parse_address(*family, *host);
  const std::optional<std::uint16_t> number = parse_uint16(*port);
  if (!address || !number || *number == 0) return malformed_argument;
  return Endpoint{*address, *number};
}

std::expected<EpsvRequest, SyntaxErrc> parse_epsv(std::string_view argument) {
  using Kind = EpsvRequest::Kind;
  if (argument.empty()) return EpsvRequest{Kind::own_family};
  if (equals_ignoring_ascii_case(argument, "ALL")) return EpsvRequest{Kind::all};
  const std::optional<std::uint16_t> family = parse_uint16(argument);
  if (!family) return malformed_argument;
  switch (*family) {
    case family_v4:
      return EpsvRequest{Kind::v4};
    case family_v6:
      return EpsvRequest{Kind::v6};
    default:
      return std::unexpected(SyntaxErrc::unknown_protocol);
  }
}

std::string format_227(const Endpoint& endpoint) {
  const auto& octets = endpoint.address.octets();
  return fmt::format("({},{},{},{},{},{})", octets[0], octets[1], octets[2], octets[3], endpoint.port >> 8,
                     endpoint.port & 0xFF);
}

std::string format_229(std::uint16_t port) { return fmt::format("(|||{}|)", port); }

}  // namespace ferry
