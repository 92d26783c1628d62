// The lines of LIST. RFC 959 gives them no form; user-PIs read that of `ls -l`.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include <ferry/filesystem.hpp>

namespace ferry {

// Appends one line with its CRLF:
//   -rw-r--r--   1 owner    group        1234 Mar  1 12:30 name
// `zone_offset`: local time minus UTC, for the times shown. The name must be listable.
void append_list_line(std::string& out, std::string_view name, const FileInfo& info, FileTime now,
                      std::chrono::seconds zone_offset);

// False for a name that holds CR or LF: on a data connection it cannot be told from the end of a line, so it is left
// out of listings (RFC 3659 §2.2 demands it for CR LF; many user-PIs take a bare LF for the end, too).
bool is_listable(std::string_view name);

}  // namespace ferry
