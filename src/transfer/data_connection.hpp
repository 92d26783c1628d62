// The data connection of one transfer: how it comes about, how it is protected, and when it has stalled.
//
// Passive (PASV, EPSV): the peer connects to a listener of ours. A connection from any other address is dropped, and
// the listener goes on waiting for the right one (RFC 2577 §4). Active (PORT, EPRT): we connect.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <variant>

#include "net/listener.hpp"
#include "net/stream.hpp"
#include "transfer/throttle.hpp"
#include "transfer/transfer_end.hpp"

namespace ferry {

struct PassiveEnd {
  Listener* listener;             // outlives the data connection
  std::optional<IpAddress> peer;  // only this host may connect; nullopt: any
};

struct ActiveEnd {
  IpAddress local;
  Endpoint remote;
};

// The data connection of the transfer before, where its data said itself where it ended (MODE B).
struct KeptEnd {
  std::unique_ptr<Stream> stream;
};

struct DataTls {
  std::shared_ptr<const TlsContext> context;
  TlsIdentity identity;  // of the control connection
  // Decides after the handshake whether the TLS session belongs to the control connection.
  std::function<bool(const TlsEngine&)> belongs;
  bool in_kernel = false;  // the transfer suits kernel TLS, and the kernel has it
  bool as_client = false;  // this end begins the handshake, with another server (SSCN, CPSV)
  std::string host = {};   // the session's virtual host, whose certificate is shown; empty: none
};

// Who wants to hear how a transfer goes on; see ProgressStep.
struct ProgressWatch {
  std::chrono::milliseconds interval{0};
  std::uint64_t octets = 0;
  std::function<Task<void>()> tell;
};

struct DataConnectionSetup {
  std::variant<PassiveEnd, ActiveEnd, KeptEnd> end;
  std::optional<DataTls> tls;
  std::chrono::milliseconds connect_timeout;
  std::chrono::milliseconds handshake_timeout;
  std::chrono::milliseconds stall_timeout;
  Throttle::Buckets limits{};  // of bandwidth; none: unlimited
  std::optional<ProgressWatch> progress{};
};

class DataConnection {
 public:
  DataConnection(Loop& loop, DataConnectionSetup setup);

  // Connects and protects. Once; the stream is usable when the end is `complete`.
  Task<TransferEnd> open();
  Stream& stream() { return *stream_; }
  Loop& loop() const { return loop_; }
  // nullopt in clear, and before the handshake is over.
  std::optional<TlsFacts> tls_facts() const;

  // After a complete transfer: the connection, for the next one. Null where it has been cancelled meanwhile.
  std::unique_ptr<Stream> release();

  // Behind its end, of whatever kind.
  void close();

  // From any state: whatever waits on this connection ends with `reason`.
  void cancel(IoErrc reason);
  // The same for a transfer that does not run, but waits for what may never come: the peer sees the end now.
  void hang_up(IoErrc reason);

  // The transfer counts the file's octets here; that is also what keeps the stall deadline away.
  void count(std::uint64_t octets) {
    octets_ += octets;
    if (throttle_) throttle_->spend(octets);
  }
  std::uint64_t octets() const { return octets_; }

  // How much may pass before take_turns(): `most` (not 0), or less where the bandwidth is limited; never 0.
  std::size_t turn(std::size_t most) const {
    return throttle_ ? static_cast<std::size_t>(std::clamp<std::uint64_t>(throttle_->allowance(), 1, most)) : most;
  }
  // Between two turns: gives others on the loop a turn when this transfer has moved a lot since it last did, waits
  // where the bandwidth is limited, and tells how far it is. Other transfers get theirs when it has moved `stay`
  // octets; until then only events and commands come in between.
  Task<void> take_turns(std::uint64_t stay = 0);

  // What is done with the file behind its last octet takes as long as it takes.
  void suspend_stall_watch() { deadline_.clear(); }
  void resume_stall_watch() { watch_for_stall(); }
  // Why the transfer has to end, or none.
  IoErrc cancelled() const { return cancelled_; }

 private:
  Task<IoResult<Descriptor>> accept(PassiveEnd end);
  Task<IoResult<Descriptor>> connect(ActiveEnd end);
  void watch_for_stall();
  bool has_stalled() const;
  Task<void> tell_progress();

  Loop& loop_;
  DataConnectionSetup setup_;
  std::unique_ptr<Stream> stream_;
  IoErrc cancelled_ = IoErrc::none;
  Deadline deadline_;
  std::uint64_t octets_ = 0;
  std::uint64_t octets_at_deadline_ = 0;
  std::uint64_t octets_at_turn_ = 0;
  std::uint64_t octets_at_round_ = 0;
  std::unique_ptr<Throttle> throttle_;  // null: unlimited
  Clock::time_point told_at_ = Clock::now();
  std::uint64_t octets_told_ = 0;
  bool open_ = false;
};

}  // namespace ferry
