#include "storage/local/local_directory_reader.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "storage/local/offload.hpp"
#include "storage/local/refused.hpp"

namespace ferry {

namespace {

constexpr std::size_t buffer_size = 256 * 1024;  // 0.4 us an entry; smaller ones cost more
constexpr std::size_t full_batch = 128;          // 1.1 us an entry
constexpr std::size_t names_batch = 1024;

FileKind kind_of_type(unsigned char type) {
  switch (type) {
    case DT_REG:
      return FileKind::regular;
    case DT_DIR:
      return FileKind::directory;
    case DT_LNK:
      return FileKind::broken_link;
    default:
      return FileKind::special;
  }
}

}  // namespace

LocalDirectoryReader::LocalDirectoryReader(LocalTree& tree, FtpPath path, Descriptor directory, Detail detail,
                                           bool read_only, const Holder& holder)
    : tree_(tree),
      path_(std::move(path)),
      directory_(std::move(directory)),
      detail_(detail),
      read_only_(read_only),
      // The directory may hold mounts and links to others, so it is the tree that counts.
      may_block_(tree.mounts.may_block()),
      holder_(holder),
      buffer_(std::make_unique_for_overwrite<std::byte[]>(buffer_size)) {}

Task<Result<std::span<const DirectoryEntry>>> LocalDirectoryReader::next() {
  if (const Result<void> filled = co_await offload(may_block_, [&] { return fill(); }); !filled)
    co_return std::unexpected(filled.error());
  if (!strangers_.empty()) co_await run_blocking([&] { name_strangers(); });
  co_return std::span<const DirectoryEntry>(entries_);
}

Result<void> LocalDirectoryReader::fill() {
  entries_.clear();
  strangers_.clear();
  const std::size_t most = detail_ == Detail::full ? full_batch : names_batch;
  // Names of earlier entries are in the buffer: it is filled again only before the first entry of a batch.
  while (entries_.empty()) {
    if (next_ == used_) {
      const ssize_t size = ::getdents64(directory_.get(), buffer_.get(), buffer_size);
      if (size < 0) return refused(errno, "list", path_.text());
      if (size == 0) return {};
      used_ = static_cast<std::size_t>(size);
      next_ = 0;
    }
    while (next_ < used_ && entries_.size() < most) {
      const auto* const entry = reinterpret_cast<const dirent64*>(buffer_.get() + next_);
      next_ += entry->d_reclen;
      add(entry->d_name, entry->d_type);
    }
  }
  return {};
}

void LocalDirectoryReader::add(const char* name, unsigned char type) {
  const std::string_view view(name);
  if (view == "." || view == ".." || is_temporary(view)) return;
  if (detail_ == Detail::full)
    add_full(view, type);
  else
    add_name(view, type);
}

void LocalDirectoryReader::add_name(std::string_view name, unsigned char type) {
  struct statx facts;
  DirectoryEntry& entry = entries_.emplace_back();
  entry.name = name;
  if (type == DT_UNKNOWN &&
      ::statx(directory_.get(), name.data(), AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT, STATX_TYPE, &facts) == 0)
    type = static_cast<unsigned char>(IFTODT(facts.stx_mode));
  entry.info.kind = kind_of_type(type);
  entry.info.link = type == DT_LNK;
  if (type == DT_LNK && statx_behind_link(name, facts)) entry.info.kind = kind_of_mode(facts.stx_mode);
}

void LocalDirectoryReader::add_full(std::string_view name, unsigned char type) {
  struct statx facts;
  if (::statx(directory_.get(), name.data(), AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT, wanted_facts, &facts) != 0) {
    // Deleted since the directory was read; or a directory that shows names only, then the kind is all there is.
    if (errno == ENOENT || type == DT_UNKNOWN) return;
    DirectoryEntry& entry = entries_.emplace_back();
    entry.name = name;
    entry.info.kind = kind_of_type(type);
    entry.info.access = {.read = false, .write = false, .enter = false, .removable = false};
    entry.info.mode = 0;
    return;
  }
  const bool link = S_ISLNK(facts.stx_mode);
  if (link) {
    struct statx target;
    if (statx_behind_link(name, target)) facts = target;
  }

  DirectoryEntry& entry = entries_.emplace_back();
  entry.name = name;
  entry.info = info_from(tree_, facts, read_only_, holder_);
  entry.info.link = link;

  // Neighbours mostly have one owner.
  const Owners owners{facts.stx_uid, facts.stx_gid};
  if (!last_known_ || last_owners_ != owners) {
    last_owners_ = owners;
    last_known_ = name_owners_if_known(tree_.owners, owners.user, owners.group, last_);
  }
  if (last_known_) {
    entry.info.owner = last_.owner;
    entry.info.group = last_.group;
  } else {
    strangers_.push_back({entries_.size() - 1, owners});
  }
}

bool LocalDirectoryReader::statx_behind_link(std::string_view name, struct statx& facts) const {
  const auto path = path_.child(name);
  if (!path) return false;
  const auto opened = tree_.jail.open(*path, O_PATH);
  return opened && ::statx(opened->get(), "", AT_EMPTY_PATH, wanted_facts, &facts) == 0;
}

void LocalDirectoryReader::name_strangers() {
  for (const Stranger& stranger : strangers_)
    name_owners(tree_.owners, stranger.owners.user, stranger.owners.group, entries_[stranger.entry].info);
}

Result<std::unique_ptr<DirectoryReader>> open_directory(LocalTree& tree, const FtpPath& path, Detail detail) {
  auto directory = tree.jail.open(path, O_RDONLY | O_DIRECTORY);
  if (!directory) return std::unexpected(std::move(directory.error()));
  bool read_only = false;
  Holder holder;
  if (detail == Detail::full) {
    struct stat facts;
    if (::fstat(directory->get(), &facts) != 0) return refused(errno, "stat", path.text());
    read_only = tree.mounts.of(directory->get()).read_only;
    holder = Holder::of(tree.identity, facts.st_mode, facts.st_uid, facts.st_gid, read_only);
  }
  return std::make_unique<LocalDirectoryReader>(tree, path, std::move(*directory), detail, read_only, holder);
}

}  // namespace ferry
