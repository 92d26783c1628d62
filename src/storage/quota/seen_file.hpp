// What stands under a name, as far as a quota has to know it.
#pragma once

#include <cstdint>
#include <optional>

#include <ferry/filesystem.hpp>

#include "storage/quota/quota_books.hpp"

namespace ferry {

struct SeenFile {
  FileIdentity identity;
  std::uint64_t octets = 0;
};

// The regular file at `path`, or where a link there leads; nullopt where there is none.
Task<std::optional<SeenFile>> look_at_file(FileSystem& files, const FtpPath& path);

// What the name `path`, which is no directory's, counts for itself: a link counts for no octets, and nor does what may
// be one. nullopt where nothing is there, or a link that leads nowhere.
Task<std::optional<SeenFile>> look_at_name(FileSystem& files, const FtpPath& path);

}  // namespace ferry
