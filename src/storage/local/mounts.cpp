#include "storage/local/mounts.hpp"

#include <fcntl.h>
#include <linux/magic.h>
#include <poll.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <time.h>

#include <algorithm>
#include <array>
#include <optional>

namespace ferry {

namespace {

constexpr std::int64_t seconds_between_looks = 3;

struct LocalType {
  std::string_view name;
  std::uint64_t magic;
};

// Kernel file systems are here because "/" may be served; they answer from memory.
constexpr LocalType local_types[] = {
    {"ext2", EXT4_SUPER_MAGIC},
    {"ext3", EXT4_SUPER_MAGIC},
    {"ext4", EXT4_SUPER_MAGIC},
    {"xfs", XFS_SUPER_MAGIC},
    {"btrfs", BTRFS_SUPER_MAGIC},
    {"tmpfs", TMPFS_MAGIC},
    {"ramfs", RAMFS_MAGIC},
    {"overlay", OVERLAYFS_SUPER_MAGIC},
    {"f2fs", F2FS_SUPER_MAGIC},
    {"zfs", 0x2fc12fc1},
    {"bcachefs", 0xca451a4e},
    {"jfs", 0x3153464a},
    {"reiserfs", REISERFS_SUPER_MAGIC},
    {"vfat", MSDOS_SUPER_MAGIC},
    {"msdos", MSDOS_SUPER_MAGIC},
    {"exfat", 0x2011bab0},
    {"ntfs3", 0x7366746e},
    {"hfsplus", 0x482b},
    {"squashfs", SQUASHFS_MAGIC},
    {"erofs", 0xe0f5e1e2},
    {"iso9660", ISOFS_SUPER_MAGIC},
    {"udf", UDF_SUPER_MAGIC},
    {"proc", PROC_SUPER_MAGIC},
    {"sysfs", SYSFS_MAGIC},
    {"devtmpfs", TMPFS_MAGIC},
    {"devpts", DEVPTS_SUPER_MAGIC},
    {"cgroup", CGROUP_SUPER_MAGIC},
    {"cgroup2", CGROUP2_SUPER_MAGIC},
    {"mqueue", 0x19800202},
    {"hugetlbfs", HUGETLBFS_MAGIC},
    {"debugfs", DEBUGFS_MAGIC},
    {"tracefs", TRACEFS_MAGIC},
    {"securityfs", SECURITYFS_MAGIC},
    {"configfs", 0x62656570},
    {"pstore", PSTOREFS_MAGIC},
    {"bpf", BPF_FS_MAGIC},
    {"efivarfs", EFIVARFS_MAGIC},
    {"binfmt_misc", BINFMTFS_MAGIC},
    {"fusectl", 0x65735543},
    {"nsfs", NSFS_MAGIC},
};

std::string_view take_word(std::string_view& line) {
  const std::size_t end = std::min(line.find(' '), line.size());
  const std::string_view word = line.substr(0, end);
  line.remove_prefix(std::min(end + 1, line.size()));
  return word;
}

// mountinfo writes space, tab, newline and backslash as \ooo.
std::string without_escapes(std::string_view word) {
  std::string result;
  for (std::size_t i = 0; i < word.size(); ++i) {
    const auto octal = [&](std::size_t at) { return word[at] >= '0' && word[at] <= '7'; };
    if (word[i] == '\\' && i + 3 < word.size() && octal(i + 1) && octal(i + 2) && octal(i + 3)) {
      result += static_cast<char>((word[i + 1] - '0') * 64 + (word[i + 2] - '0') * 8 + (word[i + 3] - '0'));
      i += 3;
    } else {
      result += word[i];
    }
  }
  return result;
}

bool is_below(std::string_view path, std::string_view root) {
  if (root == "/") return path.size() > 1;
  return path.size() > root.size() && path.starts_with(root) && path[root.size()] == '/';
}

std::optional<std::string> read_all(int fd) {
  std::string text;
  std::array<char, 16'384> buffer;
  if (::lseek(fd, 0, SEEK_SET) != 0) return std::nullopt;
  for (;;) {
    const ssize_t size = ::read(fd, buffer.data(), buffer.size());
    if (size < 0) return std::nullopt;
    if (size == 0) return text;
    text.append(buffer.data(), static_cast<std::size_t>(size));
  }
}

std::int64_t now_in_seconds() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
  return now.tv_sec;
}

std::optional<MountFacts> facts_of(int fd) {
  struct statfs facts;
  if (::fstatfs(fd, &facts) != 0) return std::nullopt;
  return MountFacts{.slow = !is_local_magic(static_cast<std::uint64_t>(facts.f_type)),
                    .read_only = (facts.f_flags & ST_RDONLY) != 0};
}

}  // namespace

bool is_local_type(std::string_view type) {
  return std::ranges::find(local_types, type, &LocalType::name) != std::end(local_types);
}

bool is_local_magic(std::uint64_t magic) {
  // Some numbers are written with 32 bits and come sign-extended.
  return std::ranges::find(local_types, magic & 0xffffffff, &LocalType::magic) != std::end(local_types);
}

MountsBelow mounts_below(std::string_view mountinfo, std::string_view root_path) {
  MountsBelow result;
  while (!mountinfo.empty()) {
    const std::size_t end = std::min(mountinfo.find('\n'), mountinfo.size());
    std::string_view line = mountinfo.substr(0, end);
    mountinfo.remove_prefix(std::min(end + 1, mountinfo.size()));

    // "36 35 98:0 /subtree /mount/point options [tags...] - type source options"
    for (int skipped = 0; skipped < 4; ++skipped) take_word(line);
    const std::string mount_point = without_escapes(take_word(line));
    if (!is_below(mount_point, root_path)) continue;
    result.any = true;
    while (!line.empty() && take_word(line) != "-") {
    }
    if (!is_local_type(take_word(line))) result.slow = true;
  }
  return result;
}

Mounts::Mounts(int root, std::string root_path, bool always_slow)
    : root_(root),
      root_path_(std::move(root_path)),
      always_slow_(always_slow),
      mountinfo_(::open("/proc/self/mountinfo", O_RDONLY | O_CLOEXEC)) {
  look();
}

bool Mounts::may_block() {
  const std::int64_t now = now_in_seconds();
  std::int64_t due = next_look_.load(std::memory_order_relaxed);
  // One caller looks, the others go on with what is known.
  if (now >= due && next_look_.compare_exchange_strong(due, now + seconds_between_looks)) {
    pollfd change{.fd = mountinfo_.get(), .events = POLLPRI, .revents = 0};
    if (mountinfo_ && ::poll(&change, 1, 0) > 0) look();
  }
  return slow_.load(std::memory_order_acquire);
}

void Mounts::look() {
  const std::lock_guard lock(mutex_);
  next_look_ = now_in_seconds() + seconds_between_looks;
  const MountFacts root = facts_of(root_).value_or(MountFacts{.slow = true, .read_only = false});
  root_slow_ = root.slow || always_slow_;
  root_read_only_ = root.read_only;

  const std::optional<std::string> text = mountinfo_ ? read_all(mountinfo_.get()) : std::nullopt;
  // Without mountinfo, what is mounted below stays unknown: each open file is then asked for its own file system.
  const MountsBelow below = text ? mounts_below(*text, root_path_) : MountsBelow{.any = true, .slow = false};
  alone_ = !below.any;
  slow_.store(root_slow_ || below.slow, std::memory_order_release);
}

MountFacts Mounts::of(int fd) const {
  if (alone_) return {.slow = root_slow_, .read_only = root_read_only_};
  MountFacts facts = facts_of(fd).value_or(MountFacts{.slow = true, .read_only = false});
  facts.slow = facts.slow || always_slow_;
  return facts;
}

}  // namespace ferry
