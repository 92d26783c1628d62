// The files that another process has, asked for over a channel. Reading an open file needs nobody's help any more: it
// comes as a descriptor. All else is done there, with the rights of that process.
#pragma once

#include <memory>

#include <ferry/filesystem.hpp>

#include "base/descriptor.hpp"

namespace ferry {

struct ChannelOptions {
  // Whether uploads are written here, to the descriptor that comes for them. Not by somebody whose rights are more than
  // those of the other process: quotas and reserved blocks would not be for him, nor would set-user-ID bits go.
  bool writes_here = false;
  // Lives as long as the file system and what it opened.
  std::shared_ptr<void> keeps{};
};

// Waits for the greeting, so it blocks. nullopt where the other process is gone before that.
std::optional<Result<std::shared_ptr<FileSystem>>> files_over(Descriptor channel, ChannelOptions options);

}  // namespace ferry
