// Work on a directory and all that is below it, for RMDA, DSIZ and SITE RMDIR.
//
// Symbolic links are not followed, so the walk ends whatever links there are; its depth is limited.
#pragma once

#include <cstdint>
#include <optional>

#include <ferry/error.hpp>
#include <ferry/path.hpp>
#include <ferry/task.hpp>

#include "protocol/reply.hpp"
#include "session/session.hpp"

namespace ferry {

// How deep below its start a walk goes. What lies deeper is an error.
inline constexpr std::size_t deepest_walk = 256;

// The octets of all files in the directory and below it that this user may list.
Task<Result<std::uint64_t>> size_of_tree(Session& session, const FtpPath& directory);

struct Removal {
  bool all = true;  // false: something is left, for want of a right or because the storage refused
};
// Deletes what this user may delete of all that is in the directory and below it, and the directory itself. Tells the
// embedder of each file and directory. An error: the directory could not be read, and nothing was deleted.
Task<Result<Removal>> remove_tree(Session& session, const FtpPath& directory);

// The reply where the present long command has been cancelled, and so has not done all its work.
std::optional<Reply> reply_to_cancellation(const Session& session);

// RMDA and SITE RMDIR: remove_tree with the reply to what went wrong; nullopt where all is gone.
Task<std::optional<Reply>> remove_whole_directory(Session& session, const FtpPath& directory);

}  // namespace ferry
