// How a new file is made, and how it comes to its name.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "storage/local/local_sink.hpp"
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

Task<Result<void>> LocalNewFile::start() {
  executor_ = &co_await current_executor();
  co_return co_await offload(may_block_, [&] { return create(); });
}

Result<void> LocalNewFile::create() {
  if (!tree_.named_temporaries) {
    file_ = Descriptor(::openat(place_.directory, ".", O_TMPFILE | O_WRONLY | O_CLOEXEC, tree_.file_mode));
    if (file_) return {};
    // EISDIR, EINVAL: kernels and file systems that take O_TMPFILE for something else.
    if (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL) return refused_create(errno);
  }
  std::string name = random_name(temporary_prefix);
  file_ = Descriptor(
      ::openat(place_.directory, name.c_str(), O_CREAT | O_EXCL | O_NOFOLLOW | O_WRONLY | O_CLOEXEC, tree_.file_mode));
  if (!file_) return refused_create(errno);
  hidden_name_ = std::move(name);
  return {};
}

Result<void> LocalNewFile::refused_create(int error) const {
  // A directory that was removed since it was opened answers with errors of all kinds.
  struct stat directory;
  if (::fstat(place_.directory, &directory) == 0 && directory.st_nlink == 0) error = ENOENT;
  return refused(error, "create", path_.text());
}

Task<Result<void>> LocalNewFile::commit() {
  co_return co_await offload(may_block_, [&] { return publish(); });
}

Result<void> LocalNewFile::publish() {
  if (hidden_name_.empty()) return publish_nameless();
  return publish_hidden();
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
  // NFS and others tell only at the close that the disk was full.
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

  // A failure leaves a file with the mode and owner of any other new one. The owner comes first: a change of it clears
  // set-user-ID, which an upload must not keep anyway.
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
