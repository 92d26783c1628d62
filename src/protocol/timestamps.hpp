// Times as FTP writes them: time-val (MDTM, MLSx, MFMT; RFC 3659 §2.3) and the column of `ls -l`.
//
// Calendar arithmetic only: no clock, no locale, no time zone database. Whoever wants local time passes the offset.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include <ferry/filesystem.hpp>

namespace ferry {

// YYYYMMDDHHMMSS, UTC; with `fraction`, .sss after it: only for times that are known that well (RFC 3659 §2.3). What is
// not shown is cut off, never rounded up.
std::string format_time_val(FileTime time, bool fraction = false);
void append_time_val(std::string& out, FileTime time);

// Exactly 14 digits that are a date and a time of day, and perhaps a fraction; digits of it beyond nanoseconds are cut
// off. A leap second (60) is taken as the 59th, as POSIX time has no place for it. nullopt for anything else, and for
// years that FileTime cannot hold (before 1678, after 2261).
std::optional<FileTime> parse_time_val(std::string_view text);

// As `ls -l` shows it, 12 characters: "Mmm dd hh:mm" within 180 days before `now` (and up to one day after it, for
// clocks that differ), else "Mmm dd  yyyy"; the day is padded with a space. `zone_offset`: local time minus UTC.
void append_list_time(std::string& out, FileTime modified, FileTime now,
                      std::chrono::seconds zone_offset = std::chrono::seconds{0});

}  // namespace ferry
