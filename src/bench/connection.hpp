// One TCP connection, with or without TLS, used by one thread that waits for it.
//
// Plain blocking calls: a load generator wants few system calls for each operation, and threads are cheap enough for
// the number of sessions that transfer at the same time.
#pragma once

#include <netinet/in.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

namespace ferry::bench {

struct Address {
  sockaddr_storage storage{};
  socklen_t size = 0;

  // Throws Failure when the name has no address.
  static Address resolve(const std::string& host, std::uint16_t port);
  Address with_port(std::uint16_t port) const;
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
  explicit Connection(const Address& address);
  ~Connection();
  Connection(Connection&& other) noexcept;
  Connection& operator=(Connection&&) = delete;

  // The handshake. `sessions`: gives the session to resume, and where `keep` is set takes new ones.
  void start_tls(const TlsClient& tls, TlsClient::Session* sessions, bool keep);
  bool resumed() const { return ssl_ && SSL_session_reused(ssl_.get()) == 1; }

  // At least one octet, or 0 at the end.
  std::size_t read(std::span<std::byte> buffer);
  // The same, where nobody looks at the octets: without TLS the kernel drops them, which leaves more of the client's
  // core to load the server with.
  std::size_t skip(std::span<std::byte> buffer);
  void write(std::span<const std::byte> octets);
  // No more will be written: close_notify where there is TLS, then FIN.
  void finish();

 private:
  struct Deleter {
    void operator()(SSL* ssl) const { SSL_free(ssl); }
  };
  void sleep_long();

  int fd_ = -1;
  std::unique_ptr<SSL, Deleter> ssl_;
  std::size_t skipped_ = 0;
  bool sleeps_long_ = false;
};

}  // namespace ferry::bench
