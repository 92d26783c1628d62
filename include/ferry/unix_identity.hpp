// Files of the local disk, touched as one of the machine's users.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include <ferry/error.hpp>
#include <ferry/export.hpp>
#include <ferry/filesystem.hpp>

namespace FERRY_API ferry {

// Who somebody is to the kernel.
struct UnixIdentity {
  uid_t user = 0;
  gid_t group = 0;
  std::vector<gid_t> groups{};  // supplementary ones; at most 65536

  friend bool operator==(const UnixIdentity&, const UnixIdentity&) = default;
};

// Whether this process may act as others: it needs root's rights to change its user, groups and capabilities.
bool may_act_as_others();

// local_directory() as `identity` would see it: the kernel checks that user's rights, new files belong to it, and no
// privilege of the server's helps. Each call runs on a pool thread that is given the identity for that call and takes
// off its own again behind it; other threads keep theirs. Should a thread not become what it must be, the process is
// aborted: to go on would be to act as the wrong user.
//
// Blocks. `not_permitted` where the identity may not enter `directory`, and where may_act_as_others() is false.
Result<std::shared_ptr<FileSystem>> local_directory_as(const std::string& directory, const UnixIdentity& identity);

// remove_left_overs() with the rights of `identity`; nothing where may_act_as_others() is false. Blocks.
std::size_t remove_left_overs_as(const std::string& directory, const UnixIdentity& identity,
                                 const std::stop_token& stop = {});

}  // namespace ferry
