// Numbers appended to a listing that is being built: no temporaries, no locale. A directory of 100,000 entries holds
// about a million of them.
#pragma once

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <string>

namespace ferry {

// As short as it goes; octal, decimal or hexadecimal (lower case).
inline void append_number(std::string& out, std::uint64_t value, int base = 10) {
  char buffer[22];  // 2^64 - 1 in octal
  const std::to_chars_result result = std::to_chars(buffer, buffer + sizeof buffer, value, base);
  out.append(buffer, result.ptr);
}

// Decimal, filled up with spaces on the left to `width`.
inline void append_right(std::string& out, std::uint64_t value, std::size_t width) {
  char buffer[22];
  const std::to_chars_result result = std::to_chars(buffer, buffer + sizeof buffer, value);
  const auto length = static_cast<std::size_t>(result.ptr - buffer);
  if (length < width) out.append(width - length, ' ');
  out.append(buffer, length);
}

// Exactly `width` decimal digits (at most 10), zeros first; digits beyond are cut off.
inline void append_digits(std::string& out, unsigned value, std::size_t width) {
  char buffer[10];
  for (std::size_t i = width; i > 0; value /= 10) buffer[--i] = static_cast<char>('0' + value % 10);
  out.append(buffer, width);
}

}  // namespace ferry
