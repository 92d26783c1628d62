// Small helpers for text: ASCII letter case, UTF-8 validity, log-safe spelling, decimal numbers.
//
// FTP's verbs and keywords are ASCII whatever the locale, and a pathname is any octets at all; so nothing here looks at
// the locale, and nothing assumes that its input is text.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ferry {

constexpr bool is_ascii_letter(char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }
constexpr bool is_ascii_digit(char c) { return c >= '0' && c <= '9'; }

bool equals_ignoring_ascii_case(std::string_view a, std::string_view b);
std::string to_upper_ascii(std::string_view text);

// RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF.
bool is_valid_utf8(std::string_view text);

// For logs: control characters (C0, DEL, C1, and the line separators of Unicode), backslashes and octets that are not
// UTF-8 are spelled \xNN, so the result is valid UTF-8 of one line, and reversible.
std::string printable(std::string_view text);

// Digits only, at least one; nullopt for anything else and for what does not fit.
std::optional<std::uint64_t> parse_decimal(std::string_view text);

}  // namespace ferry
