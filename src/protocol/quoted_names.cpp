#include "protocol/quoted_names.hpp"

#include "base/text.hpp"

namespace ferry {
namespace {

// Takes a name in quotes from the front; a quote within it is doubled, as in the reply to PWD. nullopt where the
// closing quote is missing or the name is empty.
std::optional<std::string> take_quoted(std::string_view& rest) {
  std::string name;
  for (std::size_t i = 1; i < rest.size(); ++i) {
    if (rest[i] != '"') {
      name += rest[i];
    } else if (i + 1 < rest.size() && rest[i + 1] == '"') {
      name += '"';
      ++i;
    } else {
      rest.remove_prefix(i + 1);
      if (name.empty()) return std::nullopt;
      return name;
    }
  }
  return std::nullopt;
}

// Takes the number behind the last space.
std::optional<std::uint64_t> take_last_number(std::string_view& text) {
  const std::size_t space = text.rfind(' ');
  if (space == std::string_view::npos) return std::nullopt;
  const auto number = parse_decimal(text.substr(space + 1));
  if (number) text = text.substr(0, space);
  return number;
}

// The numbers behind a name; nullopt where something else is there.
std::optional<FilePart> with_numbers(std::string name, std::string_view numbers) {
  FilePart part{.name = std::move(name), .start = 0, .end = std::nullopt};
  if (numbers.empty()) return part;
  part.end = take_last_number(numbers);
  if (!part.end) return std::nullopt;
  if (!numbers.empty()) {
    const auto start = take_last_number(numbers);
    if (!start || !numbers.empty()) return std::nullopt;
    part.start = *start;
  }
  return part;
}

std::expected<std::vector<std::string>, SyntaxErrc> parse_list(std::string_view rest, char separator,
                                                               std::size_t most) {
  std::vector<std::string> names;
  for (;;) {
    while (rest.starts_with(' ')) rest.remove_prefix(1);
    if (rest.empty() || names.size() == most) return malformed_argument;
    if (rest.starts_with('"')) {
      auto name = take_quoted(rest);
      if (!name) return malformed_argument;
      names.push_back(*std::move(name));
      while (separator != ' ' && rest.starts_with(' ')) rest.remove_prefix(1);
    } else {
      const std::string_view name = rest.substr(0, rest.find(separator));
      if (name.empty()) return malformed_argument;
      names.emplace_back(name);
      rest.remove_prefix(name.size());
    }
    if (rest.empty()) return names;
    if (rest.front() != separator) return malformed_argument;
    rest.remove_prefix(1);
    if (separator == ' ' && rest.empty()) return names;
  }
}

}  // namespace

std::expected<ChecksumRequest, SyntaxErrc> parse_checksum_request(std::string_view argument) {
  if (argument.empty()) return malformed_argument;
  if (argument.front() == '"') {
    auto name = take_quoted(argument);
    auto part = name ? with_numbers(*std::move(name), argument) : std::nullopt;
    if (!part) return malformed_argument;
    return ChecksumRequest{.part = *std::move(part), .otherwise = std::nullopt};
  }
  ChecksumRequest request{.part = {.name = std::string(argument), .start = 0, .end = std::nullopt},
                          .otherwise = std::nullopt};
  std::string_view name = argument;
  const auto last = take_last_number(name);
  if (!last || name.empty()) return request;
  const auto first = take_last_number(name);
  if (!name.empty()) request.otherwise = FilePart{.name = std::string(name), .start = first.value_or(0), .end = last};
  return request;
}

std::expected<std::vector<std::string>, SyntaxErrc> parse_names(std::string_view argument, std::size_t most) {
  return parse_list(argument, ' ', most);
}

std::expected<std::vector<std::string>, SyntaxErrc> parse_names_with_commas(std::string_view argument,
                                                                            std::size_t most) {
  return parse_list(argument, ',', most);
}

}  // namespace ferry
