#include "storage/local/local_source.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "storage/local/offload.hpp"
#include "storage/local/refused.hpp"

namespace ferry {

namespace {

Result<std::size_t> read_at(int fd, std::span<std::byte> buffer, std::uint64_t offset) {
  for (;;) {
    const ssize_t size = ::pread(fd, buffer.data(), buffer.size(), static_cast<off_t>(offset));
    if (size >= 0) return static_cast<std::size_t>(size);
    if (errno != EINTR) return refused(errno, "read", "an open file");
  }
}

}  // namespace

Task<Result<std::size_t>> LocalSource::read(std::span<std::byte> buffer) {
  Result<std::size_t> size = co_await offload(may_block_, [&] { return read_at(file_.get(), buffer, offset_); });
  if (size) offset_ += *size;
  co_return size;
}

std::optional<NativeFile> LocalSource::native() {
  return NativeFile{.descriptor = file_.get(), .offset = offset_, .may_block = may_block_};
}

Result<std::unique_ptr<Source>> open_source(const LocalTree& tree, const FtpPath& path, std::uint64_t offset) {
  auto file = tree.jail.open_regular(path, O_RDONLY);
  if (!file) return std::unexpected(std::move(file.error()));
  const auto size = static_cast<std::uint64_t>(file->facts.st_size);
  if (offset > size) return std::unexpected(FsError(FsErrc::bad_offset, path.text()));
  const bool may_block = tree.mounts.of(file->descriptor.get()).slow;
  return std::make_unique<LocalSource>(std::move(file->descriptor), size, offset, may_block);
}

}  // namespace ferry
