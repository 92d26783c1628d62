// What LIST, NLST and STAT are asked for: options in the manner of ls, which clients send although no RFC has them, and
// a pathname.
#pragma once

#include <chrono>
#include <string_view>

#include <ferry/filesystem.hpp>

namespace ferry {

struct Config;

struct ListArgument {
  std::string_view pathname;  // empty: the current directory
};

// Groups of known option letters at the beginning are set aside ("-la dir"); anything else that begins with a dash is a
// name. Entries whose names begin with a dot are always listed, and -R is ignored.
ListArgument parse_list_argument(std::string_view argument);

// The times in `ls -l` lines: now, and how far local time is from UTC where the operator wants local time.
struct ListClock {
  FileTime now;
  std::chrono::seconds zone_offset;
};
ListClock list_clock(const Config& config);

}  // namespace ferry
