// A text as octets, and octets as a text.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace ferry::test {

inline std::span<const std::byte> octets_of(std::string_view text) { return std::as_bytes(std::span(text)); }

inline std::string text_of(std::span<const std::byte> octets) {
  return {reinterpret_cast<const char*>(octets.data()), octets.size()};
}

}  // namespace ferry::test
