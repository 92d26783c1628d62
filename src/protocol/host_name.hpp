// The names of hosts, as HOST (RFC 7151 §3.1) and the server name of a TLS handshake (RFC 6066 §3) spell them.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include <ferry/address.hpp>

#include "protocol/syntax_error.hpp"

namespace ferry {

// A domain name in lower case: labels of 1 to 63 letters, digits and inner hyphens, 253 octets in all (RFC 1034 §3.1).
// An internationalised name comes as A-labels. nullopt for anything else.
std::optional<std::string> canonical_domain(std::string_view text);

struct HostName {
  std::string domain;                // canonical; empty where an address was given
  std::optional<IpAddress> address;  // "192.0.2.1", "[2001:db8::1]"
};

// The argument of HOST. One with a port is malformed, as is an IPv6 address without brackets.
std::expected<HostName, SyntaxErrc> parse_host(std::string_view argument);

}  // namespace ferry
