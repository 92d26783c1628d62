// The best way up depends on the size: a small file is received into a buffer and written; once a buffer came full, the
// kernel moves the rest itself (splice through a pipe), where the storage is an operating system file.

#include "transfer/store.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/os_error.hpp"
#include "transfer/turn_timer.hpp"

namespace ferry {

namespace {

// Below 64 KiB: the allocator gives the memory of larger ones back to the kernel each time.
constexpr std::size_t plain_buffer_size = 60 * 1024;
constexpr std::size_t tls_buffer_size = 48 * 1024;
constexpr std::size_t pipe_size = 1024 * 1024;
// To empty one socket before another one's turn costs a tenth less than to go round.
constexpr std::uint64_t stay = 4 * 1024 * 1024;

struct Pipe {
  Descriptor out;
  Descriptor in;

  static std::optional<Pipe> make() {
    int fds[2];
    if (::pipe2(fds, O_CLOEXEC | O_NONBLOCK) != 0) return std::nullopt;
    Pipe pipe{Descriptor(fds[0]), Descriptor(fds[1])};
    ::fcntl(fds[1], F_SETPIPE_SZ, pipe_size);  // refused beyond the user's limit: then it is smaller
    return pipe;
  }
};

// Whether what has arrived is good as far as it goes.
bool is_worth_resuming(const TransferEnd& end) {
  using enum TransferEnd::Kind;
  switch (end.kind) {
    case lost:
    case truncated:
    case incomplete:
    case timed_out:
    case aborted:
    case stopped:
      return true;
    default:
      return false;
  }
}

class StoreJob final : public TransferJob {
 public:
  StoreJob(std::unique_ptr<Sink> sink, StoreOptions options) : sink_(std::move(sink)), options_(std::move(options)) {}

  Task<TransferEnd> run(DataConnection& data) override {
    // To prepare the storage (to copy an old file) takes as long as it takes; the peer can do nothing about it.
    data.suspend_stall_watch();
    if (const auto started = co_await sink_->start(); !started) co_return started.error();
    data.resume_stall_watch();
    TransferEnd end;
    if (options_.decoder)
      end = co_await receive_encoded(data);
    else
      end = co_await receive(data);
    if (!end.complete()) {
      if (may_restart_)
        co_await sink_->commit();
      else if (options_.keep_partial && is_worth_resuming(end) && data.octets() > 0)
        co_await sink_->keep_part();
      co_return end;
    }
    data.suspend_stall_watch();
    if (options_.inspect) {
      end = co_await options_.inspect(*sink_, digests());
      if (!end.complete()) co_return end;
      // ABOR and the like may have come meanwhile.
      if (data.cancelled() != IoErrc::none) co_return TransferEnd::from(data.cancelled());
    }
    if (const auto committed = co_await sink_->commit(); !committed) co_return committed.error();
    data.resume_stall_watch();
    // The file is safe; whether our own close_notify still gets through no longer matters.
    if (!leaves_open()) co_await data.stream().finish();
    co_return end;
  }

  std::uint64_t offset() const override { return sink_->offset(); }
  std::vector<Digest> digests() override {
    return options_.digesters ? options_.digesters->results() : std::vector<Digest>();
  }
  bool leaves_open() const override { return options_.decoder && options_.decoder->leaves_open(); }

 private:
  Task<TransferEnd> receive(DataConnection& data) {
    const bool tls = data.stream().tls() != nullptr;
    const auto native = sink_->native();
    const bool may_splice = native && options_.use_splice && !options_.digesters && data.stream().is_bare();
    const std::size_t size = tls ? tls_buffer_size : plain_buffer_size;
    const auto buffer = std::make_unique_for_overwrite<std::byte[]>(size);
    for (;;) {
      const auto n = co_await data.stream().read({buffer.get(), data.turn(size)});
      if (!n) co_return TransferEnd::from(n.error());
      if (*n == 0) co_return TransferEnd();
      if (options_.digesters) options_.digesters->update({buffer.get(), *n});
      if (const auto written = co_await sink_->write({buffer.get(), *n}); !written) co_return written.error();
      data.count(*n);
      co_await data.take_turns(stay);
      // TLS may have more octets in store, which no look at the socket precedes.
      if (data.cancelled() != IoErrc::none) co_return TransferEnd::from(data.cancelled());
      if (!may_splice || *n < size) continue;
      // Where descriptors are used up there is no pipe, and it goes on as it began.
      if (const auto pipe = Pipe::make()) {
        NativeFile file = *native;
        file.offset += data.octets();
        co_return co_await splice_rest(data, file, *pipe);
      }
    }
  }

  Task<TransferEnd> receive_encoded(DataConnection& data) {
    Decoder& decoder = *options_.decoder;
    const std::size_t size = data.stream().tls() ? tls_buffer_size : plain_buffer_size;
    const auto buffer = std::make_unique_for_overwrite<std::byte[]>(size);
    std::vector<std::byte> decoded;
    for (;;) {
      const auto n = co_await data.stream().read({buffer.get(), data.turn(size)});
      if (!n) co_return TransferEnd::from(n.error());
      std::span<const std::byte> left(buffer.get(), *n);
      const bool at_end = left.empty();
      do {
        decoded.clear();
        DecodeResult result;
        const auto turn = [&] { result = at_end ? decoder.finish(decoded) : decoder.decode(left, decoded); };
        if (decoder.heavy() && left.size() >= worth_a_thread)
          co_await run_blocking(turn);
        else
          turn();
        if (!result) co_return TransferEnd::from(result.error());
        if (!decoded.empty()) {
          if (options_.digesters) options_.digesters->update(decoded);
          if (const auto written = co_await sink_->write(decoded); !written) co_return written.error();
        }
        data.count(decoded.size());
        if (const std::string marker = decoder.take_marker(); !marker.empty() && options_.on_marker) {
          options_.on_marker(marker, sink_->offset() + data.octets());
          may_restart_ = true;
        }
        co_await data.take_turns(stay);
        const IoErrc stopped = data.stream().socket().stopped_by();
        if (stopped != IoErrc::none) co_return TransferEnd::from(stopped);
        if (decoder.ended() && !left.empty()) co_return TransferEnd::from(DecodeErrc::malformed);
      } while (!left.empty());
      if (at_end || decoder.ended()) co_return TransferEnd();
    }
  }

  Task<TransferEnd> splice_rest(DataConnection& data, NativeFile file, const Pipe& pipe) {
    Socket& socket = data.stream().socket();
    TurnTimer timer(file.may_block);
    auto offset = static_cast<off_t>(file.offset);
    for (;;) {
      if (socket.stopped_by() != IoErrc::none) co_return TransferEnd::from(socket.stopped_by());
      const ssize_t n = ::splice(socket.fd(), nullptr, pipe.in.get(), nullptr, data.turn(pipe_size),
                                 SPLICE_F_MOVE | SPLICE_F_NONBLOCK);
      if (n == 0) co_return TransferEnd();
      if (n < 0) {
        const IoErrc error = io_error_from_errno(errno);
        if (error != IoErrc::would_block) co_return TransferEnd::from(error);
        socket.acknowledge();
        co_await socket.readable();
        co_await data.loop().yield();  // as many others may have become readable with it
        continue;
      }
      const auto turn = [&] {
        return empty_pipe(pipe.out.get(), file.descriptor, offset, static_cast<std::size_t>(n));
      };
      int error = 0;
      if (timer.may_block())
        error = co_await run_blocking(turn);
      else
        error = timer.timed(turn);
      if (error != 0) co_return fs_error(error, "splice");
      data.count(static_cast<std::uint64_t>(n));
      co_await data.take_turns(stay);
    }
  }

  // 0, or errno. File systems without splice of their own get a copy through user space.
  static int empty_pipe(int pipe, int file, off_t& offset, std::size_t left) {
    while (left > 0) {
      const ssize_t n = ::splice(pipe, nullptr, file, &offset, left, SPLICE_F_MOVE);
      if (n > 0) {
        left -= static_cast<std::size_t>(n);
      } else if (n < 0 && errno == EINVAL) {
        return copy_pipe(pipe, file, offset, left);
      } else if (n == 0 || errno != EINTR) {
        return n == 0 ? EIO : errno;
      }
    }
    return 0;
  }

  static int copy_pipe(int pipe, int file, off_t& offset, std::size_t left) {
    std::byte buffer[16 * 1024];
    while (left > 0) {
      const ssize_t n = ::read(pipe, buffer, std::min(left, sizeof buffer));
      if (n < 0 && errno == EINTR) continue;
      if (n <= 0) return n == 0 ? EIO : errno;
      left -= static_cast<std::size_t>(n);
      for (ssize_t done = 0; done < n;) {
        const ssize_t written = ::pwrite(file, buffer + done, static_cast<std::size_t>(n - done), offset);
        if (written < 0 && errno != EINTR) return errno;
        if (written > 0) {
          done += written;
          offset += written;
        }
      }
    }
    return 0;
  }

  std::unique_ptr<Sink> sink_;
  StoreOptions options_;
  bool may_restart_ = false;  // a restart marker was acknowledged
};

}  // namespace

std::unique_ptr<TransferJob> make_store_job(std::unique_ptr<Sink> sink, StoreOptions options) {
  return std::make_unique<StoreJob>(std::move(sink), std::move(options));
}

}  // namespace ferry
