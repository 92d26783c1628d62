// From the argument of LIST, NLST or STAT to the entries that it means.
//
// A pathname that exists is itself, whatever characters are in it. One that does not, and holds *, ? or [, is a pattern
// where Config::listings allows it; then only the names decide what is listed, and nothing found is an empty listing:
// in a directory that is read as it is sent, nobody knows beforehand. Directories that match are listed as entries.
#pragma once

#include <expected>
#include <memory>
#include <optional>
#include <string>

#include "protocol/reply.hpp"
#include "session/list_argument.hpp"
#include "session/session.hpp"
#include "transfer/listing.hpp"

namespace ferry {

struct OpenedListing {
  FtpPath path;                    // what it is about
  std::string at;                  // on the wire: what makes a pathname of a name that is listed, in front of it
  std::string single_name;         // where it is one entry, whose pathname is `at`: its name
  std::optional<FileInfo> single;  // and its facts
  std::unique_ptr<DirectoryReader> reader;  // otherwise; it gives what heading_of knows, too
};

// `detail`: what the lines need to know of each entry.
Task<std::expected<OpenedListing, Reply>> open_listing(Session& session, const ListArgument& argument, Detail detail);

// The lines of `ls -l`, and of NLST, for each entry of a listing. `at`: OpenedListing::at; for name_lines it is what
// stands before each name.
LineFormat long_lines(const Session& session, const ListOptions& options, const std::string& at);
LineFormat name_lines(const Session& session, const ListOptions& options, std::string at);

}  // namespace ferry
