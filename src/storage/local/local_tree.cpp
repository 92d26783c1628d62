#include "storage/local/local_tree.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/random.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <fstream>
#include <random>

namespace ferry {

namespace {

// umask() can only be read by changing it, which another thread would notice. The kernel applies it anyway; this is for
// file systems that forget to for nameless files.
mode_t process_umask() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (!line.starts_with("Umask:")) continue;
    const std::size_t digits = line.find_first_of("01234567");
    unsigned mask = 0;
    if (digits != std::string::npos) std::from_chars(line.data() + digits, line.data() + line.size(), mask, 8);
    return mask & 0777;
  }
  return 0;
}

// A nameless file gets its name by way of /proc (see link_descriptor).
bool has_proc() { return ::access("/proc/self/fd", X_OK) == 0; }

// Some file systems hold times before 1677 and after 2262, which FileTime cannot; those become the nearest that it can.
FileTime time_from(const statx_timestamp& time) {
  constexpr std::int64_t last = FileTime::duration::max() / std::chrono::seconds(1) - 1;
  return FileTime(std::chrono::seconds(std::clamp<std::int64_t>(time.tv_sec, -last, last)) +
                  std::chrono::nanoseconds(time.tv_nsec));
}

}  // namespace

LocalTree::LocalTree(Jail the_jail, const LocalOptions& options)
    : jail(std::move(the_jail)),
      mounts(jail.root(), jail.root_path(), options.always_slow),
      identity(options.identity ? *options.identity : Identity::of_process()),
      owners(options.owner_numbers),
      file_mode(0666 & ~process_umask()),
      named_temporaries(options.named_temporaries || !has_proc()) {}

FileKind kind_of_mode(std::uint32_t mode) {
  if (S_ISREG(mode)) return FileKind::regular;
  if (S_ISDIR(mode)) return FileKind::directory;
  if (S_ISLNK(mode)) return FileKind::broken_link;  // the others have been followed
  return FileKind::special;
}

FileInfo info_from(const LocalTree& tree, const struct statx& facts, bool read_only, const Holder& holder) {
  FileInfo info;
  info.kind = kind_of_mode(facts.stx_mode);
  info.access = access_of(tree.identity, facts.stx_mode, facts.stx_uid, facts.stx_gid, read_only, holder);
  info.mode = facts.stx_mode & 07777u;
  info.links = facts.stx_nlink;
  info.size = facts.stx_size;
  info.modified = time_from(facts.stx_mtime);
  if ((facts.stx_mask & STATX_BTIME) != 0) info.created = time_from(facts.stx_btime);
  info.changed = time_from(facts.stx_ctime);
  info.owner_id = facts.stx_uid;
  info.group_id = facts.stx_gid;
  info.device = ::makedev(facts.stx_dev_major, facts.stx_dev_minor);
  info.inode = facts.stx_ino;
  return info;
}

bool name_owners_if_known(const OwnerNames& owners, uid_t user, gid_t group, FileInfo& info) {
  const auto user_name = owners.known_user(user);
  const auto group_name = owners.known_group(group);
  if (!user_name || !group_name) return false;
  info.owner = *user_name;
  info.group = *group_name;
  return true;
}

void name_owners(OwnerNames& owners, uid_t user, gid_t group, FileInfo& info) {
  info.owner = owners.user(user);
  info.group = owners.group(group);
}

std::string random_name(std::string_view prefix) {
  std::uint64_t number = 0;
  while (::getrandom(&number, sizeof number, 0) != static_cast<ssize_t>(sizeof number)) {
    // Interrupted, or a sandbox without the call.
    if (errno != EINTR) {
      std::random_device device;
      number = std::uint64_t{device()} << 32 | device();
      break;
    }
  }
  return fmt::format("{}{:016x}", prefix, number);
}

}  // namespace ferry
