// The argument of OPTS (RFC 2389 §4): the command that is given an option, and the option.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace ferry {

// {command in upper case, rest after one space}; nullopt where the argument does not begin with a word.
std::optional<std::pair<std::string, std::string>> split_opts(std::string_view argument);

}  // namespace ferry
