// Where a data connection goes, as the arguments of PORT, EPRT and EPSV and the replies 227 and 229 spell it.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

#include <ferry/address.hpp>

#include "protocol/syntax_error.hpp"

namespace ferry {

// PORT: h1,h2,h3,h4,p1,p2 (RFC 959 §4.1.2). Port 0 is malformed.
std::expected<Endpoint, SyntaxErrc> parse_port(std::string_view argument);

// EPRT: <d>net-prt<d>net-addr<d>tcp-port<d> (RFC 2428 §2). Port 0 is malformed. An IPv4-mapped IPv6 address is returned
// as the IPv4 address, as everywhere.
std::expected<Endpoint, SyntaxErrc> parse_eprt(std::string_view argument);

struct EpsvRequest {
  enum class Kind : std::uint8_t {
    own_family,  // no argument: the family of the control connection
    all,         // EPSV ALL: from now on EPSV only
    v4,
    v6,
  };
  Kind kind = Kind::own_family;

  friend bool operator==(const EpsvRequest&, const EpsvRequest&) = default;
};

// EPSV (RFC 2428 §3).
std::expected<EpsvRequest, SyntaxErrc> parse_epsv(std::string_view argument);

// "(h1,h2,h3,h4,p1,p2)", the part of the 227 reply that user-PIs read (RFC 1123 §4.1.2.6). IPv4 only.
std::string format_227(const Endpoint& endpoint);

// "(|||port|)", the part of the 229 reply that user-PIs read (RFC 2428 §3).
std::string format_229(std::uint16_t port);

}  // namespace ferry
