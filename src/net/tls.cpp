#include "net/tls.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/rand.h>
#include <poll.h>

#include <cassert>
#include <cerrno>
#include <cstring>

#include "net/tls_certificate.hpp"
#include "net/tls_openssl.hpp"

namespace ferry {

namespace {

// A full record on the wire: header, nonce (TLS 1.2), octets and tag.
constexpr std::size_t full_record = 5 + 8 + 16 * 1024 + 16;
// What a data connection reads from the socket at once; whole records are decrypted from there. More would not stay in
// the cache of a core that serves some transfers.
constexpr std::size_t data_read_ahead = 3 * full_record;

}  // namespace

TlsIdentity new_tls_identity() {
  TlsIdentity identity{};
  RAND_bytes(reinterpret_cast<unsigned char*>(identity.data()), static_cast<int>(identity.size()));
  return identity;
}

// OpenSSL's view of the socket. Its functions have the types that BIO_METHOD asks for; Impl is private to TlsEngine, so
// they are found through it.
struct TlsBio {
  using Engine = TlsEngine::Impl;
  static Engine& engine_of(BIO* bio) { return *static_cast<Engine*>(BIO_get_data(bio)); }

  static int read(BIO* bio, char* buffer, std::size_t size, std::size_t* read) {
    Engine& self = engine_of(bio);
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

  static int write(BIO* bio, const char* octets, std::size_t size, std::size_t* written) {
    Engine& self = engine_of(bio);
    const auto* const begin = reinterpret_cast<const std::byte*>(octets);
    self.output.insert(self.output.end(), begin, begin + size);
    *written = size;
    return 1;
  }

  static long ctrl(BIO*, int command, long, void*) { return command == BIO_CTRL_FLUSH ? 1 : 0; }
};

Method make_bio_method() {
  Method method(BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "ferry socket"));
  BIO_meth_set_read_ex(method.get(), TlsBio::read);
  BIO_meth_set_write_ex(method.get(), TlsBio::write);
  BIO_meth_set_ctrl(method.get(), TlsBio::ctrl);
  return method;
}

IoErrc TlsEngine::Impl::error_of(int result) {
  const int error = SSL_get_error(ssl.get(), result);
  ERR_clear_error();
  if (error == SSL_ERROR_WANT_WRITE) {
    blocked = true;
    return IoErrc::would_block;
  }
  if (error != SSL_ERROR_WANT_READ) return IoErrc::tls_failed;
  if (socket_error != IoErrc::none) return socket_error;
  return peer_hung_up ? IoErrc::truncated : IoErrc::would_block;
}

TlsEngine::TlsEngine(std::shared_ptr<const TlsContext> context, Socket& socket, Role role, const TlsIdentity& identity,
                     std::string host)
    : impl_(std::make_unique<Impl>(std::move(context), socket, identity, std::move(host))) {
  Impl& self = *impl_;
  const TlsContext::Impl& contexts = *self.context->impl_;
  // The tickets of all hosts are sealed with the keys of the one context that a connection begins with.
  const bool client = role == Role::data_client;
  self.ssl.reset(SSL_new(client ? contexts.client.get() : contexts.fallback.ctx.get()));
  BIO* const bio = BIO_new(contexts.bio_method.get());
  if (!self.ssl || !bio) throw std::bad_alloc();
  BIO_set_data(bio, &self);
  BIO_set_init(bio, 1);
  SSL_set_bio(self.ssl.get(), bio, bio);
  if (role == Role::file_down) {
    BIO* const writing = BIO_new_socket(socket.fd(), BIO_NOCLOSE);
    if (!writing) throw std::bad_alloc();
    SSL_set0_wbio(self.ssl.get(), writing);
    SSL_set_options(self.ssl.get(), SSL_OP_ENABLE_KTLS);
    self.direct = true;
  }
  if (client) {
    SSL_set_connect_state(self.ssl.get());
  } else {
    SSL_set_SSL_CTX(self.ssl.get(), contexts.context_for(self.host));
    SSL_set_accept_state(self.ssl.get());
  }
  if (role != Role::control) {
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
    flush_flight();
    return error == IoErrc::truncated ? IoErrc::lost : error;
  }
  if (self.direct && !BIO_get_ktls_send(SSL_get_wbio(self.ssl.get()))) {
    // Not with this cipher: records are gathered in the output, as ever.
    self.direct = false;
    BIO* const gathering = SSL_get_rbio(self.ssl.get());
    BIO_up_ref(gathering);
    SSL_set0_wbio(self.ssl.get(), gathering);
  }
  // TLS 1.2 may resume by session id instead of a ticket: the cached session carries the identity too.
  if (!is_client() && SSL_version(self.ssl.get()) == TLS1_2_VERSION && !SSL_session_reused(self.ssl.get()))
    SSL_SESSION_set1_ticket_appdata(SSL_get_session(self.ssl.get()), self.identity.data(), self.identity.size());
  flush_flight();
  return IoErrc::none;
}

void TlsEngine::flush_flight() {
  const bool speaks = has_output() || impl_->direct;
  flush();  // what does not fit stays in the output
  if (speaks) impl_->socket.acknowledge();
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

bool TlsEngine::is_client() const { return SSL_is_server(impl_->ssl.get()) == 0; }

bool TlsEngine::sends_in_kernel() const { return impl_->direct; }

ssize_t TlsEngine::send_file(int file, off_t& offset, std::size_t most) {
  SSL* const ssl = impl_->ssl.get();
  ERR_clear_error();
  errno = 0;
  const ossl_ssize_t sent = SSL_sendfile(ssl, file, offset, most, 0);
  if (sent >= 0) {
    offset += sent;
    return sent;
  }
  const int error = errno;
  const int reason = SSL_get_error(ssl, -1);
  ERR_clear_error();
  errno = reason == SSL_ERROR_WANT_WRITE ? EAGAIN : error != 0 ? error : EPROTO;
  return -1;
}

IoErrc TlsEngine::write(std::span<const std::byte> octets) {
  assert(!impl_->direct && "send_file() it is, then");
  if (octets.empty()) return IoErrc::none;
  std::size_t n = 0;
  ERR_clear_error();
  const int result = SSL_write_ex(impl_->ssl.get(), octets.data(), octets.size(), &n);
  return result == 1 ? IoErrc::none : impl_->error_of(result);
}

void TlsEngine::write_close_notify() {
  impl_->unfinished = impl_->direct;
  if (impl_->direct) return;
  ERR_clear_error();
  SSL_shutdown(impl_->ssl.get());
  ERR_clear_error();
}

IoErrc TlsEngine::flush_direct() {
  Impl& self = *impl_;
  pollfd room{.fd = self.socket.fd(), .events = POLLOUT, .revents = 0};
  if (self.blocked && ::poll(&room, 1, 0) == 0) return IoErrc::would_block;
  self.blocked = false;
  if (!self.unfinished) return IoErrc::none;
  ERR_clear_error();
  if (const int result = SSL_shutdown(self.ssl.get()); result < 0) {
    if (const IoErrc error = self.error_of(result); self.blocked) return error;
  }
  self.unfinished = false;
  return IoErrc::none;
}

IoErrc TlsEngine::flush() {
  Impl& self = *impl_;
  if (self.direct) return flush_direct();
  while (self.output_sent < self.output.size()) {
    const auto n = self.socket.try_send(std::span(self.output).subspan(self.output_sent));
    if (!n) return n.error();
    self.output_sent += *n;
  }
  self.output_sent = 0;
  if (self.keep_output_buffer)
    self.output.clear();
  else
    self.output = std::vector<std::byte>();  // `= {}` would keep the memory
  return IoErrc::none;
}

bool TlsEngine::has_output() const { return !impl_->output.empty() || impl_->blocked || impl_->unfinished; }

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

std::optional<TlsFacts> TlsEngine::facts() const {
  SSL* const ssl = impl_->ssl.get();
  if (!SSL_is_init_finished(ssl)) return std::nullopt;
  return TlsFacts{.version = SSL_get_version(ssl),
                  .cipher = SSL_get_cipher_name(ssl),
                  .resumed = resumed(),
                  .server_name = std::string(server_name()),
                  .client = client_certificate()};
}

std::string_view TlsEngine::server_name() const { return impl_->host_is_named ? impl_->host : std::string_view(); }

std::optional<ClientCertificate> TlsEngine::client_certificate() const {
  // It was verified: by this handshake, or by the one whose session was resumed.
  const X509* const certificate = SSL_get0_peer_certificate(impl_->ssl.get());
  if (!certificate || is_client()) return std::nullopt;
  return describe_certificate(*certificate);
}

}  // namespace ferry
