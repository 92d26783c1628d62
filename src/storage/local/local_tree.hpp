// What all parts of one local directory share: the jail, what is mounted in it, who we are, how new files are made.
#pragma once

#include <sys/stat.h>
#include <sys/types.h>

#include <optional>
#include <string>
#include <string_view>

#include <ferry/filesystem.hpp>

#include "storage/local/identity.hpp"
#include "storage/local/jail.hpp"
#include "storage/local/mounts.hpp"
#include "storage/local/owner_names.hpp"

namespace ferry {

// Roads that are taken only on other kernels and file systems, for tests.
struct LocalOptions {
  Jail::Method method = Jail::Method::kernel_first;
  bool named_temporaries = false;  // as if there was no O_TMPFILE
  bool always_slow = false;        // as if every file system could block
  bool owner_numbers = false;      // listings have numbers for names; not for tests alone (see storage/channel)
  // Who the calls are made as, where that is not the process itself (see acting_as.cpp).
  std::optional<Identity> identity{};
};

// Thread-safe.
struct LocalTree {
  LocalTree(Jail jail, const LocalOptions& options);

  const Jail jail;
  Mounts mounts;
  const Identity identity;
  OwnerNames owners;
  const mode_t file_mode;        // of new files
  const bool named_temporaries;  // new files get a hidden name while they are written
};

// Of an st_mode or stx_mode.
FileKind kind_of_mode(std::uint32_t mode);

// Facts but for the two names, which need a lookup that may block (see name_owners).
FileInfo info_from(const LocalTree& tree, const struct statx& facts, bool read_only, const Holder& holder);

// Fills in the names where they are known already; false where one is not.
bool name_owners_if_known(const OwnerNames& owners, uid_t user, gid_t group, FileInfo& info);
// The same by a lookup. May block.
void name_owners(OwnerNames& owners, uid_t user, gid_t group, FileInfo& info);

// What listings ask the kernel for.
inline constexpr unsigned wanted_facts = STATX_BASIC_STATS | STATX_BTIME;

// Uploads under way stand in their directory under such a name where the file system has no nameless files. They are
// not listed, and users cannot make such names.
inline constexpr std::string_view temporary_prefix = ".ferry-";
inline bool is_temporary(std::string_view name) { return name.starts_with(temporary_prefix); }

// `prefix` and 16 hexadecimal digits that nobody can guess.
std::string random_name(std::string_view prefix);
bool is_random_name(std::string_view name, std::string_view prefix);

}  // namespace ferry
