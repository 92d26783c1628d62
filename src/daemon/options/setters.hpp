// What the setters of several groups of options share.
#pragma once

#include <string>
#include <utility>

#include "options.hpp"
#include "values.hpp"

namespace ferry {

// Assigns a parsed value to where it belongs, or passes on why there is none.
template <typename T, typename U>
SetResult assign(Value<T> value, U& target) {
  if (!value) return std::unexpected(std::move(value).error());
  target = *std::move(value);
  return {};
}

inline SetResult assign_text(const std::string& value, std::string& target) {
  if (value.empty()) return std::unexpected("is empty; give a value or leave the option out");
  target = value;
  return {};
}

inline SetResult turn_on(bool& target) {
  target = true;
  return {};
}

}  // namespace ferry
