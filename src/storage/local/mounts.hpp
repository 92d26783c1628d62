// Which file systems lie below the root, and whether they may keep a caller waiting.
//
// A call on a disk of this machine takes microseconds, and handing it to another thread costs more than the call. A
// call on NFS, SMB or FUSE may take minutes. So everything below a root runs at once as long as all that is mounted
// there is known to be local, and on the pool otherwise.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>

#include "base/descriptor.hpp"

namespace ferry {

struct MountFacts {
  bool slow = false;
  bool read_only = false;

  friend bool operator==(const MountFacts&, const MountFacts&) = default;
};

// What /proc/self/mountinfo says about the tree below one path.
struct MountsBelow {
  bool any = false;
  bool slow = false;

  friend bool operator==(const MountsBelow&, const MountsBelow&) = default;
};
MountsBelow mounts_below(std::string_view mountinfo, std::string_view root_path);

// True for file system types of this machine, as mountinfo names them.
bool is_local_type(std::string_view type);
// The same by the number that fstatfs gives.
bool is_local_magic(std::uint64_t magic);

class Mounts {
 public:
  // `always_slow`: for tests of what runs on the pool.
  Mounts(int root, std::string root_path, bool always_slow);

  // Whether a call on some path below the root may block. Cheap; looks for new mounts every few seconds.
  bool may_block();

  // The file system that the open file `fd` is on. May block if may_block().
  MountFacts of(int fd) const;

 private:
  void look();

  const int root_;
  const std::string root_path_;
  const bool always_slow_;
  std::mutex mutex_;
  Descriptor mountinfo_;                     // poll() on it tells of changes
  std::atomic<std::int64_t> next_look_ = 0;  // seconds
  std::atomic<bool> slow_ = false;
  std::atomic<bool> alone_ = false;  // nothing is mounted below the root
  std::atomic<bool> root_slow_ = false;
  std::atomic<bool> root_read_only_ = false;
};

}  // namespace ferry
