#include "support/data_channel.hpp"

#include <utility>

#include "support/tls_client.hpp"

namespace ferry::test {

DataChannel DataChannel::connect(const Endpoint& to, bool at_once, std::optional<IpAddress> from) {
  DataChannel channel;
  channel.to_ = to;
  channel.from_ = from;
  if (at_once) channel.connection();
  return channel;
}

DataChannel DataChannel::listen(const IpAddress& address) {
  DataChannel channel;
  channel.listener_ = std::make_unique<WireListener>(address);
  return channel;
}

Wire& DataChannel::connection() {
  if (!wire_) wire_ = listener_ ? listener_->accept() : Wire::connect(to_, from_);
  return *wire_;
}

void DataChannel::use_tls(const TlsClient& client, TlsSession resume) {
  tls_ = &client;
  resume_ = std::move(resume);
}

Wire& DataChannel::open() {
  Wire& wire = connection();
  if (tls_ != nullptr) wire.start_tls(*std::exchange(tls_, nullptr), std::move(resume_));
  return wire;
}

void DataChannel::send_all(std::string_view octets) {
  Wire& wire = open();
  wire.send(octets);
  wire.finish_sending();
  // The server has nothing to say here but its own end; a server that sends more is at fault.
  if (!wire.receive_all().empty()) throw Failure("octets came from the server during an upload");
}

}  // namespace ferry::test
