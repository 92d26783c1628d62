// The best way down depends on what stands between the file and the wire: nothing (sendfile), TLS (read and encrypt
// whole records), or a conversion (read, convert, send).

#include "transfer/retrieve.hpp"

#include <sys/sendfile.h>

#include <algorithm>
#include <cerrno>

#include "base/os_error.hpp"
#include "transfer/turn_timer.hpp"

namespace ferry {

namespace {

// One call of sendfile.
constexpr std::uint64_t turn_size = 256 * 1024;
// What goes through a buffer: a multiple of the TLS record size (16 KiB), so that all records are full, and little
// enough that it is still in the core's cache when it has been encrypted.
constexpr std::uint64_t buffer_size = 128 * 1024;

class RetrieveJob final : public TransferJob {
 public:
  RetrieveJob(std::unique_ptr<Source> source, RetrieveOptions options)
      : source_(std::move(source)), options_(std::move(options)) {}

  Task<TransferEnd> run(DataConnection& data) override {
    TransferEnd end;
    if (zero_copy() && data.stream().takes_files())
      end = co_await send_file(data, *source_->native());
    else
      end = co_await send_buffered(data);
    if (end.complete() && !leaves_open()) end = TransferEnd::from(co_await data.stream().finish());
    co_return end;
  }

  std::vector<Digest> digests() override {
    return options_.digesters ? options_.digesters->results() : std::vector<Digest>();
  }
  bool suits_kernel_tls() const override { return zero_copy(); }
  bool leaves_open() const override { return options_.encoder && options_.encoder->leaves_open(); }

 private:
  bool zero_copy() const {
    return options_.use_sendfile && !options_.encoder && !options_.digesters && source_->native();
  }

  Task<TransferEnd> send_file(DataConnection& data, NativeFile file) {
    Socket& socket = data.stream().socket();
    TlsEngine* const tls = data.stream().tls();
    std::uint64_t remaining = source_->remaining();
    // Else the end of each turn goes down in a segment of its own and wakes up the peer: a quarter of all the work.
    if (remaining > turn_size && !tls) socket.send_full_segments();
    auto offset = static_cast<off_t>(file.offset);
    TurnTimer timer(file.may_block);
    while (remaining > 0) {
      if (socket.stopped_by() != IoErrc::none) co_return TransferEnd::from(socket.stopped_by());
      int error = 0;
      const auto turn = [&] {
        const std::size_t most = data.turn(static_cast<std::size_t>(std::min(remaining, turn_size)));
        const ssize_t sent = tls ? tls->send_file(file.descriptor, offset, most)
                                 : ::sendfile(socket.fd(), file.descriptor, &offset, most);
        error = sent < 0 ? errno : 0;
        return sent;
      };
      ssize_t sent = 0;
      if (timer.may_block())
        sent = co_await run_blocking(turn);
      else if (remaining <= turn_size)
        sent = turn();  // probably the last one: there is nothing to be learnt for
      else
        sent = timer.timed(turn);
      if (sent > 0) {
        remaining -= static_cast<std::uint64_t>(sent);
        data.count(static_cast<std::uint64_t>(sent));
        co_await data.take_turns();
      } else if (sent == 0) {
        // Somebody cut the file off meanwhile: the user must not take this for a whole file.
        co_return FsError(FsErrc::failed, "the file became shorter during the transfer");
      } else if (error == EAGAIN) {
        co_await socket.writable();
        co_await data.loop().yield();  // as many others may have become writable with it
      } else if (error == EIO || error == ESTALE || error == ENOMEM) {
        co_return fs_error(error, "sendfile");
      } else if (error != EINTR) {
        co_return TransferEnd::from(io_error_from_errno(error));
      }
    }
    co_return TransferEnd();
  }

  Task<TransferEnd> send_buffered(DataConnection& data) {
    const std::size_t size = static_cast<std::size_t>(std::clamp<std::uint64_t>(source_->remaining(), 1, buffer_size));
    const auto buffer = std::make_unique_for_overwrite<std::byte[]>(size);
    std::vector<std::byte> encoded;
    std::uint64_t remaining = source_->remaining();
    while (remaining > 0) {
      const auto n = co_await source_->read(
          {buffer.get(), data.turn(static_cast<std::size_t>(std::min<std::uint64_t>(remaining, size)))});
      if (!n) co_return n.error();
      if (*n == 0) co_return FsError(FsErrc::failed, "the file became shorter during the transfer");
      remaining -= *n;
      std::span<const std::byte> octets(buffer.get(), *n);
      if (options_.digesters) options_.digesters->update(octets);
      if (options_.encoder) {
        encoded.clear();
        co_await encode(octets, encoded);
        octets = encoded;
      }
      if (const IoErrc error = co_await data.stream().write(octets); error != IoErrc::none)
        co_return TransferEnd::from(error);
      data.count(*n);
      co_await data.take_turns();
    }
    if (options_.encoder) {
      encoded.clear();
      options_.encoder->finish(encoded);
      if (const IoErrc error = co_await data.stream().write(encoded); error != IoErrc::none)
        co_return TransferEnd::from(error);
    }
    co_return TransferEnd();
  }

  Task<void> encode(std::span<const std::byte> octets, std::vector<std::byte>& encoded) {
    const auto turn = [&] { options_.encoder->encode(octets, encoded); };
    if (options_.encoder->heavy() && octets.size() >= worth_a_thread)
      co_await run_blocking(turn);
    else
      turn();
  }

  std::unique_ptr<Source> source_;
  RetrieveOptions options_;
};

}  // namespace

std::unique_ptr<TransferJob> make_retrieve_job(std::unique_ptr<Source> source, RetrieveOptions options) {
  return std::make_unique<RetrieveJob>(std::move(source), std::move(options));
}

}  // namespace ferry
