// A Stream of ours and, at its other end, an OpenSSL client that can do what a user-PI does, on one loop.
#pragma once

#include <openssl/ssl.h>

#include <cstring>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "net/stream.hpp"
#include "support/certificate.hpp"
#include "unit/net/on_loop.hpp"
#include "unit/net/socket_pair.hpp"

namespace ferry::test {

inline std::shared_ptr<const TlsContext> test_tls_context() {
  const CertificateFiles& files = shared_certificate();
  TlsConfig config;
  config.certificate_file = files.certificate;
  config.key_file = files.key;
  auto context = TlsContext::make(config);
  if (!context) throw std::runtime_error(context.error());
  return *context;
}

using TlsSession = std::shared_ptr<SSL_SESSION>;

struct TlsClientSetup {
  int version = TLS1_3_VERSION;
  bool tickets = true;                      // false: TLS 1.2 resumes by session id
  std::vector<std::string> protocols = {};  // ALPN
  TlsSession resume = nullptr;
};

class TestTlsClient {
 public:
  TestTlsClient(Loop& loop, Descriptor descriptor, const TlsClientSetup& setup)
      : socket_(loop, std::move(descriptor)), ctx_(SSL_CTX_new(TLS_client_method()), SSL_CTX_free) {
    SSL_CTX* const ctx = ctx_.get();
    SSL_CTX_set_min_proto_version(ctx, setup.version);
    SSL_CTX_set_max_proto_version(ctx, setup.version);
    if (!setup.tickets) SSL_CTX_set_options(ctx, SSL_OP_NO_TICKET);
    SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
    SSL_CTX_sess_set_new_cb(ctx, [](SSL* ssl, SSL_SESSION* session) {
      auto& self = *static_cast<TestTlsClient*>(SSL_get_app_data(ssl));
      self.sessions_.emplace_back(session, SSL_SESSION_free);
      return 1;
    });
    std::vector<unsigned char> protocols;
    for (const std::string& name : setup.protocols) {
      protocols.push_back(static_cast<unsigned char>(name.size()));
      protocols.insert(protocols.end(), name.begin(), name.end());
    }
    if (!protocols.empty()) SSL_CTX_set_alpn_protos(ctx, protocols.data(), static_cast<unsigned>(protocols.size()));
    ssl_ = {SSL_new(ctx), SSL_free};
    SSL_set_app_data(ssl_.get(), this);
    SSL_set_fd(ssl_.get(), socket_.fd());
    SSL_set_connect_state(ssl_.get());
    if (setup.resume) SSL_set_session(ssl_.get(), setup.resume.get());
  }
  TestTlsClient(const TestTlsClient&) = delete;
  TestTlsClient& operator=(const TestTlsClient&) = delete;

  Task<bool> handshake() {
    for (;;) {
      const int result = SSL_do_handshake(ssl_.get());
      if (result == 1) co_return true;
      if (SSL_get_error(ssl_.get(), result) != SSL_ERROR_WANT_READ) co_return false;
      co_await socket_.readable();
    }
  }

  // Until close_notify (error none), or until the connection ends without one (truncated).
  Task<Received> read_all() {
    Received received;
    std::vector<char> buffer(64 * 1024);
    for (;;) {
      const int n = SSL_read(ssl_.get(), buffer.data(), static_cast<int>(buffer.size()));
      if (n > 0) {
        received.text.append(buffer.data(), static_cast<std::size_t>(n));
        continue;
      }
      const int error = SSL_get_error(ssl_.get(), n);
      if (error == SSL_ERROR_ZERO_RETURN) break;
      if (error != SSL_ERROR_WANT_READ) {
        received.error = IoErrc::truncated;
        break;
      }
      co_await socket_.readable();
    }
    co_return received;
  }

  // Exactly so many octets; whatever else TLS has to say before them is taken in.
  Task<std::string> read_exactly(std::size_t size) {
    std::string text(size, '\0');
    std::size_t done = 0;
    while (done < size) {
      const int n = SSL_read(ssl_.get(), text.data() + done, static_cast<int>(size - done));
      if (n > 0)
        done += static_cast<std::size_t>(n);
      else if (SSL_get_error(ssl_.get(), n) == SSL_ERROR_WANT_READ)
        co_await socket_.readable();
      else
        break;
    }
    text.resize(done);
    co_return text;
  }

  // A text that fits into the socket at once.
  bool write(const std::string& text) {
    return SSL_write(ssl_.get(), text.data(), static_cast<int>(text.size())) == static_cast<int>(text.size());
  }
  void close_notify() { SSL_shutdown(ssl_.get()); }
  void hang_up() { socket_.shut_down_sending(); }

  Socket& socket() { return socket_; }
  bool resumed() const { return SSL_session_reused(ssl_.get()) == 1; }
  std::string protocol() const {
    const unsigned char* name = nullptr;
    unsigned size = 0;
    SSL_get0_alpn_selected(ssl_.get(), &name, &size);
    return {reinterpret_cast<const char*>(name), size};
  }
  // The sessions that the server has offered so far, the latest last.
  const std::vector<TlsSession>& sessions() const { return sessions_; }

 private:
  Socket socket_;
  std::unique_ptr<SSL_CTX, void (*)(SSL_CTX*)> ctx_;
  std::unique_ptr<SSL, void (*)(SSL*)> ssl_{nullptr, SSL_free};
  std::vector<TlsSession> sessions_;
};

struct TlsPair {
  explicit TlsPair(Loop& l, std::shared_ptr<const TlsContext> c = test_tls_context(), const TlsClientSetup& setup = {})
      : TlsPair(l, std::move(c), setup, socket_pair()) {}
  TlsPair(Loop& l, std::shared_ptr<const TlsContext> c, const TlsClientSetup& setup, DescriptorPair pair)
      : loop(l), context(std::move(c)), server(l, std::move(pair.ours)), client(l, std::move(pair.theirs), setup) {}

  // True when both ends say so.
  Task<bool> handshake(TlsEngine::Role role) {
    Beside<bool> client_done(loop, client.handshake());
    const IoErrc error = co_await server.start_tls(context, role, identity);
    if (error != IoErrc::none) server.cancel(error);
    const bool ok = co_await client_done.result();
    co_return ok&& error == IoErrc::none;
  }

  Loop& loop;
  std::shared_ptr<const TlsContext> context;
  TlsIdentity identity = new_tls_identity();
  Stream server;
  TestTlsClient client;
};

}  // namespace ferry::test
