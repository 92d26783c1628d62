#include "user_pi/connection.hpp"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "user_pi/failure.hpp"

namespace ferry::user_pi {

namespace {

// Without a deadline: a server that says nothing for so long is broken, and nobody must hang with it.
constexpr timeval patience{.tv_sec = 60, .tv_usec = 0};

// A transfer beyond this size is a large one.
constexpr int large = 256 * 1024;

[[noreturn]] void fail(const char* what) {
  const std::string text = std::string(what) + ": " + std::strerror(errno);
  if (errno == ECONNRESET || errno == EPIPE) throw Closed(text);
  throw Failure(text);
}

[[noreturn]] void fail_tls(const char* what) {
  char text[256] = "connection closed";
  const unsigned long error = ERR_get_error();
  if (error != 0) ERR_error_string_n(error, text, sizeof text);
  ERR_clear_error();
  if (error == 0) throw Closed(std::string(what) + ": " + text);
  throw Failure(std::string(what) + ": " + text);
}

// For the callback, which OpenSSL calls with the SSL alone.
int sessions_index() {
  static const int index = SSL_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
  return index;
}

int take_session(SSL* ssl, SSL_SESSION* session) {
  auto* const where = static_cast<TlsClient::Session*>(SSL_get_ex_data(ssl, sessions_index()));
  if (!where) return 0;
  where->reset(session);
  return 1;  // the reference is ours now
}

using GetName = int (*)(int, sockaddr*, socklen_t*);

Address name_of(int fd, GetName get) {
  Address address;
  address.size = sizeof address.storage;
  if (get(fd, address.get(), &address.size) != 0) fail("address");
  return address;
}

}  // namespace

Address Address::resolve(const std::string& host, std::uint16_t port) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int error = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found);
  if (error != 0) throw Failure(host + ": " + ::gai_strerror(error));
  Address address;
  std::memcpy(&address.storage, found->ai_addr, found->ai_addrlen);
  address.size = found->ai_addrlen;
  ::freeaddrinfo(found);
  return address;
}

Address Address::with_port(std::uint16_t port) const {
  Address other = *this;
  if (is_v6())
    reinterpret_cast<sockaddr_in6&>(other.storage).sin6_port = htons(port);
  else
    reinterpret_cast<sockaddr_in&>(other.storage).sin_port = htons(port);
  return other;
}

std::uint16_t Address::port() const {
  return ntohs(is_v6() ? reinterpret_cast<const sockaddr_in6&>(storage).sin6_port
                       : reinterpret_cast<const sockaddr_in&>(storage).sin_port);
}

std::string Address::host() const {
  char text[INET6_ADDRSTRLEN] = "";
  if (is_v6())
    ::inet_ntop(AF_INET6, &reinterpret_cast<const sockaddr_in6&>(storage).sin6_addr, text, sizeof text);
  else
    ::inet_ntop(AF_INET, &reinterpret_cast<const sockaddr_in&>(storage).sin_addr, text, sizeof text);
  return text;
}

TlsClient::TlsClient() : context_(SSL_CTX_new(TLS_client_method())) {
  if (!context_) fail_tls("TLS");
  SSL_CTX_set_verify(context_.get(), SSL_VERIFY_NONE, nullptr);
  SSL_CTX_set_session_cache_mode(context_.get(), SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
  SSL_CTX_sess_set_new_cb(context_.get(), take_session);
  // Some servers close the data connection without close_notify; the reply tells whether the file was whole.
  SSL_CTX_set_options(context_.get(), SSL_OP_IGNORE_UNEXPECTED_EOF);
  SSL_CTX_set_read_ahead(context_.get(), 1);
  SSL_CTX_set_default_read_buffer_len(context_.get(), 256 * 1024);
  SSL_CTX_set_mode(context_.get(), SSL_MODE_RELEASE_BUFFERS);
}

void TlsClient::keep_sessions(SSL* ssl, Session* where) { SSL_set_ex_data(ssl, sessions_index(), where); }

Connection::Connection(const Address& address, std::optional<Clock::time_point> deadline, const Address* source)
    : fd_(::socket(address.storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC | (deadline ? SOCK_NONBLOCK : 0), 0)),
      deadline_(deadline) {
  if (fd_ < 0) fail("socket");
  try {
    const int on = 1;
    ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (!deadline) {
      ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
      ::setsockopt(fd_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    }
    if (source && ::bind(fd_, source->get(), source->size) != 0) fail("bind");
    if (::connect(fd_, address.get(), address.size) != 0) {
      if (errno != EINPROGRESS) fail("connect");
      wait(POLLOUT, "connect");
      socklen_t size = sizeof errno;
      ::getsockopt(fd_, SOL_SOCKET, SO_ERROR, &errno, &size);
      if (errno != 0) fail("connect");
    }
  } catch (...) {
    ::close(fd_);
    throw;
  }
}

Connection::Connection(int fd, Clock::time_point deadline) : fd_(fd), deadline_(deadline) {}

Connection::Connection(Connection&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)), deadline_(other.deadline_), ssl_(std::move(other.ssl_)) {}

Connection::~Connection() { close(); }

void Connection::close() {
  ssl_.reset();
  if (fd_ >= 0) ::close(std::exchange(fd_, -1));
}

void Connection::wait(short events, const char* what) {
  while (deadline_) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(*deadline_ - Clock::now()).count();
    if (left <= 0) break;
    pollfd one{.fd = fd_, .events = events, .revents = 0};
    const int ready = ::poll(&one, 1, static_cast<int>(std::min<long>(left, 3'600'000)));
    if (ready > 0) return;
    if (ready < 0 && errno != EINTR) fail(what);
  }
  throw TimedOut(std::string(what) + ": no answer in time");
}

bool Connection::readable_within(std::chrono::milliseconds time) {
  const Clock::time_point end = Clock::now() + time;
  for (;;) {
    short events = POLLIN;
    if (ssl_) {
      // Octets on the socket may be no data (tickets), and data may have left the socket: records are read ahead.
      std::byte octet{};
      ERR_clear_error();
      const int n = SSL_peek(ssl_.get(), &octet, 1);
      if (n > 0) return true;
      const int error = SSL_get_error(ssl_.get(), n);
      ERR_clear_error();
      if (error == SSL_ERROR_WANT_WRITE)
        events = POLLOUT;
      else if (error != SSL_ERROR_WANT_READ)
        return true;
    }
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - Clock::now()).count();
    pollfd one{.fd = fd_, .events = events, .revents = 0};
    const int ready = ::poll(&one, 1, static_cast<int>(std::max<long>(left, 0)));
    if (ready > 0 && !ssl_) return true;
    if (ready == 0 || (ready < 0 && errno != EINTR)) return false;
  }
}

void Connection::wait_for_tls(int result, const char* what) {
  switch (SSL_get_error(ssl_.get(), result)) {
    case SSL_ERROR_WANT_READ:
      return wait(POLLIN, what);
    case SSL_ERROR_WANT_WRITE:
      return wait(POLLOUT, what);
    default:
      fail_tls(what);
  }
}

void Connection::start_tls(const TlsClient& tls, TlsClient::Session* sessions, bool keep) {
  ERR_clear_error();
  ssl_.reset(SSL_new(tls.context()));
  if (!ssl_) fail_tls("TLS");
  SSL_set_fd(ssl_.get(), fd_);
  if (sessions && *sessions) {
    // A copy: OpenSSL uses a TLS 1.3 session once, but a server that sends no new tickets still lets it be resumed.
    const TlsClient::Session copy(SSL_SESSION_dup(sessions->get()));
    SSL_set_session(ssl_.get(), copy.get());
  }
  if (keep) TlsClient::keep_sessions(ssl_.get(), sessions);
  for (int n; (n = SSL_connect(ssl_.get())) != 1;) wait_for_tls(n, "TLS handshake");
}

void Connection::end_tls() {
  std::byte rest[4096];
  SSL_shutdown(ssl_.get());
  while (read(rest) > 0) {
  }
  ssl_.reset();
}

std::size_t Connection::read(std::span<std::byte> buffer) {
  while (ssl_) {
    const int n = SSL_read(ssl_.get(), buffer.data(), static_cast<int>(buffer.size()));
    if (n > 0) return static_cast<std::size_t>(n);
    if (SSL_get_error(ssl_.get(), n) == SSL_ERROR_ZERO_RETURN) return 0;
    wait_for_tls(n, "TLS read");
  }
  for (;;) {
    const ssize_t n = ::recv(fd_, buffer.data(), buffer.size(), 0);
    if (n >= 0) return static_cast<std::size_t>(n);
    if (errno == EAGAIN)
      wait(POLLIN, "receive");
    else if (errno != EINTR)
      fail("receive");
  }
}

std::size_t Connection::skip(std::span<std::byte> buffer) {
  if (ssl_) return read(buffer);
  for (;;) {
    // tcp(7): with MSG_TRUNC the octets are discarded instead of copied.
    const ssize_t n = ::recv(fd_, nullptr, std::size_t{1} << 20, MSG_TRUNC);
    if (n >= 0) {
      skipped_ += static_cast<std::size_t>(n);
      if (skipped_ > large && !sleeps_long_) sleep_long();
      return static_cast<std::size_t>(n);
    }
    if (errno == EAGAIN)
      wait(POLLIN, "receive");
    else if (errno != EINTR)
      fail("receive");
  }
}

// On a loopback the server's core pays for waking this thread up, which between virtual cores costs more than the
// transfer itself. A client elsewhere would cost the server nothing of that, so it is woken rarely.
void Connection::sleep_long() {
  sleeps_long_ = true;
  const int octets = large;
  ::setsockopt(fd_, SOL_SOCKET, SO_RCVLOWAT, &octets, sizeof octets);
}

void Connection::write(std::span<const std::byte> octets) {
  if (!ssl_) return write_below(octets);
  while (!octets.empty()) {
    const int part = static_cast<int>(std::min<std::size_t>(octets.size(), 256 * 1024));
    const int n = SSL_write(ssl_.get(), octets.data(), part);
    if (n > 0)
      octets = octets.subspan(static_cast<std::size_t>(n));
    else
      wait_for_tls(n, "TLS write");
  }
}

void Connection::write_below(std::span<const std::byte> octets, bool urgent) {
  while (!octets.empty()) {
    const ssize_t n = ::send(fd_, octets.data(), octets.size(), MSG_NOSIGNAL | (urgent ? MSG_OOB : 0));
    if (n >= 0)
      octets = octets.subspan(static_cast<std::size_t>(n));
    else if (errno == EAGAIN)
      wait(POLLOUT, "send");
    else if (errno != EINTR)
      fail("send");
  }
}

void Connection::finish() {
  if (ssl_) SSL_shutdown(ssl_.get());
  ::shutdown(fd_, SHUT_WR);
}

void Connection::cut() { ::shutdown(fd_, SHUT_WR); }

void Connection::reset() {
  const linger at_once{.l_onoff = 1, .l_linger = 0};
  ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  close();
}

Address Connection::local() const { return name_of(fd_, ::getsockname); }

Address Connection::peer() const { return name_of(fd_, ::getpeername); }

}  // namespace ferry::user_pi
