// What is checked before an upload: all that can be known then, so that the refusal comes before the 150 reply.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "storage/local/local_sink.hpp"
#include "storage/local/refused.hpp"

namespace ferry {

namespace {

enum class Target { absent, regular };

// What stands at `place`; a link there is followed, and `place` is then where it leads.
Result<Target> examine(const LocalTree& tree, const FtpPath& path, Jail::Place& place) {
  struct stat facts;
  for (int links = 0;; ++links) {
    if (::fstatat(place.directory, place.name.c_str(), &facts, AT_SYMLINK_NOFOLLOW) != 0) {
      // Behind a link there was something when it was followed; without it the link leads nowhere.
      if (errno == ENOENT && links == 0) return Target::absent;
      return refused(errno, "stat", path.text());
    }
    if (!S_ISLNK(facts.st_mode)) break;
    if (links == 4) return refused(ELOOP, "follow", path.text());
    auto behind = tree.jail.place_behind_link(path);
    if (!behind) return std::unexpected(std::move(behind.error()));
    place = std::move(*behind);
  }
  if (!S_ISREG(facts.st_mode)) return std::unexpected(FsError(FsErrc::not_a_file, path.text()));
  return Target::regular;
}

Result<void> check_writable(const FtpPath& path, const Jail::Place& place) {
  if (::faccessat(place.directory, place.name.c_str(), W_OK, AT_EACCESS | AT_SYMLINK_NOFOLLOW) == 0) return {};
  return refused(errno, "write to", path.text());
}

// Whether the old file may be replaced: it must be writable, and removable from its directory.
Result<void> check_replaceable(const LocalTree& tree, const FtpPath& path, const Jail::Place& place) {
  // Root may write whatever its directory lets it replace, which LocalNewFile::prepare() finds out.
  if (tree.identity.is_root()) return {};
  if (auto writable = check_writable(path, place); !writable) return writable;
  struct stat directory;
  struct stat file;
  if (::fstat(place.directory, &directory) != 0 ||
      ::fstatat(place.directory, place.name.c_str(), &file, AT_SYMLINK_NOFOLLOW) != 0)
    return refused(errno, "stat", path.text());
  const Holder holder{.lets_change = true, .sticky = (directory.st_mode & S_ISVTX) != 0, .owner = directory.st_uid};
  if (!holder.lets_remove(tree.identity, file.st_uid)) return refused(EPERM, "replace", path.text());
  return {};
}

Result<std::unique_ptr<Sink>> open_new(const LocalTree& tree, const FtpPath& path, const StoreRequest& request,
                                       std::optional<CopiedBeginning> beginning = {}) {
  if (path.is_root()) return std::unexpected(FsError(FsErrc::not_a_file, path.text()));
  if (is_temporary(path.name())) return std::unexpected(FsError(FsErrc::bad_name, path.text()));
  auto place = tree.jail.place(path);
  if (!place) return std::unexpected(std::move(place.error()));
  const auto target = examine(tree, path, *place);
  if (!target) return std::unexpected(target.error());
  const bool replaces = *target == Target::regular;
  if (replaces && !request.may_replace) return std::unexpected(FsError(FsErrc::exists, path.text()));
  const bool may_block = tree.mounts.of(place->directory).slow;
  if (request.policy.atomic == Atomicity::off) {
    auto allowed = replaces ? check_writable(path, *place) : check_directory_writable(path, *place);
    if (!allowed) return std::unexpected(std::move(allowed.error()));
    return std::make_unique<LocalPlainFile>(tree, path, std::move(*place), replaces, request, may_block);
  }
  if (replaces)
    if (auto allowed = check_replaceable(tree, path, *place); !allowed) return std::unexpected(allowed.error());
  auto sink = std::make_unique<LocalNewFile>(tree, path, std::move(*place), replaces, request, may_block);
  if (auto prepared = sink->prepare(); !prepared) return std::unexpected(std::move(prepared.error()));
  if (beginning) sink->begin_with(std::move(*beginning));
  return sink;
}

Result<std::unique_ptr<Sink>> open_old(const LocalTree& tree, const FtpPath& path, const StoreRequest& request) {
  // A patch is nothing without what stands around it, so it always goes into the old file.
  const bool copies = request.policy.atomic == Atomicity::always && request.mode != StoreMode::patch;
  auto file = tree.jail.open_regular(path, copies ? O_RDONLY : O_WRONLY);
  if (!file && file.error().code == FsErrc::not_found) {
    if (request.mode != StoreMode::append && request.offset > 0)
      return std::unexpected(FsError(FsErrc::bad_offset, path.text()));
    return open_new(tree, path, request);
  }
  if (!file) return std::unexpected(std::move(file.error()));
  if (!request.may_replace) return std::unexpected(FsError(FsErrc::exists, path.text()));

  const auto size = static_cast<std::uint64_t>(file->facts.st_size);
  const bool appends = request.mode == StoreMode::append;
  if (!appends && request.offset > size) return std::unexpected(FsError(FsErrc::bad_offset, path.text()));
  if (copies) {
    const auto length = appends ? std::nullopt : std::optional(request.offset);
    return open_new(tree, path, request, CopiedBeginning{std::move(file->descriptor), length});
  }
  const bool may_block = tree.mounts.of(file->descriptor.get()).slow;
  return std::make_unique<LocalOldFile>(path, std::move(file->descriptor), appends ? size : request.offset, request,
                                        may_block);
}

}  // namespace

Result<void> check_directory_writable(const FtpPath& path, const Jail::Place& place) {
  if (::faccessat(place.directory, ".", W_OK | X_OK, AT_EACCESS) == 0) return {};
  return refused(errno, "create in the directory of", path.text());
}

Result<std::unique_ptr<Sink>> open_sink(const LocalTree& tree, const FtpPath& path, const StoreRequest& request) {
  switch (request.mode) {
    case StoreMode::create:
      return open_new(tree, path, request);
    case StoreMode::unique: {
      // 64 random bits are taken by nobody else; if they are, the commit says so.
      const FtpPath chosen = path.child(random_name("ferry-")).value();
      StoreRequest alone = request;
      alone.may_replace = false;
      return open_new(tree, chosen, alone);
    }
    case StoreMode::append:
    case StoreMode::resume:
    case StoreMode::patch:
      return open_old(tree, path, request);
  }
  return std::unexpected(FsError(FsErrc::unsupported, path.text()));
}

}  // namespace ferry
