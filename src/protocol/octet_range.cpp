#include "protocol/octet_range.hpp"

#include "base/text.hpp"

namespace ferry {

std::expected<std::optional<OctetRange>, SyntaxErrc> parse_range(std::string_view argument) {
  const std::size_t space = argument.find(' ');
  if (space == std::string_view::npos) return malformed_argument;
  const auto first = parse_decimal(argument.substr(0, space));
  const auto last = parse_decimal(argument.substr(space + 1));
  constexpr auto most = static_cast<std::uint64_t>(INT64_MAX) - 1;
  if (!first || !last || *first > most || *last > most) return malformed_argument;
  if (*first == 1 && *last == 0) return std::optional<OctetRange>();
  if (*first > *last) return malformed_argument;
  return OctetRange{*first, *last};
}

}  // namespace ferry
