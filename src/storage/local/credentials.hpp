// The identity of one thread, changed for a while.
//
// To the kernel, user, groups and capabilities belong to a thread. The C library changes them in all threads of the
// process at once, as POSIX wants it; the system calls themselves change the calling thread's alone, and are what is
// used here. Only the effective user becomes another one: the saved one stays root, so that there is a way back, and
// with it no other process of that user may touch this one. What root may do beyond others is taken off with it.
#pragma once

#include <cstdint>
#include <vector>

#include <ferry/unix_identity.hpp>

namespace ferry {

// The calling thread acts as `identity` while this lives, on the same thread. Aborts the process where that cannot be
// had, and where the way back fails: there is nothing that could safely be done then.
class ActingAs {
 public:
  explicit ActingAs(const UnixIdentity& identity);
  ~ActingAs();
  ActingAs(const ActingAs&) = delete;
  ActingAs& operator=(const ActingAs&) = delete;

 private:
  gid_t own_group_;
  std::vector<gid_t> own_groups_;
  std::uint32_t own_capabilities_[2];  // the effective ones
};

// Whether this thread may write to a user's open file what the user may not: disk quotas and the blocks that are kept
// for root do not hold for everybody, and files that are written to do not lose set-user-ID by everybody's hand
// (capabilities(7), ext4(5)).
bool may_write_more_than_users();

}  // namespace ferry
