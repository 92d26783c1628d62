// Listings with the least: getdents64 with a large buffer, one statx an entry, one line an entry.
#pragma once

#include <cstddef>
#include <string>

namespace limits {

// Adds the lines of the next entries of `directory`; `kind` is the first letter of MLSD, LIST or NLST. False at the
// end.
bool add_entries(std::string& text, int directory, char kind, char* buffer, std::size_t size);

}  // namespace limits
