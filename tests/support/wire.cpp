#include "support/wire.hpp"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/x509.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "support/socket_address.hpp"
#include "support/socket_bio.hpp"
#include "support/tls_client.hpp"

namespace ferry::test {
namespace {

[[noreturn]] void fail(const std::string& what) { throw Failure(what + ": " + std::strerror(errno)); }

std::string tls_error() {
  char text[200] = "";
  ERR_error_string_n(ERR_peek_last_error(), text, sizeof text);
  return text;
}

}  // namespace

Descriptor::~Descriptor() {
  if (fd_ >= 0) ::close(fd_);
}

std::unique_ptr<Wire> Wire::connect(const Endpoint& to, std::optional<IpAddress> from) {
  auto wire = try_connect(to, from);
  if (!wire) fail("cannot connect to " + to.text());
  return wire;
}

std::unique_ptr<Wire> Wire::try_connect(const Endpoint& to, std::optional<IpAddress> from) {
  const SocketAddress address(to);
  Descriptor socket(::socket(address.family(), SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (from) {
    const SocketAddress own(Endpoint{*from, 0});
    if (::bind(socket.get(), own.get(), own.size()) != 0) fail("cannot bind to " + from->text());
  }
  if (::connect(socket.get(), address.get(), address.size()) == 0) return std::make_unique<Wire>(std::move(socket));
  if (errno != EINPROGRESS) return nullptr;
  pollfd entry{socket.get(), POLLOUT, 0};
  if (::poll(&entry, 1, static_cast<int>(patience.count())) == 0) throw Failure("no answer from " + to.text());
  int error = 0;
  socklen_t size = sizeof error;
  ::getsockopt(socket.get(), SOL_SOCKET, SO_ERROR, &error, &size);
  if (error != 0) return nullptr;
  return std::make_unique<Wire>(std::move(socket));
}

Wire::Wire(Descriptor socket) : socket_(std::move(socket)), ssl_(nullptr, SSL_free) {
  ::fcntl(socket_.get(), F_SETFL, ::fcntl(socket_.get(), F_GETFL) | O_NONBLOCK);
  const int on = 1;
  ::setsockopt(socket_.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

Wire::~Wire() {
  // Without this OpenSSL would take the session for damaged and never resume it again.
  if (ssl_) SSL_set_shutdown(ssl_.get(), SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
}

void Wire::wait(short events) {
  pollfd entry{socket_.get(), events, 0};
  const int ready = ::poll(&entry, 1, static_cast<int>(patience.count()));
  if (ready == 0) throw Failure((events & POLLIN) != 0 ? "waited in vain for the server" : "the server does not read");
}

bool Wire::continue_after(int result) {
  switch (SSL_get_error(ssl_.get(), result)) {
    case SSL_ERROR_WANT_READ:
      wait(POLLIN);
      return true;
    case SSL_ERROR_WANT_WRITE:
      wait(POLLOUT);
      return true;
    case SSL_ERROR_ZERO_RETURN:
      end_ = WireEnd::orderly;
      return false;
    case SSL_ERROR_SYSCALL:
      end_ = errno == ECONNRESET || errno == EPIPE ? WireEnd::reset : WireEnd::cut;
      return false;
    default:
      if (ERR_GET_REASON(ERR_peek_last_error()) == SSL_R_UNEXPECTED_EOF_WHILE_READING) {
        end_ = WireEnd::cut;
        return false;
      }
      throw Failure("TLS: " + tls_error());
  }
}

void Wire::send(std::string_view octets) {
  if (!try_send(octets)) throw Failure("the server closed the connection while the client was sending");
}

bool Wire::try_send(std::string_view octets) {
  while (!octets.empty()) {
    if (ssl_) {
      ERR_clear_error();
      const int n =
          SSL_write(ssl_.get(), octets.data(), static_cast<int>(std::min<std::size_t>(octets.size(), 1 << 20)));
      if (n > 0)
        octets.remove_prefix(static_cast<std::size_t>(n));
      else if (!continue_after(n))
        return false;
      continue;
    }
    const ssize_t n = ::send(socket_.get(), octets.data(), octets.size(), MSG_NOSIGNAL);
    if (n >= 0)
      octets.remove_prefix(static_cast<std::size_t>(n));
    else if (errno == EAGAIN)
      wait(POLLOUT);
    else if (errno == EPIPE || errno == ECONNRESET)
      return false;
    else
      fail("send");
  }
  return true;
}

void Wire::send_beneath_tls(std::string_view octets) {
  if (::send(socket_.get(), octets.data(), octets.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(octets.size()))
    fail("send");
}

void Wire::send_urgent(char octet) {
  if (::send(socket_.get(), &octet, 1, MSG_OOB | MSG_NOSIGNAL) != 1) fail("send urgent data");
}

std::string Wire::receive(std::size_t at_most) {
  std::string octets(at_most, '\0');
  octets.resize(receive_into(octets));
  return octets;
}

std::size_t Wire::receive_into(std::span<char> room) {
  for (;;) {
    if (ssl_) {
      ERR_clear_error();
      const int n = SSL_read(ssl_.get(), room.data(), static_cast<int>(room.size()));
      if (n > 0) return static_cast<std::size_t>(n);
      if (!continue_after(n)) return 0;
      continue;
    }
    const ssize_t n = ::recv(socket_.get(), room.data(), room.size(), 0);
    if (n > 0) return static_cast<std::size_t>(n);
    if (n == 0 || errno == ECONNRESET || errno == EPIPE) {
      end_ = n == 0 ? WireEnd::orderly : WireEnd::reset;
      return 0;
    }
    if (errno != EAGAIN) fail("receive");
    wait(POLLIN);
  }
}

std::string Wire::receive_all() {
  std::string all;
  std::string part(256 * 1024, '\0');
  while (const std::size_t n = receive_into(part)) all.append(part, 0, n);
  return all;
}

bool Wire::is_silent() {
  if (ssl_ && SSL_pending(ssl_.get()) > 0) return false;
  pollfd entry{socket_.get(), POLLIN, 0};
  return ::poll(&entry, 1, 0) == 0;
}

void Wire::start_tls(const TlsClient& client, TlsSession resume) {
  ssl_.reset(SSL_new(client.context()));
  SSL_set_app_data(ssl_.get(), this);
  BIO* const bio = new_socket_bio(socket_.get());
  SSL_set_bio(ssl_.get(), bio, bio);
  if (resume) SSL_set_session(ssl_.get(), resume.get());
  if (const std::string& name = client.options().server_name; !name.empty())
    SSL_set_tlsext_host_name(ssl_.get(), name.c_str());
  try {
    for (;;) {
      ERR_clear_error();
      const int result = SSL_connect(ssl_.get());
      if (result == 1) return;
      if (!continue_after(result)) throw Failure("the server closed the connection during the TLS handshake");
    }
  } catch (const Failure&) {
    ssl_.reset();
    throw;
  }
}

bool Wire::resumed() const { return SSL_session_reused(ssl_.get()) == 1; }

std::string Wire::alpn() const {
  const unsigned char* name = nullptr;
  unsigned length = 0;
  SSL_get0_alpn_selected(ssl_.get(), &name, &length);
  return std::string(reinterpret_cast<const char*>(name), length);
}

int Wire::tls_version() const { return SSL_version(ssl_.get()); }

std::string Wire::certificate_serial() const {
  const ASN1_INTEGER* const serial = X509_get0_serialNumber(SSL_get0_peer_certificate(ssl_.get()));
  std::uint64_t number = 0;
  ASN1_INTEGER_get_uint64(&number, serial);
  return std::to_string(number);
}

std::string Wire::certificate_name() const {
  char name[256] = "";
  X509_NAME_get_text_by_NID(X509_get_subject_name(SSL_get0_peer_certificate(ssl_.get())), NID_commonName, name,
                            sizeof name);
  return name;
}

std::string Wire::ocsp_response() const {
  const unsigned char* response = nullptr;
  const long size = SSL_get_tlsext_status_ocsp_resp(ssl_.get(), &response);
  return size > 0 ? std::string(reinterpret_cast<const char*>(response), static_cast<std::size_t>(size)) : "";
}

TlsSession Wire::take_session() {
  if (!ssl_) return {};
  if (SSL_version(ssl_.get()) < TLS1_3_VERSION)
    return TlsSession(SSL_SESSION_dup(SSL_get0_session(ssl_.get())), SSL_SESSION_free);
  if (sessions_.empty()) return {};
  TlsSession newest = std::move(sessions_.back());
  sessions_.pop_back();
  return newest;
}

void Wire::end_tls() {
  if (const std::string octets = receive(); !octets.empty())
    throw Failure("octets arrived under TLS where close_notify was due");
  if (end_ != WireEnd::orderly) throw Failure("TLS ended without close_notify");
  SSL_shutdown(ssl_.get());
  ssl_.reset();
  sessions_.clear();
  end_ = WireEnd::open;
}

void Wire::finish_sending() {
  if (ssl_) SSL_shutdown(ssl_.get());
  ::shutdown(socket_.get(), SHUT_WR);
}

void Wire::cut() { ::shutdown(socket_.get(), SHUT_WR); }

void Wire::reset() {
  const linger at_once{1, 0};
  ::setsockopt(socket_.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  socket_ = Descriptor();
}

Endpoint Wire::local() const { return local_endpoint(socket_.get()); }
Endpoint Wire::peer() const { return peer_endpoint(socket_.get()); }

WireListener::WireListener(const IpAddress& address)
    : socket_(::socket(address.is_v4() ? AF_INET : AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  const SocketAddress own(Endpoint{address, 0});
  if (::bind(socket_.get(), own.get(), own.size()) != 0 || ::listen(socket_.get(), 1) != 0) fail("cannot listen");
}

Endpoint WireListener::endpoint() const { return local_endpoint(socket_.get()); }

std::unique_ptr<Wire> WireListener::accept() {
  pollfd entry{socket_.get(), POLLIN, 0};
  if (::poll(&entry, 1, static_cast<int>(patience.count())) == 0) throw Failure("the server did not connect");
  return std::make_unique<Wire>(Descriptor(::accept4(socket_.get(), nullptr, nullptr, SOCK_CLOEXEC)));
}

bool WireListener::is_silent() const {
  pollfd entry{socket_.get(), POLLIN, 0};
  return ::poll(&entry, 1, 0) == 0;
}

}  // namespace ferry::test
