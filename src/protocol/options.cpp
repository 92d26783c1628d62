#include "protocol/options.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace ferry {
namespace {

// Letters and digits, as in verbs, and the "-" of "UTF-8", which some user-PIs write.
constexpr bool is_word_octet(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
}

}  // namespace

std::optional<std::pair<std::string, std::string>> split_opts(std::string_view argument) {
  const std::size_t space = argument.find(' ');
  const std::string_view command = argument.substr(0, space);
  if (command.empty() || !std::ranges::all_of(command, is_word_octet)) return std::nullopt;
  std::string rest(space == std::string_view::npos ? std::string_view() : argument.substr(space + 1));
  return std::pair(to_upper_ascii(command), std::move(rest));
}

}  // namespace ferry
