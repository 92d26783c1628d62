#include "net/stream.hpp"

namespace ferry {

IoResult<std::size_t> Stream::try_read(std::span<std::byte> buffer) {
  if (!tls_) return socket_.try_receive(buffer);
  // Octets that are decrypted already would hide it.
  if (socket_.stopped_by() != IoErrc::none) return std::unexpected(socket_.stopped_by());
  auto n = tls_->try_read(buffer);
  if (tls_->has_output()) tls_->flush();  // answers of the TLS layer itself, such as key updates
  return n;
}

Task<IoResult<std::size_t>> Stream::read(std::span<std::byte> buffer) {
  if (gate_) co_return co_await read_through_gate(buffer);
  for (;;) {
    const auto n = try_read(buffer);
    if (n || n.error() != IoErrc::would_block) co_return n;
    socket_.acknowledge();
    co_await socket_.readable();
  }
}

// What has arrived and may not pass is lost, and the next read asks the gate again: it must not take the end of the
// stream for the end of what passed.
Task<IoResult<std::size_t>> Stream::read_through_gate(std::span<std::byte> buffer) {
  std::size_t arrived = 1;
  while (!withheld_) {
    const auto n = try_read(buffer);
    if (n ? *n == 0 : n.error() != IoErrc::would_block) co_return n;
    if (n) {
      arrived = *n;
      break;
    }
    socket_.acknowledge();
    co_await socket_.readable();
  }
  const auto admitted = co_await gate_->admit(*this, arrived);
  if (!admitted) co_return std::unexpected(admitted.error());
  gate_->passed(*admitted);
  withheld_ = *admitted < arrived;
  co_return *admitted;
}

IoErrc Stream::flush_plain() {
  std::size_t sent = 0;
  while (sent < output_.size()) {
    const auto n = socket_.try_send(std::span(output_).subspan(sent));
    if (!n) {
      output_.erase(output_.begin(), output_.begin() + static_cast<std::ptrdiff_t>(sent));
      return n.error();
    }
    sent += *n;
  }
  output_ = std::vector<std::byte>();  // `= {}` would keep the memory
  return IoErrc::none;
}

IoErrc Stream::put(std::span<const std::byte> octets) {
  if (tls_) {
    if (const IoErrc error = tls_->write(octets); error != IoErrc::none) return error;
    return tls_->flush();
  }
  while (output_.empty() && !octets.empty()) {
    const auto n = socket_.try_send(octets);
    if (!n && n.error() != IoErrc::would_block) return n.error();
    if (!n) break;
    octets = octets.subspan(*n);
  }
  if (octets.empty()) return IoErrc::none;
  output_.insert(output_.end(), octets.begin(), octets.end());
  return IoErrc::would_block;
}

Task<IoErrc> Stream::drain() {
  for (;;) {
    const IoErrc error = tls_ ? tls_->flush() : flush_plain();
    if (error != IoErrc::would_block) co_return error;
    co_await socket_.writable();
  }
}

Task<IoErrc> Stream::write_through_gate(std::span<const std::byte> octets) {
  while (!octets.empty()) {
    const auto admitted = co_await gate_->admit(*this, octets.size());
    if (!admitted) co_return admitted.error();
    put(octets.first(*admitted));
    if (const IoErrc error = co_await drain(); error != IoErrc::none) co_return error;
    gate_->passed(*admitted);
    octets = octets.subspan(*admitted);
  }
  co_return IoErrc::none;
}

Task<IoErrc> Stream::write(std::span<const std::byte> octets) {
  if (gate_) co_return co_await write_through_gate(octets);
  const IoErrc error = put(octets);
  if (error != IoErrc::would_block) co_return error;
  co_return co_await drain();
}

Task<IoErrc> Stream::start_tls(std::shared_ptr<const TlsContext> context, TlsEngine::Role role, TlsIdentity identity,
                               std::string host) {
  tls_.emplace(std::move(context), socket_, role, identity, std::move(host));
  for (;;) {
    const IoErrc error = tls_->try_handshake();
    if (error != IoErrc::none && error != IoErrc::would_block) co_return error;
    if (tls_->has_output()) {
      if (const IoErrc sent = co_await drain(); sent != IoErrc::none) co_return sent;
    }
    if (error == IoErrc::none) co_return IoErrc::none;
    co_await socket_.readable();
  }
}

Task<IoErrc> Stream::stop_tls() {
  tls_->write_close_notify();
  if (const IoErrc sent = co_await drain(); sent != IoErrc::none) co_return sent;
  std::byte discarded[512];
  for (;;) {
    const auto n = co_await read(discarded);
    if (!n) co_return n.error();
    if (*n == 0) break;
  }
  tls_.reset();
  co_return IoErrc::none;
}

Task<IoErrc> Stream::finish() {
  if (!tls_) co_return IoErrc::none;
  tls_->write_close_notify();
  const IoErrc error = co_await drain();
  // A TLS server hands out tickets whenever it likes. Those that nobody has read would turn the end of the connection
  // into a reset, which may take the last octets with it: so it is the peer who closes.
  if (error == IoErrc::none && tls_->is_client()) co_await wait_for_end();
  co_return error;
}

Task<void> Stream::wait_for_end() {
  socket_.shut_down_sending();
  std::byte discarded[512];
  for (;;) {
    const auto n = co_await read(discarded);
    if (!n || *n == 0) co_return;
  }
}

}  // namespace ferry
