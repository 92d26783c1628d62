#include "storage/local/local_sink.hpp"

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

Result<void> LocalSink::close_file() {
  if (!file_.close()) return refused(errno, "close", path_.text());
  return {};
}

Task<Result<void>> LocalOldFile::start() {
  co_return co_await offload(may_block_, [&] { return prepare(); });
}

Result<void> LocalOldFile::prepare() {
  if (cut_) {
    if (::ftruncate(file_.get(), static_cast<off_t>(position_)) != 0) return refused(errno, "truncate", path_.text());
    return {};
  }
  // The end may have moved since the file was opened.
  struct stat facts;
  if (::fstat(file_.get(), &facts) != 0) return refused(errno, "stat", path_.text());
  position_ = static_cast<std::uint64_t>(facts.st_size);
  return {};
}

Task<Result<void>> LocalOldFile::commit() {
  co_return co_await offload(may_block_, [&] { return close_file(); });
}

}  // namespace ferry
