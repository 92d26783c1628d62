#include "protocol/options.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace ferry {
namespace {

// Letters and digits, as in verbs, and the "-" of "UTF-8", which some user-PIs write.
constexpr bool is_word_octet(char c) { return is_ascii_letter(c) || is_ascii_digit(c) || c == '-'; }

}  // namespace

std::optional<std::pair<std::string, std::string>> split_opts(std::string_view argument) {
  const std::size_t space = argument.find(' ');
  const std::string_view command = argument.substr(0, space);
  if (command.empty() || !std::ranges::all_of(command, is_word_octet)) return std::nullopt;
  std::string rest(space == std::string_view::npos ? std::string_view() : argument.substr(space + 1));
  return std::pair(to_upper_ascii(command), std::move(rest));
}

std::optional<int> parse_opts_mode_z(std::string_view options, int default_level) {
  const std::string upper = to_upper_ascii(options);
  std::string_view left = upper;
  const auto next_word = [&] {
    const std::size_t space = left.find(' ');
    const std::string_view word = left.substr(0, space);
    left = space == std::string_view::npos ? std::string_view() : left.substr(space + 1);
    return word;
  };
  if (next_word() != "Z" || upper.ends_with(' ')) return std::nullopt;
  int level = default_level;
  while (!left.empty()) {
    const std::string_view option = next_word();
    const std::string_view value = next_word();
    if (option == "LEVEL" && value.size() == 1 && is_ascii_digit(value[0]))
      level = value[0] - '0';
    else if (!(option == "ENGINE" && value == "ZLIB") && !(option == "METHOD" && value == "8") &&
             !(option == "EXTRA" && (value == "ON" || value == "OFF")))
      return std::nullopt;
  }
  return level;
}

}  // namespace ferry
