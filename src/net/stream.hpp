// A connection as a stream of octets, in clear or under TLS.
//
// Output that the socket cannot take at once is kept and sent by drain(); nothing is ever half sent and forgotten.
#pragma once

#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include <ferry/task.hpp>

#include "net/tls.hpp"

namespace ferry {

class Stream;

// Stands between a stream and its octets, before encryption and after decryption. Only tests of clients have one
// (session/misbehaviour.hpp).
class Gate {
 public:
  virtual ~Gate() = default;
  // Returns when some of the next `octets` (at least 1) may pass, and how many; or why none will.
  virtual Task<IoResult<std::size_t>> admit(Stream& stream, std::size_t octets) = 0;
  // So many have passed.
  virtual void passed(std::size_t octets) = 0;
};

class Stream {
 public:
  Stream(Loop& loop, Descriptor descriptor) : socket_(loop, std::move(descriptor)) {}

  Socket& socket() { return socket_; }
  Loop& loop() const { return socket_.loop(); }
  void cancel(IoErrc reason) { socket_.cancel(reason); }

  // Reads what is there; would_block when nothing is. 0: the orderly end.
  IoResult<std::size_t> try_read(std::span<std::byte> buffer);
  // Waits until something is there.
  Task<IoResult<std::size_t>> read(std::span<std::byte> buffer);

  // Sends at once what the socket takes and keeps the rest (see drain).
  IoErrc put(std::span<const std::byte> octets);
  IoErrc put(std::string_view text) { return put(std::as_bytes(std::span(text))); }
  bool has_output() const { return tls_ ? tls_->has_output() : !output_.empty(); }
  // Waits until all output has been handed to the kernel.
  Task<IoErrc> drain();
  // put, then drain.
  Task<IoErrc> write(std::span<const std::byte> octets);

  // TLS begins; returns when the handshake is done or has failed. `host`: see TlsEngine.
  Task<IoErrc> start_tls(std::shared_ptr<const TlsContext> context, TlsEngine::Role role, TlsIdentity identity,
                         std::string host = {});
  // TLS ends in both directions, the connection stays (CCC, REIN): close_notify is exchanged.
  Task<IoErrc> stop_tls();
  // Null in clear.
  TlsEngine* tls() { return tls_ ? &*tls_ : nullptr; }
  const TlsEngine* tls() const { return tls_ ? &*tls_ : nullptr; }

  // From now on read() and write() go through `gate`, which may be null.
  void set_gate(std::unique_ptr<Gate> gate) { gate_ = std::move(gate); }
  // Nothing stands between the octets and the socket: the kernel may move them itself.
  bool is_bare() const { return !tls_ && !gate_; }
  // The same for files that go down: through the TLS of the kernel, too (TlsEngine::send_file).
  bool takes_files() const { return !gate_ && (!tls_ || tls_->sends_in_kernel()); }

  // Says that no more octets will come: close_notify under TLS. In clear the FIN of closing the socket says it.
  Task<IoErrc> finish();

 private:
  IoErrc flush_plain();
  Task<void> wait_for_end();
  Task<IoResult<std::size_t>> read_through_gate(std::span<std::byte> buffer);
  Task<IoErrc> write_through_gate(std::span<const std::byte> octets);

  Socket socket_;
  std::optional<TlsEngine> tls_;
  std::unique_ptr<Gate> gate_;
  bool withheld_ = false;          // octets have arrived that the gate let not pass
  std::vector<std::byte> output_;  // in clear only; TLS keeps its own
};

}  // namespace ferry
