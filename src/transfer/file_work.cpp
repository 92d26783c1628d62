#include "transfer/file_work.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <vector>

#include "base/os_error.hpp"

namespace ferry {

namespace {

// A few milliseconds of SHA-512.
constexpr std::size_t digest_slice = 1024 * 1024;
constexpr std::size_t copy_slice = 8 * 1024 * 1024;

FsError became_shorter() { return {FsErrc::failed, "the file became shorter meanwhile"}; }

// Octets read, 0 at the end; -1 with errno.
ssize_t read_at(int file, std::span<std::byte> buffer, std::uint64_t offset) {
  for (;;) {
    const ssize_t size = ::pread(file, buffer.data(), buffer.size(), static_cast<off_t>(offset));
    if (size >= 0 || errno != EINTR) return size;
  }
}

// 0, or errno.
int write_at(int file, std::span<const std::byte> octets, std::uint64_t offset) {
  while (!octets.empty()) {
    const ssize_t size = ::pwrite(file, octets.data(), octets.size(), static_cast<off_t>(offset));
    if (size < 0 && errno != EINTR) return errno;
    if (size <= 0) continue;
    octets = octets.subspan(static_cast<std::size_t>(size));
    offset += static_cast<std::uint64_t>(size);
  }
  return 0;
}

struct CopiedSlice {
  std::uint64_t octets = 0;  // 0: the end of the file
  int error = 0;
};

// By the kernel, which may share the blocks or let a server far away do the work; else through user space.
CopiedSlice copy_slice_of(int from, std::uint64_t from_offset, int to, std::uint64_t to_offset, std::size_t size) {
  auto in = static_cast<off_t>(from_offset);
  auto out = static_cast<off_t>(to_offset);
  const ssize_t copied = ::copy_file_range(from, &in, to, &out, size, 0);
  if (copied > 0) return {.octets = static_cast<std::uint64_t>(copied)};
  if (copied < 0 && errno != EXDEV && errno != EINVAL && errno != EOPNOTSUPP && errno != ENOSYS && errno != EPERM)
    return {.error = errno};
  // Kernels and file systems that cannot do it for these two; some say so by 0 octets.
  std::vector<std::byte> buffer(std::min(size, digest_slice));
  const ssize_t read = read_at(from, buffer, from_offset);
  if (read < 0) return {.error = errno};
  const auto octets = static_cast<std::size_t>(read);
  return {.octets = octets, .error = write_at(to, std::span(buffer).first(octets), to_offset)};
}

}  // namespace

Task<std::expected<std::string, TransferEnd>> digest_of(Source& source, std::uint64_t octets, DigestKind kind,
                                                        BulkWork work) {
  Digester digest(kind);
  const auto size = static_cast<std::size_t>(std::clamp<std::uint64_t>(octets, 1, digest_slice));
  const auto buffer = std::make_unique_for_overwrite<std::byte[]>(size);
  const std::optional<NativeFile> native = source.native();
  std::uint64_t done = 0;
  while (done < octets) {
    if (work.cancellation.requested()) co_return std::unexpected(TransferEnd::from(work.cancellation.reason()));
    std::span<std::byte> slice(buffer.get(), static_cast<std::size_t>(std::min<std::uint64_t>(size, octets - done)));
    const Turnstile::Turn turn = co_await work.gate.enter();
    if (native) {
      int error = 0;
      const ssize_t read = co_await run_blocking([&] {
        const ssize_t n = read_at(native->descriptor, slice, native->offset + done);
        error = n < 0 ? errno : 0;
        if (n > 0) digest.update(slice.first(static_cast<std::size_t>(n)));
        return n;
      });
      if (read < 0) co_return std::unexpected(TransferEnd(fs_error(error, "read")));
      slice = slice.first(static_cast<std::size_t>(read));
    } else {
      const auto read = co_await source.read(slice);
      if (!read) co_return std::unexpected(TransferEnd(read.error()));
      slice = slice.first(*read);
      co_await run_blocking([&] { digest.update(slice); });
    }
    if (slice.empty()) co_return std::unexpected(TransferEnd(became_shorter()));
    done += slice.size();
  }
  co_return digest.finish();
}

Task<TransferEnd> copy_octets(Source& source, Sink& sink, std::uint64_t written, BulkWork work, Digesters* digesters) {
  const std::uint64_t octets = source.remaining();
  const std::optional<NativeFile> from = source.native();
  const std::optional<NativeFile> to = sink.native();
  std::vector<std::byte> buffer;
  Executor& executor = co_await current_executor();
  std::uint64_t done = 0;
  while (done < octets) {
    if (work.cancellation.requested()) co_return TransferEnd::from(work.cancellation.reason());
    const Turnstile::Turn turn = co_await work.gate.enter();
    if (from && to && digesters == nullptr) {
      const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(copy_slice, octets - done));
      const CopiedSlice slice = co_await run_blocking([&] {
        return copy_slice_of(from->descriptor, from->offset + done, to->descriptor, to->offset + written + done, size);
      });
      if (slice.error != 0) co_return fs_error(slice.error, "copy");
      if (slice.octets == 0) co_return became_shorter();
      done += slice.octets;
      continue;
    }
    // Neither end need ever wait: others have their turn all the same.
    co_await resume_on(executor);
    buffer.resize(digest_slice);
    const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(buffer.size(), octets - done));
    const auto read = co_await source.read(std::span(buffer).first(size));
    if (!read) co_return read.error();
    if (*read == 0) co_return became_shorter();
    const std::span<const std::byte> slice = std::span(buffer).first(*read);
    if (digesters != nullptr) co_await run_blocking([&] { digesters->update(slice); });
    if (to) {
      // Past the Sink, which knows nothing of what other sources have put there by the kernel.
      const int error =
          co_await run_blocking([&] { return write_at(to->descriptor, slice, to->offset + written + done); });
      if (error != 0) co_return fs_error(error, "write");
    } else {
      const auto stored = co_await sink.write(slice);
      if (!stored) co_return stored.error();
    }
    done += *read;
  }
  co_return TransferEnd();
}

}  // namespace ferry
