// --memory: the tree that is shared, and whatever clients make of it, is in memory only.
#pragma once

#include <expected>
#include <memory>
#include <string>

#include <ferry/filesystem.hpp>

namespace ferry {

// A new tree with a copy of what is below `directory` (regular files and directories; links are followed within it);
// empty where `directory` is. The error is a text for the operator.
std::expected<std::shared_ptr<FileSystem>, std::string> memory_tree(const std::string& directory);

}  // namespace ferry
