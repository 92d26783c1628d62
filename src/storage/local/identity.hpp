// Who this process is to the kernel, and what it may therefore do with an entry.
//
// Listings tell users what they may do with each entry (the perm fact, RFC 3659 §7.5.5). To ask the kernel for every
// entry would double the cost of a listing, so it is worked out from mode, owner and group. Access control lists and
// attributes such as "immutable" are not seen here: the operation itself has the last word.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <vector>

#include <ferry/filesystem.hpp>

namespace ferry {

struct Identity {
  uid_t user = 0;
  std::vector<gid_t> groups;  // sorted; the effective group is among them

  static Identity of_process();

  bool is_root() const { return user == 0; }
  // The three bits of `mode` (r = 4, w = 2, x = 1) that count for this process.
  unsigned bits(std::uint32_t mode, uid_t owner, gid_t group) const;
};

// What the directory that holds an entry has to say about it.
struct Holder {
  bool lets_change = false;  // entries may be made and deleted
  bool sticky = false;       // ... but deleted only by their owner
  uid_t owner = 0;

  static Holder of(const Identity& identity, std::uint32_t mode, uid_t owner, gid_t group, bool read_only);
  bool lets_remove(const Identity& identity, uid_t entry_owner) const {
    return lets_change && (!sticky || identity.is_root() || identity.user == owner || identity.user == entry_owner);
  }
};

// `mode` with its file type. `read_only`: the file system is mounted so.
Access access_of(const Identity& identity, std::uint32_t mode, uid_t owner, gid_t group, bool read_only,
                 const Holder& holder);

}  // namespace ferry
