#include "storage/local/local_sink.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "storage/local/offload.hpp"
#include "storage/local/refused.hpp"

namespace ferry {

namespace {

Result<void> write_at(int fd, std::span<const std::byte> octets, std::uint64_t offset, std::string_view path) {
  while (!octets.empty()) {
    const ssize_t size = ::pwrite(fd, octets.data(), octets.size(), static_cast<off_t>(offset));
    if (size < 0) {
      if (errno == EINTR) continue;
      return refused(errno, "write", path);
    }
    octets = octets.subspan(static_cast<std::size_t>(size));
    offset += static_cast<std::uint64_t>(size);
  }
  return {};
}

}  // namespace

Result<void> claim_content(int fd, bool shared, const FtpPath& path) {
  if (::flock(fd, (shared ? LOCK_SH : LOCK_EX) | LOCK_NB) == 0 || errno != EWOULDBLOCK) return {};
  return std::unexpected(FsError(FsErrc::busy, path.text() + ": another upload writes into it"));
}

Task<Result<void>> LocalSink::write(std::span<const std::byte> octets) {
  Result<void> written =
      co_await offload(may_block_, [&] { return write_at(file_.get(), octets, position_, path_.text()); });
  if (written) position_ += octets.size();
  co_return written;
}

std::optional<NativeFile> LocalSink::native() {
  if (!file_) return std::nullopt;
  return NativeFile{.descriptor = file_.get(), .offset = position_, .may_block = may_block_};
}

Result<void> LocalSink::set_permission_bits() {
  if (!permission_bits_ || ::fchmod(file_.get(), *permission_bits_) == 0) return {};
  return refused(errno, "chmod", path_.text());
}

Result<void> LocalSink::sync_file() {
  if (durability_ != Durability::none && ::fsync(file_.get()) != 0) return refused(errno, "sync", path_.text());
  return {};
}

Result<void> LocalSink::sync_directory(int directory) {
  if (durability_ != Durability::full) return {};
  // `directory` is an O_PATH descriptor, which fsync does not take.
  const Descriptor opened(::openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!opened || ::fsync(opened.get()) != 0) return refused(errno, "sync the directory of", path_.text());
  return {};
}

Result<void> LocalSink::close_file() {
  if (!file_.close()) return refused(errno, "close", path_.text());
  return {};
}

Task<Result<void>> LocalOldFile::start() {
  co_return co_await offload(may_block_, [&] { return prepare(); });
}

Result<void> LocalOldFile::prepare() {
  if (auto claimed = claim_content(file_.get(), mode_ == StoreMode::patch, path_); !claimed) return claimed;
  // The end may have moved since the file was opened.
  struct stat facts;
  if (::fstat(file_.get(), &facts) != 0) return refused(errno, "stat", path_.text());
  const auto size = static_cast<std::uint64_t>(facts.st_size);
  if (mode_ == StoreMode::append)
    begin_at(size);
  else if (size < offset())
    return std::unexpected(FsError(FsErrc::bad_offset, path_.text() + ": became shorter"));
  else if (mode_ == StoreMode::resume && ::ftruncate(file_.get(), static_cast<off_t>(offset())) != 0)
    return refused(errno, "truncate", path_.text());
  return {};
}

Task<Result<void>> LocalOldFile::commit() {
  co_return co_await offload(commit_may_block(), [&] { return finish(); });
}

Result<void> LocalOldFile::finish() {
  if (auto synced = sync_file(); !synced) return synced;
  return close_file();
}

Task<Result<void>> LocalPlainFile::start() {
  co_return co_await offload(may_block_, [&] { return open(); });
}

// `made`: a new file, and no other will do.
Descriptor LocalPlainFile::open_file(bool made) const {
  const int flags = O_WRONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | (made ? O_CREAT | O_EXCL : 0);
  return Descriptor(::openat(place_.directory, place_.name.c_str(), flags, tree_.file_mode));
}

// What stands there is looked at before it is cut: it need not be what the check before the 150 has seen.
Result<void> LocalPlainFile::open() {
  bool made = !replaces_;
  file_ = open_file(made);
  if (!file_ && errno == (made ? EEXIST : ENOENT) && may_replace_) {
    made = !made;
    file_ = open_file(made);
  }
  struct stat facts;
  if (!file_ || ::fstat(file_.get(), &facts) != 0) return refused(errno, made ? "create" : "open", path_.text());
  if (!S_ISREG(facts.st_mode)) return std::unexpected(FsError(FsErrc::not_a_file, path_.text()));
  if (auto claimed = claim_content(file_.get(), false, path_); !claimed) return claimed;
  if (made) return set_permission_bits();
  if (::ftruncate(file_.get(), 0) != 0) return refused(errno, "truncate", path_.text());
  return {};
}

Task<Result<void>> LocalPlainFile::commit() {
  co_return co_await offload(commit_may_block(), [&] { return finish(); });
}

Result<void> LocalPlainFile::finish() {
  if (auto synced = sync_file(); !synced) return synced;
  if (auto synced = sync_directory(place_.directory); !synced) return synced;
  return close_file();
}

}  // namespace ferry
