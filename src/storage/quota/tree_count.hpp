// What is in a tree, as a quota counts it.
#pragma once

#include <ferry/filesystem.hpp>
#include <ferry/quota.hpp>

namespace ferry {

struct TreeCount {
  QuotaUsage usage;
  bool everything = true;  // false: some of it could not be looked at
};

// Follows no symbolic links, and lets others have their turn on the executor. Takes no more memory for large trees:
// where a directory has very many directories, it is listed several times. An error where the storage fails and
// another attempt may do better.
Task<Result<TreeCount>> count_tree(FileSystem& files);

}  // namespace ferry
