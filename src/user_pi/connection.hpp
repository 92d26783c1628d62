// One TCP connection, with or without TLS, used by one thread that waits for it.
//
// Without a deadline these are plain blocking calls: a load generator wants few system calls for each operation, and
// threads are cheap enough for the number of sessions that transfer at the same time. With a deadline, no call outlasts
// it, whatever the peer does.
#pragma once

#include <netinet/in.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

namespace ferry::user_pi {

using Clock = std::chrono::steady_clock;

struct Address {
  sockaddr_storage storage{};
  socklen_t size = 0;

  // Throws Failure when the name has no address.
  static Address resolve(const std::string& host, std::uint16_t port);
  Address with_port(std::uint16_t port) const;
  std::uint16_t port() const;
  bool is_v6() const { return storage.ss_family == AF_INET6; }
  std::string host() const;  // numeric

  const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
  sockaddr* get() { return reinterpret_cast<sockaddr*>(&storage); }
};

// The client's side of TLS: certificates are not checked, as no secrets travel here.
class TlsClient {
 public:
  TlsClient();
  SSL_CTX* context() const { return context_.get(); }
  // Where new sessions (tickets) of an SSL made from the context are kept; null: nowhere.
  struct SessionDeleter {
    void operator()(SSL_SESSION* session) const { SSL_SESSION_free(session); }
  };
  using Session = std::unique_ptr<SSL_SESSION, SessionDeleter>;
  static void keep_sessions(SSL* ssl, Session* where);

 private:
  struct Deleter {
    void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
  };
  std::unique_ptr<SSL_CTX, Deleter> context_;
};

class Connection {
 public:
  // `deadline`: for connecting and all that follows, until set_deadline moves it; none: a minute for each call.
  // `source`: the own address, where it must be a certain one.
  explicit Connection(const Address& address, std::optional<Clock::time_point> deadline = {},
                      const Address* source = nullptr);
  // What was accepted.
  Connection(int fd, Clock::time_point deadline);
  ~Connection();
  Connection(Connection&& other) noexcept;
  Connection& operator=(Connection&&) = delete;

  // Only where there was one from the start.
  void set_deadline(Clock::time_point deadline) { deadline_ = deadline; }

  // The handshake. `sessions`: gives the session to resume, and where `keep` is set takes new ones.
  void start_tls(const TlsClient& tls, TlsClient::Session* sessions, bool keep);
  bool resumed() const { return ssl_ && SSL_session_reused(ssl_.get()) == 1; }
  SSL* ssl() const { return ssl_.get(); }
  // close_notify in both directions; the connection goes on in clear.
  void end_tls();

  // At least one octet, or 0 at the end.
  std::size_t read(std::span<std::byte> buffer);
  // The same, where nobody looks at the octets: without TLS the kernel drops them, which leaves more of the client's
  // core to load the server with.
  std::size_t skip(std::span<std::byte> buffer);
  // Whether read() would return at once, waiting so long for it. Only where there was a deadline from the start.
  bool readable_within(std::chrono::milliseconds time);
  void write(std::span<const std::byte> octets);
  // Below TLS: in clear, and as TCP's urgent data where `urgent` is set.
  void write_below(std::span<const std::byte> octets, bool urgent = false);
  // No more will be written: close_notify where there is TLS, then FIN.
  void finish();
  // FIN without close_notify.
  void cut();
  // RST, and the end of the connection.
  void reset();
  // The end of the connection, as the destructor does it.
  void close();

  int fd() const { return fd_; }
  Address local() const;
  Address peer() const;

 private:
  struct Deleter {
    void operator()(SSL* ssl) const { SSL_free(ssl); }
  };
  void sleep_long();
  // Throws TimedOut at the deadline; at once where there is none, as the kernel has waited long enough then.
  void wait(short events, const char* what);
  // What to do after an SSL call has not succeeded: returns after a wait, where it is to be called again.
  void wait_for_tls(int result, const char* what);

  int fd_ = -1;
  std::optional<Clock::time_point> deadline_;
  std::unique_ptr<SSL, Deleter> ssl_;
  std::size_t skipped_ = 0;
  bool sleeps_long_ = false;
};

}  // namespace ferry::user_pi
