#include <ferry/address.hpp>

#include <arpa/inet.h>

#include <algorithm>
#include <iterator>

#include "base/text.hpp"

namespace ferry {
namespace {

// ::ffff:0:0/96, the IPv4-mapped addresses (RFC 4291 §2.5.5.2).
constexpr std::array<std::uint8_t, 12> mapped_prefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};

}  // namespace

IpAddress IpAddress::v4(std::array<std::uint8_t, 4> octets) {
  IpAddress address;
  std::ranges::copy(octets, address.octets_.begin());
  return address;
}

IpAddress IpAddress::v6(std::array<std::uint8_t, 16> octets, std::uint32_t scope) {
  if (std::equal(mapped_prefix.begin(), mapped_prefix.end(), octets.begin()))
    return v4({octets[12], octets[13], octets[14], octets[15]});
  IpAddress address;
  address.octets_ = octets;
  address.scope_ = scope;
  address.family_ = Family::v6;
  return address;
}

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
  const bool brackets = text.size() >= 2 && text.front() == '[' && text.back() == ']';
  if (brackets) text = text.substr(1, text.size() - 2);

  // inet_pton wants a NUL behind the text, and would stop at one in it.
  char terminated[INET6_ADDRSTRLEN];
  if (text.size() >= std::size(terminated) || text.find('\0') != std::string_view::npos) return std::nullopt;
  *std::ranges::copy(text, terminated).out = '\0';

  if (std::array<std::uint8_t, 4> octets; !brackets && inet_pton(AF_INET, terminated, octets.data()) == 1)
    return v4(octets);
  if (std::array<std::uint8_t, 16> octets; inet_pton(AF_INET6, terminated, octets.data()) == 1) return v6(octets);
  return std::nullopt;
}

bool IpAddress::is_unspecified() const {
  return std::ranges::all_of(octets_, [](std::uint8_t octet) { return octet == 0; });
}

bool IpAddress::is_loopback() const {
  if (is_v4()) return octets_[0] == 127;
  return octets_[15] == 1 && std::all_of(octets_.begin(), octets_.end() - 1, [](std::uint8_t o) { return o == 0; });
}

std::string IpAddress::text() const {
  char buffer[INET6_ADDRSTRLEN];
  std::string out = inet_ntop(is_v4() ? AF_INET : AF_INET6, octets_.data(), buffer, sizeof buffer);
  if (scope_ != 0) out += '%' + std::to_string(scope_);
  return out;
}

std::optional<Network> Network::parse(std::string_view text) {
  const std::size_t slash = text.find('/');
  const auto address = IpAddress::parse(text.substr(0, slash));
  if (!address) return std::nullopt;
  const unsigned longest = address->is_v4() ? 32 : 128;
  if (slash == std::string_view::npos) return Network{*address, longest};
  const auto prefix = parse_decimal(text.substr(slash + 1));
  if (!prefix || *prefix > longest) return std::nullopt;
  return Network{*address, static_cast<unsigned>(*prefix)};
}

bool Network::contains(const IpAddress& other) const {
  if (other.family() != address.family()) return false;
  for (unsigned bit = 0; bit < prefix; bit += 8) {
    const unsigned counting = std::min(prefix - bit, 8u);
    const unsigned difference = address.octets()[bit / 8] ^ other.octets()[bit / 8];
    if (difference >> (8 - counting) != 0) return false;
  }
  return true;
}

std::string Endpoint::text() const {
  const std::string host = address.is_v6() ? '[' + address.text() + ']' : address.text();
  return host + ':' + std::to_string(port);
}

}  // namespace ferry
