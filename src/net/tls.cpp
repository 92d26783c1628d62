#include "net/tls.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/rand.h>
#include <openssl/ssl.h>

#include <cerrno>
#include <cstring>
#include <vector>

namespace ferry {

namespace {

template <auto Free>
struct Freed {
  template <typename T>
  void operator()(T* p) const {
    Free(p);
  }
};
using Ctx = std::unique_ptr<SSL_CTX, Freed<SSL_CTX_free>>;
using Ssl = std::unique_ptr<SSL, Freed<SSL_free>>;
using Method = std::unique_ptr<BIO_METHOD, Freed<BIO_meth_free>>;

// Octets that a data connection reads from the socket at once; whole records are decrypted from there. More would not
// stay in the cache of a core that serves some transfers.
constexpr std::size_t data_read_ahead = 48 * 1024;
// A session may be resumed as long as its control connection is likely to live; whether it still lives is checked then.
constexpr long session_lifetime_seconds = 86'400;

std::string openssl_reason() {
  const unsigned long error = ERR_get_error();
  ERR_clear_error();
  const char* const reason = ERR_reason_error_string(error);
  return reason ? reason : "unknown reason";
}

// RFC 7301: a client that names protocols must name ours, so that nobody can pass an HTTPS connection to us (ALPACA).
int choose_alpn(SSL*, const unsigned char** out, unsigned char* out_size, const unsigned char* offered, unsigned size,
                void*) {
  static constexpr unsigned char ours[] = {3, 'f', 't', 'p', 8, 'f', 't', 'p', '-', 'd', 'a', 't', 'a'};
  unsigned char* chosen = nullptr;
  if (SSL_select_next_proto(&chosen, out_size, ours, sizeof ours, offered, size) != OPENSSL_NPN_NEGOTIATED)
    return SSL_TLSEXT_ERR_ALERT_FATAL;
  *out = chosen;
  return SSL_TLSEXT_ERR_OK;
}

// Seals the identity of the control connection into a ticket that is being made.
int seal_identity(SSL* ssl, void*) {
  const void* const identity = SSL_get_app_data(ssl);
  return SSL_SESSION_set1_ticket_appdata(SSL_get_session(ssl), identity, sizeof(TlsIdentity));
}

SSL_TICKET_RETURN accept_ticket(SSL*, SSL_SESSION*, const unsigned char*, std::size_t, SSL_TICKET_STATUS status,
                                void*) {
  switch (status) {
    case SSL_TICKET_SUCCESS:
      return SSL_TICKET_RETURN_USE;
    case SSL_TICKET_SUCCESS_RENEW:
      return SSL_TICKET_RETURN_USE_RENEW;
    case SSL_TICKET_EMPTY:
    case SSL_TICKET_NO_DECRYPT:
      return SSL_TICKET_RETURN_IGNORE_RENEW;
    default:
      return SSL_TICKET_RETURN_ABORT;
  }
}

}  // namespace

TlsIdentity new_tls_identity() {
  TlsIdentity identity{};
  RAND_bytes(reinterpret_cast<unsigned char*>(identity.data()), static_cast<int>(identity.size()));
  return identity;
}

struct TlsContext::Impl {
  Ctx ctx;
  Method bio_method;
};

TlsContext::TlsContext(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
TlsContext::~TlsContext() = default;

struct TlsEngine::Impl {
  Impl(std::shared_ptr<const TlsContext> c, Socket& s, const TlsIdentity& i)
      : context(std::move(c)), socket(s), identity(i) {}

  std::shared_ptr<const TlsContext> context;
  Socket& socket;
  TlsIdentity identity;
  Ssl ssl;
  std::vector<std::byte> output;
  std::size_t output_sent = 0;
  bool keep_output_buffer = false;
  bool handshaking = true;
  bool peer_hung_up = false;
  IoErrc socket_error = IoErrc::none;

  static Impl& of(BIO* bio) { return *static_cast<Impl*>(BIO_get_data(bio)); }

  static int bio_read(BIO* bio, char* buffer, std::size_t size, std::size_t* read) {
    Impl& self = of(bio);
    BIO_clear_retry_flags(bio);
    *read = 0;
    const auto n = self.socket.try_receive({reinterpret_cast<std::byte*>(buffer), size});
    if (n && *n > 0) {
      *read = *n;
      return 1;
    }
    // OpenSSL is told to wait in every case: an end or an error of the socket would make it forget the TLS session, and
    // with it the control connection's own (TLS 1.2 without tickets). error_of knows better.
    if (n)
      self.peer_hung_up = true;
    else if (n.error() != IoErrc::would_block)
      self.socket_error = n.error();
    BIO_set_retry_read(bio);
    return 0;
  }

  static int bio_write(BIO* bio, const char* octets, std::size_t size, std::size_t* written) {
    Impl& self = of(bio);
    const auto* const begin = reinterpret_cast<const std::byte*>(octets);
    self.output.insert(self.output.end(), begin, begin + size);
    *written = size;
    return 1;
  }

  static long bio_ctrl(BIO*, int command, long, void*) { return command == BIO_CTRL_FLUSH ? 1 : 0; }

  // What the failure of an SSL_... call means.
  IoErrc error_of(int result) {
    const int error = SSL_get_error(ssl.get(), result);
    ERR_clear_error();
    if (error != SSL_ERROR_WANT_READ) return IoErrc::tls_failed;
    if (socket_error != IoErrc::none) return socket_error;
    return peer_hung_up ? IoErrc::truncated : IoErrc::would_block;
  }
};

std::expected<std::shared_ptr<const TlsContext>, std::string> TlsContext::make(const TlsConfig& config) {
  auto impl = std::make_unique<Impl>();
  impl->ctx.reset(SSL_CTX_new(TLS_server_method()));
  SSL_CTX* const ctx = impl->ctx.get();
  if (!ctx) return std::unexpected("OpenSSL cannot start: " + openssl_reason());

  // RFC 8996 and RFC 9325: no version before 1.2, no compression, no renegotiation, only ciphers with forward secrecy.
  SSL_CTX_set_min_proto_version(ctx, TLS1_2_VERSION);
  SSL_CTX_set_options(ctx, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE);
  SSL_CTX_set_cipher_list(ctx, "ECDHE+AESGCM:ECDHE+CHACHA20");
  SSL_CTX_set_mode(ctx, SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_alpn_select_cb(ctx, choose_alpn, nullptr);
  static constexpr unsigned char session_context[] = "ferry";
  SSL_CTX_set_session_id_context(ctx, session_context, sizeof session_context - 1);
  SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_SERVER);
  SSL_CTX_set_timeout(ctx, session_lifetime_seconds);
  SSL_CTX_set_session_ticket_cb(ctx, seal_identity, accept_ticket, nullptr);

  const std::string& certificate = config.certificate_file;
  const std::string& key = config.key_file.empty() ? certificate : config.key_file;
  if (SSL_CTX_use_certificate_chain_file(ctx, certificate.c_str()) != 1)
    return std::unexpected("certificate file " + certificate + ": " + openssl_reason() +
                           "; give a readable PEM certificate chain");
  if (SSL_CTX_use_PrivateKey_file(ctx, key.c_str(), SSL_FILETYPE_PEM) != 1)
    return std::unexpected("key file " + key + ": " + openssl_reason() +
                           "; give the readable PEM private key that belongs to the certificate");
  if (SSL_CTX_check_private_key(ctx) != 1)
    return std::unexpected("key file " + key + " does not belong to certificate file " + certificate +
                           "; give the matching pair");

  impl->bio_method.reset(BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "ferry socket"));
  BIO_meth_set_read_ex(impl->bio_method.get(), TlsEngine::Impl::bio_read);
  BIO_meth_set_write_ex(impl->bio_method.get(), TlsEngine::Impl::bio_write);
  BIO_meth_set_ctrl(impl->bio_method.get(), TlsEngine::Impl::bio_ctrl);
  return std::shared_ptr<const TlsContext>(new TlsContext(std::move(impl)));
}

TlsEngine::TlsEngine(std::shared_ptr<const TlsContext> context, Socket& socket, Role role, const TlsIdentity& identity)
    : impl_(std::make_unique<Impl>(std::move(context), socket, identity)) {
  Impl& self = *impl_;
  self.ssl.reset(SSL_new(self.context->impl_->ctx.get()));
  BIO* const bio = BIO_new(self.context->impl_->bio_method.get());
  if (!self.ssl || !bio) throw std::bad_alloc();
  BIO_set_data(bio, &self);
  BIO_set_init(bio, 1);
  SSL_set_bio(self.ssl.get(), bio, bio);
  SSL_set_app_data(self.ssl.get(), &self.identity);
  SSL_set_accept_state(self.ssl.get());
  if (role == Role::data) {
    SSL_set_num_tickets(self.ssl.get(), 0);
    SSL_set_read_ahead(self.ssl.get(), 1);
    SSL_set_default_read_buffer_len(self.ssl.get(), data_read_ahead);
    self.keep_output_buffer = true;
  }
}

// A connection that was cut says nothing against its TLS session; without this OpenSSL would forget the session, and
// with it the control connection's own (TLS 1.2 without tickets).
TlsEngine::~TlsEngine() { SSL_set_shutdown(impl_->ssl.get(), SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN); }

IoErrc TlsEngine::try_handshake() {
  Impl& self = *impl_;
  ERR_clear_error();
  const int result = SSL_do_handshake(self.ssl.get());
  if (result != 1) {
    const IoErrc error = self.error_of(result);
    if (has_output()) {
      // A delayed acknowledgement would hold up the peer's next flight for 40 ms.
      const int on = 1;
      ::setsockopt(self.socket.fd(), IPPROTO_TCP, TCP_QUICKACK, &on, sizeof on);
    }
    flush();
    return error == IoErrc::truncated ? IoErrc::lost : error;
  }
  self.handshaking = false;
  // TLS 1.2 may resume by session id instead of a ticket: the cached session carries the identity too.
  if (SSL_version(self.ssl.get()) == TLS1_2_VERSION && !SSL_session_reused(self.ssl.get()))
    SSL_SESSION_set1_ticket_appdata(SSL_get_session(self.ssl.get()), self.identity.data(), self.identity.size());
  flush();  // what does not fit stays in the output
  return IoErrc::none;
}

IoResult<std::size_t> TlsEngine::try_read(std::span<std::byte> buffer) {
  Impl& self = *impl_;
  std::size_t total = 0;
  while (total < buffer.size()) {
    std::size_t n = 0;
    ERR_clear_error();
    const int result = SSL_read_ex(self.ssl.get(), buffer.data() + total, buffer.size() - total, &n);
    if (result == 1) {
      total += n;
      continue;
    }
    if (total > 0) break;  // whatever this was shows again at the next call
    if (SSL_get_error(self.ssl.get(), result) == SSL_ERROR_ZERO_RETURN) return 0;
    return std::unexpected(self.error_of(result));
  }
  return total;
}

IoErrc TlsEngine::write(std::span<const std::byte> octets) {
  if (octets.empty()) return IoErrc::none;
  std::size_t n = 0;
  ERR_clear_error();
  const int result = SSL_write_ex(impl_->ssl.get(), octets.data(), octets.size(), &n);
  return result == 1 ? IoErrc::none : impl_->error_of(result);
}

void TlsEngine::write_close_notify() {
  ERR_clear_error();
  SSL_shutdown(impl_->ssl.get());
  ERR_clear_error();
}

IoErrc TlsEngine::flush() {
  Impl& self = *impl_;
  while (self.output_sent < self.output.size()) {
    const auto n = self.socket.try_send(std::span(self.output).subspan(self.output_sent));
    if (!n) return n.error();
    self.output_sent += *n;
  }
  self.output_sent = 0;
  if (self.keep_output_buffer)
    self.output.clear();
  else
    self.output = {};
  return IoErrc::none;
}

bool TlsEngine::has_output() const { return !impl_->output.empty(); }

void TlsEngine::offer_session() {
  if (SSL_version(impl_->ssl.get()) != TLS1_3_VERSION) return;
  ERR_clear_error();
  SSL_new_session_ticket(impl_->ssl.get());
}

bool TlsEngine::resumed() const { return SSL_session_reused(impl_->ssl.get()) == 1; }

std::optional<TlsIdentity> TlsEngine::resumed_identity() const {
  if (!resumed()) return std::nullopt;
  void* data = nullptr;
  std::size_t size = 0;
  TlsIdentity identity{};
  if (SSL_SESSION_get0_ticket_appdata(SSL_get_session(impl_->ssl.get()), &data, &size) != 1 || size != identity.size())
    return std::nullopt;
  std::memcpy(identity.data(), data, size);
  return identity;
}

TlsFacts TlsEngine::facts() const {
  return {.version = SSL_get_version(impl_->ssl.get()), .cipher = SSL_get_cipher_name(impl_->ssl.get())};
}

std::string TlsEngine::description() const {
  const TlsFacts facts = this->facts();
  return facts.version + ' ' + facts.cipher;
}

}  // namespace ferry
