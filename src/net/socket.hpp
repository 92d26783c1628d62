// A TCP socket on a loop, and what can go wrong with it.
//
// Every operation tries the system call first and waits only when it would block; the socket is registered with the
// loop at its first wait. All of it is used on the loop's thread.
#pragma once

#include <sys/socket.h>

#include <cstddef>
#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <span>
#include <utility>

#include <ferry/address.hpp>

#include "base/descriptor.hpp"
#include "net/loop.hpp"

namespace ferry {

// Why an operation on a connection ended without success.
enum class IoErrc : std::uint8_t {
  none,
  would_block,  // only from the try_... functions
  lost,         // reset, or gone without a trace
  truncated,    // the TLS peer hung up without close_notify: octets may be missing
  tls_failed,   // handshake or record refused
  timed_out,    // a deadline passed
  aborted,      // cancelled by ABOR
  stopped,      // cancelled because the session or the server ends
  no_resource,  // descriptors, memory or ports are used up
};

template <typename T>
using IoResult = std::expected<T, IoErrc>;

class Socket {
 public:
  Socket(Loop& loop, Descriptor descriptor) : loop_(loop), descriptor_(std::move(descriptor)) {}
  ~Socket() = default;
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;

  int fd() const { return descriptor_.get(); }
  Loop& loop() const { return loop_; }

  // `co_await socket.readable()`: waits; may end early. Look at stopped_by() afterwards, then try again.
  auto readable() { return Wait{*this, Watch::For::reading}; }
  auto writable() { return Wait{*this, Watch::For::writing}; }

  // Present waits end, and so does every later one; operations fail with `reason` from now on. The first reason stays.
  void cancel(IoErrc reason) {
    if (stopped_by_ == IoErrc::none) stopped_by_ = reason;
    wake();
  }
  IoErrc stopped_by() const { return stopped_by_; }

  // Present waits end once.
  void wake() {
    if (watch_) watch_->wake();
  }

  // The try_... functions never wait: octets moved, or would_block, or what went wrong. 0 from try_receive is the end.
  IoResult<std::size_t> try_receive(std::span<std::byte> buffer);
  IoResult<std::size_t> try_send(std::span<const std::byte> octets);
  // The last try_receive took all that was there: another one is spared, readable() is next.
  bool drained() const { return drained_ && !(watch_ && watch_->has_seen_urgent()); }

  // Acknowledges now what has arrived, and soon what comes next (TCP_QUICKACK). Whoever does not send delays that by
  // 40 ms, and so does whoever has just answered; a peer that holds back a small segment until the one before it is
  // acknowledged (Nagle), as most do at the end of a file or of a handshake, would wait as long.
  void acknowledge();

  // The peer has ended or reset the connection, and nothing of it is left to read.
  bool peer_has_ended() const;

  // The peer sees a reset instead of an orderly end.
  void reset_on_close();
  // From now on what does not fill a segment waits for more, 200 ms at most, or for the end of the connection
  // (TCP_CORK): for much that is sent in a row.
  void send_full_segments();
  void shut_down_sending();
  // In both directions, at once; the descriptor stays.
  void shut_down();

  std::optional<Endpoint> local_endpoint() const;

 private:
  struct Wait {
    Socket& socket;
    Watch::For what;
    bool await_ready() const noexcept { return socket.stopped_by_ != IoErrc::none; }
    bool await_suspend(std::coroutine_handle<> h) {
      if (!socket.watch_) socket.watch_ = std::make_unique<Watch>(socket.loop_, socket.fd());
      const auto wait = socket.watch_->wait(what);
      if (wait.await_ready()) return false;
      wait.await_suspend(h);
      return true;
    }
    void await_resume() const noexcept { socket.drained_ = false; }
  };

  Loop& loop_;
  Descriptor descriptor_;  // before watch_, which must be gone when the descriptor is closed
  std::unique_ptr<Watch> watch_;
  IoErrc stopped_by_ = IoErrc::none;
  bool drained_ = false;
};

// What errno says about a connection.
IoErrc io_error_from_errno(int error);

// Conversions between the kernel's addresses and ours; an IPv4-mapped IPv6 address becomes IPv4.
Endpoint endpoint_from(const sockaddr_storage& address);
socklen_t to_sockaddr(const Endpoint& endpoint, sockaddr_storage& out);

// A nonblocking TCP socket connected, or being connected, from `local` (any port of it) to `remote`.
IoResult<Descriptor> start_connect(const IpAddress& local, const Endpoint& remote);
// The outcome of a start_connect once the socket is writable.
IoErrc connect_outcome(int fd);

}  // namespace ferry
