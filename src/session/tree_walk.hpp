// Listings that go through several directories: LIST -R, and patterns in more than the last component of a pathname.
//
// Patterns that multiply (*/*/*/*) and trees that lead back into themselves are why these are bounded: by the entries
// that are looked at, the time that the storage takes for them, and the depth. A walk that comes to a bound ends with
// FsErrc::too_many, so that nobody takes its beginning for the whole. Only one directory is open at a time.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include <ferry/filesystem.hpp>

#include "net/loop.hpp"
#include "protocol/glob.hpp"
#include "session/listing_readers.hpp"

namespace ferry {

// What a walk may do.
struct WalkBounds {
  std::function<bool(const FtpPath&)> may_list;  // a directory of which this is false is left out
  std::uint32_t most_visited = 0;                // entries; 0: no limit
};

// Everything below `root`, each directory once. A directory that cannot be read is left out, unless it is the root.
// `whole_names`: entries come with their path below the root ("d/x"). Otherwise they come with their own names, and
// before those of each directory but the root comes an entry that stands for it: see heading_of.
std::unique_ptr<DirectoryReader> walk_tree(ListingNeeds needs, WalkBounds bounds, FtpPath root, bool whole_names);

// For an entry that stands for a directory whose entries follow, its path below the root; empty for all others.
std::string_view heading_of(const DirectoryEntry& entry);

// One component of a pathname: a pattern, or a name as it is.
using PatternComponent = std::variant<Glob, std::string>;

// The entries that the components lead to from `base`, with their path from there ("d/x"). Not empty.
std::unique_ptr<DirectoryReader> walk_pattern(ListingNeeds needs, WalkBounds bounds, FtpPath base,
                                              std::vector<PatternComponent> components, bool hidden_too);

}  // namespace ferry
