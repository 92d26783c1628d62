// The client's end of one data connection, from PASV or PORT to its close.
#pragma once

#include <memory>
#include <string>

#include "support/wire.hpp"

namespace ferry::test {

class TlsClient;

class DataChannel {
 public:
  // Passive: connects at once, or with `at_once` false when it is first used.
  static DataChannel connect(const Endpoint& to, bool at_once = true, std::optional<IpAddress> from = {});
  // Active: listens, and accepts when it is first used.
  static DataChannel listen(const IpAddress& address);

  // Where the server is to connect to (active mode).
  Endpoint listening_at() const { return listener_->endpoint(); }
  // The TCP connection, without TLS so far.
  Wire& connection();
  // For TLS, which begins at the first use after the transfer command.
  void use_tls(const TlsClient& client, TlsSession resume);
  // The connection ready for data.
  Wire& open();

  std::string receive_all() { return open().receive_all(); }
  // Sends it all, says that this is the end, and closes.
  void send_all(std::string_view octets);

 private:
  std::unique_ptr<WireListener> listener_;
  std::unique_ptr<Wire> wire_;
  Endpoint to_;
  std::optional<IpAddress> from_;
  const TlsClient* tls_ = nullptr;
  TlsSession resume_;
};

}  // namespace ferry::test
