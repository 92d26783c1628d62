// Where a data connection goes, as LPRT and LPSV spell it (RFC 1639): with the lengths of its parts, for any address
// family.
#pragma once

#include <expected>
#include <string>
#include <string_view>

#include <ferry/address.hpp>

#include "protocol/syntax_error.hpp"

namespace ferry {

// LPRT: af,hal,h1,...,pal,p1,p2. `unknown_protocol` for families other than 4 and 6; port 0 is malformed.
std::expected<Endpoint, SyntaxErrc> parse_lprt(std::string_view argument);

// "(4,4,h1,h2,h3,h4,2,p1,p2)" or "(6,16,h1,...,h16,2,p1,p2)", the part of the 228 reply that user-PIs read.
std::string format_228(const Endpoint& endpoint);

}  // namespace ferry
