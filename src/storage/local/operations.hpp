// The operations on names and facts, as plain functions that may block; LocalFileSystem runs them where they should.
#pragma once

#include <ferry/filesystem.hpp>

#include "storage/local/local_tree.hpp"

namespace ferry {

struct FactsOfOne {
  FileInfo info;
  uid_t user = 0;
  gid_t group = 0;
};
// The owners' names are left to the caller (see name_owners).
Result<FactsOfOne> facts_of(const LocalTree& tree, const FtpPath& path);

Result<void> make_directory(const LocalTree& tree, const FtpPath& path);
Result<void> remove_directory(const LocalTree& tree, const FtpPath& path);
Result<void> remove_file(const LocalTree& tree, const FtpPath& path);
Result<void> rename_entry(const LocalTree& tree, const FtpPath& from, const FtpPath& to, bool may_replace);

Result<void> set_mode(const LocalTree& tree, const FtpPath& path, std::uint32_t mode);
Result<void> set_modified(const LocalTree& tree, const FtpPath& path, FileTime time);
Result<void> set_owner(const LocalTree& tree, const FtpPath& path, const std::optional<std::string>& owner,
                       const std::optional<std::string>& group);
Result<void> make_link(const LocalTree& tree, const FtpPath& path, const FtpPath& target);
Result<FileAttributes> attributes_of(const LocalTree& tree, const FtpPath& path);
Result<std::uint64_t> available_space(const LocalTree& tree, const FtpPath& path);

}  // namespace ferry
