// What LIST, NLST and STAT are asked for: options in the manner of ls, which clients send although no RFC has them, and
// a pathname.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

#include <ferry/filesystem.hpp>

namespace ferry {

struct Config;

struct ListOrder {
  enum class Key : std::uint8_t { name, time, size };
  Key key = Key::name;
  bool reversed = false;
};

struct ListOptions {
  bool hidden = false;              // -a, -A: patterns match names with a leading dot too; they are always listed
  bool itself = false;              // -d: the directory and not what is in it
  bool classify = false;            // -F: "/" behind directories, "*" behind programs
  bool recursive = false;           // -R
  std::optional<bool> long_format;  // -l or -1, the last one counts; nullopt: what the command does
  std::optional<ListOrder> order;   // -t, -S, -r; nullopt: as the storage has them
};

struct ListArgument {
  std::string_view pathname;  // empty: the current directory
  ListOptions options;
};

// Groups of known option letters at the beginning are options ("-la dir"); anything else that begins with a dash is a
// name. -f, -h, -L and -n change nothing.
ListArgument parse_list_argument(std::string_view argument);

// The times in `ls -l` lines: now, and how far local time is from UTC where the operator wants local time.
struct ListClock {
  FileTime now;
  std::chrono::seconds zone_offset;
};
ListClock list_clock(const Config& config);

}  // namespace ferry
