// One TCP connection as a test sees it: blocking calls with a deadline, TLS on demand, and all the ways to end that a
// polite client has no use for (RST, half-close, FIN without close_notify).
#pragma once

#include <openssl/ssl.h>

#include <cstdint>
#include <ferry/address.hpp>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "support/failure.hpp"

namespace ferry::test {

class TlsClient;

using TlsSession = std::shared_ptr<SSL_SESSION>;

// How the peer ended its direction.
enum class WireEnd : std::uint8_t {
  open,     // it has not
  orderly,  // FIN; under TLS: close_notify
  cut,      // under TLS: FIN without close_notify
  reset,    // RST
};

// Owns a descriptor.
class Descriptor {
 public:
  explicit Descriptor(int fd = -1) : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~Descriptor();
  int get() const { return fd_; }

 private:
  int fd_;
};

class Wire {
 public:
  // Connects, from the address `from` where that is given. Throws Failure when refused.
  static std::unique_ptr<Wire> connect(const Endpoint& to, std::optional<IpAddress> from = {});
  // nullptr when refused.
  static std::unique_ptr<Wire> try_connect(const Endpoint& to, std::optional<IpAddress> from = {});

  explicit Wire(Descriptor socket);
  // Closes the socket, and says nothing more under TLS.
  ~Wire();
  Wire(const Wire&) = delete;
  Wire& operator=(const Wire&) = delete;

  // Sends everything, or throws Failure.
  void send(std::string_view octets);
  // False when the peer has ended the connection meanwhile.
  bool try_send(std::string_view octets);
  // Sends octets as they are even where TLS is on.
  void send_beneath_tls(std::string_view octets);
  // One octet of urgent data (the Telnet Synch of RFC 854 needs it).
  void send_urgent(char octet);

  // Waits for octets; empty at the end, and then end() tells which kind of end it was.
  std::string receive(std::size_t at_most = 65'536);
  // The same, into the caller's room; 0 at the end.
  std::size_t receive_into(std::span<char> room);
  // Everything until the end.
  std::string receive_all();
  WireEnd end() const { return end_; }
  // True when nothing arrives without waiting: no octet and no end.
  bool is_silent();

  // Makes the client's side of a TLS handshake. Throws Failure when it fails.
  void start_tls(const TlsClient& client, TlsSession resume = {});
  bool has_tls() const { return ssl_ != nullptr; }
  // Did the server take up the session that was offered?
  bool resumed() const;
  std::string alpn() const;
  int tls_version() const;
  // Serial number of the server's certificate.
  std::string certificate_serial() const;
  // Common name in the server's certificate.
  std::string certificate_name() const;
  // What the server has stapled; empty: nothing.
  std::string ocsp_response() const;
  // The newest session that the server has handed out on this connection; empty where there is none. A ticket of
  // TLS 1.3 is given away once (RFC 8446 appendix C.4).
  TlsSession take_session();
  std::size_t sessions_left() const { return sessions_.size(); }

  // Answers the server's close_notify and goes on in clear (REIN and CCC). Throws Failure unless that is what comes.
  void end_tls();
  // Sends our close_notify (under TLS), then FIN; receiving goes on.
  void finish_sending();
  // FIN only, even under TLS: what an attacker who cuts the connection can do.
  void cut();
  // RST.
  void reset();

  Endpoint local() const;
  Endpoint peer() const;
  int descriptor() const { return socket_.get(); }

 private:
  friend class TlsClient;
  void wait(short events);
  // Waits for what OpenSSL wants; false at an end of the connection, which is noted in end_.
  bool continue_after(int result);

  Descriptor socket_;
  std::unique_ptr<SSL, void (*)(SSL*)> ssl_;
  std::vector<TlsSession> sessions_;
  WireEnd end_ = WireEnd::open;
};

// Waits for one connection on the loopback, for active mode.
class WireListener {
 public:
  explicit WireListener(const IpAddress& address);
  Endpoint endpoint() const;
  std::unique_ptr<Wire> accept();
  // True when nobody has connected so far.
  bool is_silent() const;

 private:
  Descriptor socket_;
};

}  // namespace ferry::test
