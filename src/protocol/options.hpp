// The argument of OPTS (RFC 2389 §4): the command that is given an option, and the option.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace ferry {

// {command in upper case, rest after one space}; nullopt where the argument does not begin with a word.
std::optional<std::pair<std::string, std::string>> split_opts(std::string_view argument);

// What follows OPTS MODE (draft-preston-ftpext-deflate §4): "Z", then pairs of words. The level of compression that is
// asked for, `default_level` where nothing is; nullopt for what is unknown or cannot be.
std::optional<int> parse_opts_mode_z(std::string_view options, int default_level);

}  // namespace ferry
