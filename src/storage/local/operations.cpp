#include "storage/local/operations.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <climits>

#include "storage/local/refused.hpp"
#include "storage/local/renaming.hpp"

namespace ferry {

namespace {

// The directory that holds `path`, as far as deleting and renaming are concerned.
Result<Holder> holder_of(const LocalTree& tree, const FtpPath& path, bool read_only) {
  if (path.is_root()) return Holder{};
  // To root only the mount says no: the look at the directory can be spared.
  if (tree.identity.is_root()) return Holder{.lets_change = !read_only, .sticky = false, .owner = 0};
  const auto place = tree.jail.place(path);
  if (!place) return std::unexpected(place.error());
  struct stat facts;
  if (::fstatat(place->directory, "", &facts, AT_EMPTY_PATH) != 0) return refused(errno, "stat", path.text());
  return Holder::of(tree.identity, facts.st_mode, facts.st_uid, facts.st_gid, read_only);
}

bool is_directory(const Jail::Place& place) {
  struct stat facts;
  return ::fstatat(place.directory, place.name.c_str(), &facts, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(facts.st_mode);
}

// Any entry whose mode and times may be changed, opened with O_PATH.
Result<Jail::OpenFile> open_for_change(const LocalTree& tree, const FtpPath& path) {
  auto opened = tree.jail.open(path, O_PATH);
  if (!opened) return std::unexpected(std::move(opened.error()));
  Jail::OpenFile file{.descriptor = std::move(*opened), .facts = {}};
  if (::fstat(file.descriptor.get(), &file.facts) != 0) return refused(errno, "stat", path.text());
  if (!S_ISREG(file.facts.st_mode) && !S_ISDIR(file.facts.st_mode))
    return std::unexpected(FsError(FsErrc::not_a_file, path.text()));
  return file;
}

bool is_link(const Jail::Place& place) {
  struct stat facts;
  return ::fstatat(place.directory, place.name.c_str(), &facts, AT_SYMLINK_NOFOLLOW) == 0 && S_ISLNK(facts.st_mode);
}

// A name of the O_PATH descriptor `fd` itself, which no rename can turn into another file.
std::string name_of_descriptor(int fd) { return fmt::format("/proc/self/fd/{}", fd); }

// Where an open entry is in the tree, without links on the way; nullopt where the kernel does not tell.
std::optional<FtpPath> path_of(const LocalTree& tree, int fd) {
  struct stat facts;
  if (::fstat(fd, &facts) != 0 || facts.st_nlink == 0) return std::nullopt;  // a deleted one has a made-up name
  char buffer[PATH_MAX];
  const ssize_t size = ::readlink(name_of_descriptor(fd).c_str(), buffer, sizeof buffer);
  if (size <= 0 || size == static_cast<ssize_t>(sizeof buffer)) return std::nullopt;
  std::string_view path(buffer, static_cast<std::size_t>(size));
  std::string_view root = tree.jail.root_path();
  if (root == "/") root = {};
  if (!path.starts_with(root)) return std::nullopt;
  path.remove_prefix(root.size());
  if (!path.empty() && !path.starts_with('/')) return std::nullopt;
  return FtpPath::resolve(FtpPath(), path);
}

// The attribute that freedesktop.org has for it ("Guidelines for extended attributes").
std::string media_type_of(int fd) {
  char buffer[256];
  const ssize_t size = ::getxattr(name_of_descriptor(fd).c_str(), "user.mime_type", buffer, sizeof buffer);
  return size > 0 ? std::string(buffer, static_cast<std::size_t>(size)) : std::string();
}

}  // namespace

Result<FactsOfOne> facts_of(const LocalTree& tree, const FtpPath& path) {
  const auto opened = tree.jail.open(path, O_PATH);
  if (!opened) return std::unexpected(opened.error());
  struct statx facts;
  if (::statx(opened->get(), "", AT_EMPTY_PATH, wanted_facts, &facts) != 0) return refused(errno, "stat", path.text());
  const bool read_only = tree.mounts.of(opened->get()).read_only;
  const auto holder = holder_of(tree, path, read_only);
  if (!holder) return std::unexpected(holder.error());
  return FactsOfOne{.info = info_from(tree, facts, read_only, *holder), .user = facts.stx_uid, .group = facts.stx_gid};
}

Result<void> make_directory(const LocalTree& tree, const FtpPath& path) {
  if (path.is_root()) return std::unexpected(FsError(FsErrc::exists, path.text()));
  if (is_temporary(path.name())) return std::unexpected(FsError(FsErrc::bad_name, path.text()));
  const auto place = tree.jail.place(path);
  if (!place) return std::unexpected(place.error());
  if (::mkdirat(place->directory, place->name.c_str(), 0777) != 0) return refused(errno, "mkdir", path.text());
  return {};
}

Result<void> remove_directory(const LocalTree& tree, const FtpPath& path) {
  if (path.is_root()) return std::unexpected(FsError(FsErrc::not_permitted, path.text()));
  const auto place = tree.jail.place(path);
  if (!place) return std::unexpected(place.error());
  if (::unlinkat(place->directory, place->name.c_str(), AT_REMOVEDIR) == 0) return {};
  // POSIX allows either.
  return refused(errno == EEXIST ? ENOTEMPTY : errno, "rmdir", path.text());
}

Result<void> remove_file(const LocalTree& tree, const FtpPath& path) {
  if (path.is_root()) return std::unexpected(FsError(FsErrc::not_a_file, path.text()));
  const auto place = tree.jail.place(path);
  if (!place) return std::unexpected(place.error());
  if (::unlinkat(place->directory, place->name.c_str(), 0) == 0) return {};
  const int error = errno;
  // POSIX says EPERM for a directory, Linux EISDIR.
  return refused(error == EPERM && is_directory(*place) ? EISDIR : error, "unlink", path.text());
}

Result<void> rename_entry(const LocalTree& tree, const FtpPath& from, const FtpPath& to, bool may_replace) {
  if (from.is_root()) return std::unexpected(FsError(FsErrc::not_permitted, from.text()));
  if (to.is_root()) return std::unexpected(FsError(FsErrc::exists, to.text()));
  if (is_temporary(to.name())) return std::unexpected(FsError(FsErrc::bad_name, to.text()));
  const auto source = tree.jail.place(from);
  if (!source) return std::unexpected(source.error());
  const auto target = tree.jail.place(to);
  if (!target) return std::unexpected(target.error());

  int error = rename_to_new_name(source->directory, source->name.c_str(), target->directory, target->name.c_str());
  if (error == EEXIST && may_replace && !is_directory(*source) && !is_directory(*target)) {
    // A directory that takes the target's place now makes this fail with EISDIR.
    const int done = ::renameat(source->directory, source->name.c_str(), target->directory, target->name.c_str());
    error = done == 0 ? 0 : errno == EISDIR ? EEXIST : errno;
  }
  if (error == 0) return {};
  if (error == EXDEV) return std::unexpected(FsError(FsErrc::unsupported, from.text() + ": on another file system"));
  return refused(error == ENOTEMPTY ? EEXIST : error, "rename", from.text());
}

Result<void> set_mode(const LocalTree& tree, const FtpPath& path, std::uint32_t mode) {
  auto file = open_for_change(tree, path);
  if (!file) return std::unexpected(std::move(file.error()));
  // A directory keeps what its owner has set up for sharing it (set-group-ID, sticky); a file loses set-user-ID.
  const mode_t kept = S_ISDIR(file->facts.st_mode) ? file->facts.st_mode & 07000 : 0;
  const mode_t wanted = (mode & 0777) | kept;
  if (::chmod(name_of_descriptor(file->descriptor.get()).c_str(), wanted) == 0) return {};
  if (errno != ENOENT && errno != ENOTDIR) return refused(errno, "chmod", path.text());

  // Without /proc the entry must be readable.
  const int flags = S_ISDIR(file->facts.st_mode) ? O_RDONLY | O_DIRECTORY : O_RDONLY | O_NONBLOCK | O_NOCTTY;
  const auto opened = tree.jail.open(path, flags);
  if (!opened) return std::unexpected(opened.error());
  struct stat again;
  if (::fstat(opened->get(), &again) != 0) return refused(errno, "stat", path.text());
  if (again.st_dev != file->facts.st_dev || again.st_ino != file->facts.st_ino)
    return refused(EBUSY, "chmod", path.text());
  if (::fchmod(opened->get(), wanted) != 0) return refused(errno, "chmod", path.text());
  return {};
}

Result<void> set_modified(const LocalTree& tree, const FtpPath& path, FileTime time) {
  const auto file = open_for_change(tree, path);
  if (!file) return std::unexpected(file.error());
  const auto second = std::chrono::floor<std::chrono::seconds>(time);
  timespec times[2]{};
  times[0].tv_nsec = UTIME_OMIT;
  times[1].tv_sec = second.time_since_epoch().count();
  times[1].tv_nsec = (time - second).count();
  // Linux 5.8 and later take the descriptor itself.
  if (::utimensat(file->descriptor.get(), "", times, AT_EMPTY_PATH) == 0) return {};
  if (errno == EINVAL || errno == ENOENT || errno == EBADF)
    if (::utimensat(AT_FDCWD, name_of_descriptor(file->descriptor.get()).c_str(), times, 0) == 0) return {};
  return refused(errno, "set the time of", path.text());
}

Result<void> set_owner(const LocalTree& tree, const FtpPath& path, const std::optional<std::string>& owner,
                       const std::optional<std::string>& group) {
  const auto user_id = owner ? find_user(*owner) : std::optional(unchanged_id);
  const auto group_id = group ? find_group(*group) : std::optional(unchanged_id);
  if (!user_id || !group_id) return std::unexpected(FsError(FsErrc::bad_name, path.text() + ": no such owner"));
  const auto file = open_for_change(tree, path);
  if (!file) return std::unexpected(file.error());
  if (::fchownat(file->descriptor.get(), "", *user_id, *group_id, AT_EMPTY_PATH) == 0) return {};
  return refused(errno, "chown", path.text());
}

// The text is relative: an absolute one would lead elsewhere on this machine, and after the root has moved.
Result<void> make_link(const LocalTree& tree, const FtpPath& path, const FtpPath& target) {
  if (path.is_root()) return std::unexpected(FsError(FsErrc::exists, path.text()));
  if (is_temporary(path.name())) return std::unexpected(FsError(FsErrc::bad_name, path.text()));
  const auto place = tree.jail.place(path);
  if (!place) return std::unexpected(place.error());
  // Where the link really stands: the kernel, which follows it, knows nothing of the links on the way there.
  const auto depth = tree.jail.depth(path.parent());
  if (!depth) return std::unexpected(depth.error());
  std::string text;
  for (std::size_t i = 0; i < *depth; ++i) text += "../";
  text += target.relative();
  if (::symlinkat(text.c_str(), place->directory, place->name.c_str()) == 0) return {};
  return refused(errno, "symlink", path.text());
}

Result<FileAttributes> attributes_of(const LocalTree& tree, const FtpPath& path) {
  const auto opened = tree.jail.open(path, O_PATH);
  if (!opened) return std::unexpected(opened.error());
  FileAttributes attributes;
  attributes.media_type = media_type_of(opened->get());
  if (path.is_root()) return attributes;
  const auto place = tree.jail.place(path);
  attributes.link = place && is_link(*place);
  if (attributes.link) attributes.link_target = path_of(tree, opened->get());
  return attributes;
}

Result<std::uint64_t> available_space(const LocalTree& tree, const FtpPath& path) {
  const auto opened = tree.jail.open(path, O_PATH);
  if (!opened) return std::unexpected(opened.error());
  struct statvfs facts;
  if (::fstatvfs(opened->get(), &facts) != 0) return refused(errno, "statvfs", path.text());
  return std::uint64_t{facts.f_bavail} * facts.f_frsize;
}

}  // namespace ferry
