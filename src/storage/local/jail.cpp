#include "storage/local/jail.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>

#include "storage/local/refused.hpp"

namespace ferry {

namespace {

// The descriptor, or -1 with errno set.
int open_beneath(int root, const char* path, int flags) {
  open_how how{};
  how.flags = static_cast<std::uint64_t>(flags | O_CLOEXEC);
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS;
  // EAGAIN: something was renamed while the kernel followed a "..".
  for (int attempts = 4;; --attempts) {
    const auto fd = static_cast<int>(::syscall(SYS_openat2, root, path, &how, sizeof how));
    if (fd >= 0 || attempts == 1 || (errno != EAGAIN && errno != EINTR)) return fd;
  }
}

// Where `directory`, of which `fd` is a descriptor, really is: only to recognise absolute links and mounts below it.
std::string path_of(int fd, const std::string& directory) {
  std::array<char, PATH_MAX> buffer;
  const ssize_t size = ::readlink(fmt::format("/proc/self/fd/{}", fd).c_str(), buffer.data(), buffer.size());
  if (size > 0 && static_cast<std::size_t>(size) < buffer.size() && buffer[0] == '/')
    return {buffer.data(), static_cast<std::size_t>(size)};
  if (::realpath(directory.c_str(), buffer.data()) != nullptr) return buffer.data();
  return directory;
}

}  // namespace

Result<Jail> Jail::open(const std::string& directory, Method method) {
  Descriptor root(::open(directory.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!root) return refused(errno, "open", directory);
  if (::faccessat(root.get(), ".", X_OK, AT_EACCESS) != 0) return refused(errno, "search", directory);

  std::string path = path_of(root.get(), directory);
  std::vector<Components> paths{split_path(path)};
  Components given = split_path(directory);
  if (directory.starts_with('/') && given != paths.front() && std::ranges::find(given, "..") == given.end())
    paths.push_back(std::move(given));

  bool walk_only = method == Method::walk_only;
  if (!walk_only) {
    // ENOSYS from a kernel older than 5.6, EPERM from a sandbox that does not know the call.
    const Descriptor probe(open_beneath(root.get(), ".", O_PATH));
    walk_only = !probe && (errno == ENOSYS || errno == EPERM);
  }
  return Jail(std::move(root), std::move(path), std::move(paths), walk_only);
}

int Jail::open_by_walk(const char* path, int flags) const {
  // A link that takes the place of what the walk has found is not followed but looked at anew.
  for (int attempts = 4;; --attempts) {
    LinkWalk walk(root(), root_paths_);
    if (const int error = walk.run(path, LinkWalk::LastLink::follow); error != 0) {
      errno = error;
      return -1;
    }
    const char* const name = walk.name().empty() ? "." : walk.name().c_str();
    const int fd = ::openat(walk.directory(), name, flags | O_NOFOLLOW | O_CLOEXEC);
    if (fd >= 0 && (flags & O_PATH) != 0) {
      // With O_PATH a link itself would be opened.
      struct stat facts;
      if (::fstat(fd, &facts) == 0 && !S_ISLNK(facts.st_mode)) return fd;
      ::close(fd);
      errno = ELOOP;
    } else if (fd >= 0) {
      return fd;
    }
    if (attempts == 1 || (errno != ELOOP && errno != EINTR)) return -1;
  }
}

int Jail::open_by_kernel(const char* path, int flags) const {
  const int fd = open_beneath(root(), path, flags);
  if (fd >= 0 || (errno != EXDEV && errno != ELOOP && errno != EAGAIN)) return fd;
  return open_by_walk(path, flags);
}

Result<Descriptor> Jail::open(const FtpPath& path, int flags) const {
  const int fd = walk_only_ ? open_by_walk(path.relative(), flags) : open_by_kernel(path.relative(), flags);
  if (fd < 0) return refused(errno, "open", path.text());
  return Descriptor(fd);
}

Result<Jail::OpenFile> Jail::open_regular(const FtpPath& path, int flags) const {
  // O_PATH opens nothing, so it shows without side effects what is there; that costs 0.7 us. If something else takes
  // its place before the second open, O_NONBLOCK keeps a FIFO from holding us, and the second look decides.
  OpenFile file;
  for (const int look : {O_PATH, flags | O_NONBLOCK | O_NOCTTY}) {
    auto opened = open(path, look);
    if (!opened) return std::unexpected(std::move(opened.error()));
    if (::fstat(opened->get(), &file.facts) != 0) return refused(errno, "stat", path.text());
    if (!S_ISREG(file.facts.st_mode))
      return std::unexpected(FsError(FsErrc::not_a_file, path.text() + ": not a regular file"));
    file.descriptor = std::move(*opened);
  }
  return file;
}

Result<Jail::Place> Jail::place(const FtpPath& path) const {
  Place result;
  result.name = path.name();
  const FtpPath parent = path.parent();
  if (parent.is_root()) {
    result.directory = root();
    return result;
  }
  auto opened = open(parent, O_PATH | O_DIRECTORY);
  if (!opened) return std::unexpected(std::move(opened.error()));
  result.owned = std::move(*opened);
  result.directory = result.owned.get();
  return result;
}

Result<std::size_t> Jail::depth(const FtpPath& path) const {
  LinkWalk walk(root(), root_paths_);
  if (const int error = walk.run(path.relative(), LinkWalk::LastLink::follow); error != 0)
    return refused(error, "follow", path.text());
  return walk.depth();
}

Result<Jail::Place> Jail::place_behind_link(const FtpPath& path) const {
  LinkWalk walk(root(), root_paths_);
  if (const int error = walk.run(path.relative(), LinkWalk::LastLink::follow); error != 0)
    return refused(error, "follow", path.text());
  if (walk.name().empty()) return std::unexpected(FsError(FsErrc::not_a_file, path.text() + ": a directory"));
  Place result;
  result.name = walk.name();
  result.owned = walk.take_directory();
  result.directory = result.owned ? result.owned.get() : root();
  return result;
}

}  // namespace ferry
