// How a new file is made, and how it comes to its name.
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "storage/local/local_sink.hpp"
#include "storage/local/local_source.hpp"
#include "storage/local/offload.hpp"
#include "storage/local/refused.hpp"
#include "storage/local/renaming.hpp"

namespace ferry {

LocalNewFile::~LocalNewFile() {
  if (hidden_name_.empty()) return;
  auto clean_up = [file = std::move(file_), place = std::move(place_), name = std::move(hidden_name_)] {
    ::unlinkat(place.directory, name.c_str(), 0);
  };
  if (may_block_ && executor_ != nullptr)
    executor_->post_blocking(std::move(clean_up));
  else
    clean_up();
}

void LocalNewFile::begin_with(CopiedBeginning beginning) {
  begin_at(beginning.length.value_or(0));
  beginning_ = std::move(beginning);
}

// A file without a name is seen by nobody, so it can be made at once: no other check says as much.
Result<void> LocalNewFile::prepare() {
  auto made = make_nameless();
  if (!made) return std::unexpected(std::move(made.error()));
  nameless_ = *std::move(made);
  return nameless_ ? Result<void>() : check_directory_writable(path_, place_);
}

Task<Result<void>> LocalNewFile::start() {
  executor_ = &co_await current_executor();
  Result<void> created = co_await offload(may_block_, [&] { return create(); });
  if (created && beginning_) created = co_await copy_beginning();
  co_return created;
}

Result<void> LocalNewFile::create() {
  if (beginning_)
    if (auto claimed = claim_content(beginning_->file.get(), false, path_); !claimed) return claimed;
  file_ = std::move(nameless_);
  if (!file_)
    if (auto made = create_hidden(); !made) return made;
  return set_permission_bits();
}

Result<Descriptor> LocalNewFile::make_nameless() const {
  if (tree_.named_temporaries) return Descriptor();
  Descriptor file(::openat(place_.directory, ".", O_TMPFILE | O_WRONLY | O_CLOEXEC, tree_.file_mode));
  // EISDIR, EINVAL: kernels and file systems that take O_TMPFILE for something else.
  if (!file && errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL)
    return std::unexpected(refused_create(errno).error());
  return file;
}

// The lock tells those who look for the left-overs of a crash that this is none. One of them may have come between the
// two calls and removed it. Others see the name, so what replaces a file is never more open than that one is.
Result<void> LocalNewFile::create_hidden() {
  const mode_t mode = replaces_ ? 0600 : tree_.file_mode;
  for (int attempts = 4;; --attempts) {
    std::string name = random_name(temporary_prefix);
    const int flags = O_CREAT | O_EXCL | O_NOFOLLOW | O_WRONLY | O_CLOEXEC;
    file_ = Descriptor(::openat(place_.directory, name.c_str(), flags, mode));
    if (!file_) return refused_create(errno);
    ::flock(file_.get(), LOCK_EX);
    struct stat facts;
    if (::fstat(file_.get(), &facts) != 0) return refused(errno, "stat", path_.text());
    if (facts.st_nlink == 0 && attempts > 1) continue;
    hidden_name_ = std::move(name);
    if (replaces_) return take_over_attributes();
    return {};
  }
}

Result<void> LocalNewFile::refused_create(int error) const {
  // A directory that was removed since it was opened answers with errors of all kinds.
  struct stat directory;
  if (::fstat(place_.directory, &directory) == 0 && directory.st_nlink == 0) error = ENOENT;
  return refused(error, "create", path_.text());
}

// On the pool, slice by slice.
Task<Result<void>> LocalNewFile::copy_beginning() {
  constexpr std::uint64_t slice = 64ull << 20;
  std::uint64_t done = 0;
  for (bool ended = false; !ended;) {
    const std::uint64_t left = beginning_->length.value_or(done + slice) - done;
    const auto copy = [&]() -> Result<void> {
      const auto wanted = static_cast<std::size_t>(std::min(left, slice));
      auto from = static_cast<off_t>(done);
      auto to = static_cast<off_t>(done);
      ssize_t copied = ::copy_file_range(beginning_->file.get(), &from, file_.get(), &to, wanted, 0);
      // File systems that cannot do that themselves. sendfile goes on where it has come to.
      if (copied < 0 && (errno == EXDEV || errno == EINVAL || errno == EOPNOTSUPP || errno == ENOSYS))
        copied = ::sendfile(file_.get(), beginning_->file.get(), &from, wanted);
      if (copied < 0) return refused(errno, "copy", path_.text());
      done += static_cast<std::uint64_t>(copied);
      ended = copied == 0 || done == beginning_->length;
      return {};
    };
    if (auto copied = co_await run_blocking(copy); !copied) co_return copied;
  }
  if (beginning_->length.value_or(done) != done)
    co_return std::unexpected(FsError(FsErrc::bad_offset, path_.text() + ": became shorter"));
  begin_at(done);
  co_return Result<void>();
}

Task<Result<std::unique_ptr<Source>>> LocalNewFile::preview() {
  co_return co_await offload(may_block_, [&] { return open_again(); });
}

Result<std::unique_ptr<Source>> LocalNewFile::open_again() const {
  const std::string nameless = fmt::format("/proc/self/fd/{}", file_.get());
  Descriptor again(hidden_name_.empty()
                       ? ::open(nameless.c_str(), O_RDONLY | O_CLOEXEC)
                       : ::openat(place_.directory, hidden_name_.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
  struct stat facts;
  if (!again || ::fstat(again.get(), &facts) != 0) return refused(errno, "open again", path_.text());
  return std::make_unique<LocalSource>(std::move(again), static_cast<std::uint64_t>(facts.st_size), 0, may_block_);
}

Task<void> LocalNewFile::keep_part() {
  if (replaces_) co_return;
  may_replace_ = false;
  const Result<void> kept = co_await offload(commit_may_block(), [&] { return publish(); });
  static_cast<void>(kept);  // somebody else may have made a file of that name meanwhile
}

Task<Result<void>> LocalNewFile::commit() {
  co_return co_await offload(commit_may_block(), [&] { return publish(); });
}

Result<void> LocalNewFile::publish() {
  if (auto synced = sync_file(); !synced) return synced;
  if (auto named = hidden_name_.empty() ? publish_nameless() : publish_hidden(); !named) return named;
  return sync_directory(place_.directory);
}

// Without an old file the link is the whole work. With one, a second name is needed, because a link replaces nothing.
Result<void> LocalNewFile::publish_nameless() {
  if (!replaces_) {
    const int error = link_descriptor(file_.get(), place_.directory, place_.name.c_str());
    if (error == 0) return {};
    if (error != EEXIST || !may_replace_) return refused(error, "link", path_.text());
  }
  if (auto taken = take_over_attributes(); !taken) return taken;

  std::string name = random_name(temporary_prefix);
  ::flock(file_.get(), LOCK_EX);  // see create_hidden
  if (const int error = link_descriptor(file_.get(), place_.directory, name.c_str()); error != 0)
    return refused(error, "link", path_.text());
  hidden_name_ = std::move(name);
  if (::renameat(place_.directory, hidden_name_.c_str(), place_.directory, place_.name.c_str()) != 0)
    return refused(errno, "replace", path_.text());
  hidden_name_.clear();
  return {};
}

Result<void> LocalNewFile::publish_hidden() {
  if (replaces_)
    if (auto taken = take_over_attributes(); !taken) return taken;
  // NFS and others tell only at a close that the disk was full. The lock stays with the second descriptor.
  const Descriptor locked(::fcntl(file_.get(), F_DUPFD_CLOEXEC, 0));
  if (auto closed = close_file(); !closed) return closed;

  if (!replaces_) {
    const int error = rename_to_new_name(place_.directory, hidden_name_.c_str(), place_.directory, place_.name.c_str());
    if (error == 0) hidden_name_.clear();
    if (error == 0) return {};
    if (error != EEXIST || !may_replace_) return refused(error, "rename", path_.text());
    if (auto taken = take_over_attributes(); !taken) return taken;
  }
  if (::renameat(place_.directory, hidden_name_.c_str(), place_.directory, place_.name.c_str()) != 0)
    return refused(errno, "replace", path_.text());
  hidden_name_.clear();
  return {};
}

// The new file gets the mode of the old one and, where we may give files away, its owner. Whatever took the old file's
// place meanwhile and is not a regular file stays.
Result<void> LocalNewFile::take_over_attributes() {
  struct stat old;
  if (::fstatat(place_.directory, place_.name.c_str(), &old, AT_SYMLINK_NOFOLLOW) != 0) {
    if (errno == ENOENT) return {};
    return refused(errno, "stat", path_.text());
  }
  if (S_ISDIR(old.st_mode)) return std::unexpected(FsError(FsErrc::not_a_file, path_.text()));
  if (!S_ISREG(old.st_mode)) return std::unexpected(FsError(FsErrc::exists, path_.text()));

  // A failure leaves a file with the owner of any other new one, and the mode that it was made with. The owner comes
  // first: a change of it clears set-user-ID, which an upload must not keep anyway.
  const auto apply = [&](auto change) {
    if (file_) return change(file_.get());
    const Descriptor again(
        ::openat(place_.directory, hidden_name_.c_str(), O_WRONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    return again ? change(again.get()) : false;
  };
  apply([&](int fd) {
    struct stat fresh;
    if (::fstat(fd, &fresh) != 0) return false;
    const bool has_owner = fresh.st_uid == old.st_uid && fresh.st_gid == old.st_gid;
    const bool owned = has_owner || !tree_.identity.is_root() || ::fchown(fd, old.st_uid, old.st_gid) == 0;
    const bool has_mode = (fresh.st_mode & 07777) == (old.st_mode & 0777);
    return owned && (has_mode || ::fchmod(fd, old.st_mode & 0777) == 0);
  });
  return {};
}

}  // namespace ferry
