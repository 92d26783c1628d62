// IP addresses and ports as plain values.
//
// An IPv4 address that arrived on a dual-stack socket (::ffff:a.b.c.d) is the IPv4 address: comparisons, limits and
// bounce protection see one spelling only.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <ferry/export.hpp>

namespace FERRY_API ferry {

class IpAddress {
 public:
  enum class Family : std::uint8_t { v4, v6 };

  // 0.0.0.0
  IpAddress() = default;

  static IpAddress v4(std::array<std::uint8_t, 4> octets);
  static IpAddress v6(std::array<std::uint8_t, 16> octets, std::uint32_t scope = 0);

  // Dotted decimal, or RFC 4291 §2.2 text (optionally in brackets, without a zone). nullopt otherwise.
  static std::optional<IpAddress> parse(std::string_view text);

  Family family() const { return family_; }
  bool is_v4() const { return family_ == Family::v4; }
  bool is_v6() const { return family_ == Family::v6; }
  bool is_unspecified() const;
  bool is_loopback() const;

  // The address in network order; the first 4 octets count for IPv4.
  const std::array<std::uint8_t, 16>& octets() const { return octets_; }
  // The interface of a link-local IPv6 address, else 0.
  std::uint32_t scope() const { return scope_; }

  std::string text() const;

  friend bool operator==(const IpAddress&, const IpAddress&) = default;
  friend auto operator<=>(const IpAddress&, const IpAddress&) = default;

 private:
  std::array<std::uint8_t, 16> octets_{};
  std::uint32_t scope_ = 0;
  Family family_ = Family::v4;
};

struct Endpoint {
  IpAddress address;
  std::uint16_t port = 0;

  std::string text() const;  // "10.0.0.1:21", "[::1]:21"
  friend bool operator==(const Endpoint&, const Endpoint&) = default;
};

// A network, or a single host, in CIDR notation (RFC 4632).
struct Network {
  IpAddress address;
  unsigned prefix = 0;  // bits of the address that count: 0-32 for IPv4, 0-128 for IPv6

  // "192.0.2.0/24", "2001:db8::/32", "192.0.2.1". nullopt otherwise.
  static std::optional<Network> parse(std::string_view text);
  bool contains(const IpAddress& other) const;
};

// Inclusive; {0, 0} where the whole dynamic range may be used.
struct PortRange {
  std::uint16_t first = 0;
  std::uint16_t last = 0;
};

}  // namespace ferry
