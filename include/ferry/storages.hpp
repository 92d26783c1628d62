// Storages beside local_directory and memory_file_system (filesystem.hpp): the whole machine, and file systems made of
// others. All are thread-safe where what they are made of is.
#pragma once

#include <memory>
#include <vector>

#include <ferry/error.hpp>
#include <ferry/export.hpp>
#include <ferry/filesystem.hpp>
#include <ferry/path.hpp>
#include <ferry/permissions.hpp>

namespace FERRY_API ferry {

// The file system of this machine as a shell sees it: "/" is its root, links lead wherever they lead, and nothing is
// confined but by the rights of whom the server runs as. Account::directory says where a session starts. Who should see
// no more than a home uses local_directory.
Result<std::shared_ptr<FileSystem>> unconfined_directory();

// `files`, of which nothing can be changed: attempts are `not_permitted`, and no entry claims to be writable.
std::shared_ptr<FileSystem> read_only(std::shared_ptr<FileSystem> files);

// One file system in the tree of mounted().
struct Mount {
  FtpPath at;                         // where its root appears
  std::shared_ptr<FileSystem> files;  // never null
  FtpPath from{};                     // what of `files` appears there
  // What this part of the tree allows, to whoever logs in; a user's own permissions are a further limit.
  Permissions permissions = Permissions::all();
};

// Several file systems under one tree. Of the mounts that hold a path the deepest has it; what another has at the same
// place is hidden. Directories that lead to a mount exist and show it even where no mount holds them, so there need be
// none at "/". Mount points and what leads to them cannot be removed or renamed, and nothing is renamed from one mount
// into another (`unsupported`). An ability is there where one of the mounts has it, and `unsupported` in the others.
//
// Throws std::invalid_argument for a null file system, and for two mounts at one place.
std::shared_ptr<FileSystem> mounted(std::vector<Mount> mounts);

}  // namespace ferry
