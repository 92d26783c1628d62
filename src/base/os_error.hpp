// The one place that says what an errno of a file operation means to the user.
#pragma once

#include <string_view>

#include <ferry/error.hpp>

namespace ferry {

// `what` names the operation for the log.
FsError fs_error(int error_number, std::string_view what);

}  // namespace ferry
