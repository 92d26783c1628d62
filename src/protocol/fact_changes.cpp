#include "protocol/fact_changes.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "protocol/timestamps.hpp"

namespace ferry {
namespace {

constexpr std::size_t time_digits = 14;

// {first word, what follows one space}; the second is empty where nothing does.
std::pair<std::string_view, std::string_view> split_word(std::string_view text) {
  const std::size_t space = text.find(' ');
  if (space == std::string_view::npos) return {text, {}};
  return {text.substr(0, space), text.substr(space + 1)};
}

// Cuts off and returns the word behind the last space.
std::string_view take_last_word(std::string_view& text) {
  const std::size_t space = text.rfind(' ');
  if (space == std::string_view::npos) return {};
  const std::string_view word = text.substr(space + 1);
  text = text.substr(0, space);
  return word;
}

std::optional<FileTime> parse_time_with_or_without_seconds(std::string_view text) {
  if (text.size() == 12) return parse_time_val(std::string(text) + "00");
  if (text.size() == time_digits) return parse_time_val(text);
  return std::nullopt;
}

// Sets a value that must be there and must not have been set before.
template <typename T>
bool set_once(std::optional<T>& target, std::optional<T> value) {
  if (target || !value) return false;
  target = std::move(value);
  return true;
}

std::optional<std::string> parse_owner(std::string_view value) {
  if (value.empty()) return std::nullopt;
  return std::string(value);
}

std::expected<void, SyntaxErrc> set_fact(FactChanges& changes, std::string_view fact, std::string_view value) {
  bool good = false;
  if (equals_ignoring_ascii_case(fact, "modify"))
    good = set_once(changes.modify, parse_time_val(value));
  else if (equals_ignoring_ascii_case(fact, "create"))
    good = set_once(changes.create, parse_time_val(value));
  else if (equals_ignoring_ascii_case(fact, "UNIX.mode"))
    good = set_once(changes.mode, parse_mode(value));
  else if (equals_ignoring_ascii_case(fact, "UNIX.owner"))
    good = set_once(changes.owner, parse_owner(value));
  else if (equals_ignoring_ascii_case(fact, "UNIX.group"))
    good = set_once(changes.group, parse_owner(value));
  else
    return std::unexpected(SyntaxErrc::unknown_fact);
  if (!good) return malformed_argument;
  return {};
}

}  // namespace

std::optional<TimeAndName> parse_time_and_name(std::string_view argument) {
  const auto [word, name] = split_word(argument);
  const auto time = parse_time_val(word);
  if (!time || name.empty()) return std::nullopt;
  return TimeAndName{*time, name};
}

bool begins_with_time(std::string_view argument) {
  const auto [word, name] = split_word(argument);
  return !name.empty() && word.size() >= time_digits &&
         std::ranges::all_of(word.substr(0, time_digits), is_ascii_digit) &&
         (word.size() == time_digits || word[time_digits] == '.');
}

std::expected<FactChanges, SyntaxErrc> parse_mff(std::string_view argument) {
  const auto [facts, name] = split_word(argument);
  if (name.empty() || !facts.ends_with(';')) return malformed_argument;
  FactChanges changes;
  changes.name = name;
  for (std::string_view rest = facts; !rest.empty();) {
    const std::size_t end = rest.find(';');
    const std::string_view fact = rest.substr(0, end);
    rest.remove_prefix(end + 1);
    const std::size_t equals = fact.find('=');
    if (equals == std::string_view::npos || equals == 0) return malformed_argument;
    const auto set = set_fact(changes, fact.substr(0, equals), fact.substr(equals + 1));
    if (!set) return std::unexpected(set.error());
  }
  return changes;
}

std::string format_changes(const FactChanges& changes) {
  std::string out;
  const auto append = [&out](std::string_view fact, std::string_view value) {
    out += fact;
    out += value;
    out += ';';
  };
  if (changes.modify) append("Modify=", format_time_val(*changes.modify));
  if (changes.create) append("Create=", format_time_val(*changes.create));
  if (changes.mode) {
    std::string digits = "0";
    for (const unsigned shift : {6u, 3u, 0u}) digits += static_cast<char>('0' + (*changes.mode >> shift & 7u));
    append("UNIX.mode=", digits);
  }
  if (changes.owner) append("UNIX.owner=", *changes.owner);
  if (changes.group) append("UNIX.group=", *changes.group);
  return out;
}

std::optional<std::uint32_t> parse_mode(std::string_view digits) {
  if (digits.empty() || digits.size() > 4) return std::nullopt;
  std::uint32_t mode = 0;
  for (const char digit : digits) {
    if (digit < '0' || digit > '7') return std::nullopt;
    mode = mode * 8 + static_cast<std::uint32_t>(digit - '0');
  }
  if (mode > 0777) return std::nullopt;
  return mode;
}

std::optional<TimeAndName> parse_site_utime(std::string_view argument) {
  std::string_view name = argument;
  if (equals_ignoring_ascii_case(take_last_word(name), "UTC")) {
    const auto changed = parse_time_with_or_without_seconds(take_last_word(name));
    const auto modified = parse_time_with_or_without_seconds(take_last_word(name));
    const auto accessed = parse_time_with_or_without_seconds(take_last_word(name));
    if (changed && modified && accessed && !name.empty()) return TimeAndName{*modified, name};
  }
  const auto [word, rest] = split_word(argument);
  const auto time = parse_time_with_or_without_seconds(word);
  if (!time || rest.empty()) return std::nullopt;
  return TimeAndName{*time, rest};
}

}  // namespace ferry
