// The arguments of the commands that change what is known about a file: MFMT, MFCT, MFF (draft-somers-ftp-mfxx), MDTM
// with a time, and SITE UTIME.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <ferry/filesystem.hpp>

#include "protocol/syntax_error.hpp"

namespace ferry {

// `time-val SP pathname`; the pathname may hold anything. nullopt where the first word is no time or no name follows.
struct TimeAndName {
  FileTime time;
  std::string_view name;  // views the argument
};
std::optional<TimeAndName> parse_time_and_name(std::string_view argument);

// True where the first word has the 14 digits of a time, be it one that exists or not, and something follows.
bool begins_with_time(std::string_view argument);

// MFF: `fact=value;fact=value; pathname`.
struct FactChanges {
  std::optional<FileTime> modify;
  std::optional<FileTime> create;
  std::optional<std::uint32_t> mode;  // UNIX.mode, at most 0777
  std::optional<std::string> owner;   // UNIX.owner
  std::optional<std::string> group;   // UNIX.group
  std::string_view name;              // views the argument
};
// A fact that is given twice is malformed, as is a date that does not exist.
std::expected<FactChanges, SyntaxErrc> parse_mff(std::string_view argument);

// "Modify=20020717210715;UNIX.mode=0644;": what the reply to MFF says (§5.2).
std::string format_changes(const FactChanges& changes);

// A mode of one to four octal digits, at most 0777: set-user-ID, set-group-ID and sticky are not for users to give
// away.
std::optional<std::uint32_t> parse_mode(std::string_view digits);

// SITE UTIME in both forms that clients know: `name atime mtime ctime UTC` (lftp, FileZilla; Pure-FTPd's) and
// `time name` (ProFTPD's). Times are UTC, with or without seconds. nullopt for anything else.
std::optional<TimeAndName> parse_site_utime(std::string_view argument);

}  // namespace ferry
