#include "protocol/host_name.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace ferry {
namespace {

constexpr std::size_t longest_domain = 253;
constexpr std::size_t longest_label = 63;

bool is_label(std::string_view text) {
  return !text.empty() && text.size() <= longest_label && text.front() != '-' && text.back() != '-' &&
         std::ranges::all_of(text, [](char c) { return is_ascii_letter(c) || is_ascii_digit(c) || c == '-'; });
}

}  // namespace

std::optional<std::string> canonical_domain(std::string_view text) {
  if (text.size() > longest_domain) return std::nullopt;
  std::string domain(text);
  for (char& c : domain)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  for (;;) {
    const std::size_t dot = text.find('.');
    if (!is_label(text.substr(0, dot))) return std::nullopt;
    if (dot == std::string_view::npos) return domain;
    text.remove_prefix(dot + 1);
  }
}

std::expected<HostName, SyntaxErrc> parse_host(std::string_view argument) {
  const bool brackets = argument.starts_with('[');
  if (const auto address = IpAddress::parse(argument);
      address && brackets == (argument.find(':') != std::string_view::npos))
    return HostName{{}, address};
  if (auto domain = canonical_domain(argument)) return HostName{*std::move(domain), std::nullopt};
  return malformed_argument;
}

}  // namespace ferry
