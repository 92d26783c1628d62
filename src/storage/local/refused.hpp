// A system call that failed, as the value that storage returns.
#pragma once

#include <fmt/format.h>

#include <string_view>

#include <ferry/error.hpp>

#include "base/os_error.hpp"

namespace ferry {

// `call` and `path` go into the detail, for the log.
inline std::unexpected<FsError> refused(int error, std::string_view call, std::string_view path) {
  return std::unexpected(fs_error(error, fmt::format("{} {}", call, path)));
}

}  // namespace ferry
