// RANG (draft-bryan-ftp-range-08 §3): which octets of a file the next command is about, the first and the last one.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string_view>

#include "protocol/syntax_error.hpp"

namespace ferry {

struct OctetRange {
  std::uint64_t first = 0;
  std::uint64_t last = 0;  // belongs to the range

  std::uint64_t size() const { return last - first + 1; }
  friend bool operator==(const OctetRange&, const OctetRange&) = default;
};

// `first SP last`; nullopt for "1 0", which takes a range back. Any other range that ends before it begins is
// malformed, as is a number that no file is long enough for.
std::expected<std::optional<OctetRange>, SyntaxErrc> parse_range(std::string_view argument);

}  // namespace ferry
