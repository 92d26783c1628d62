#include "machine.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace limits {

Loop::Loop() : epoll_(::epoll_create1(EPOLL_CLOEXEC)) {}

void Loop::run() {
  epoll_event events[256];
  for (;;) {
    const int n = ::epoll_wait(epoll_, events, 256, -1);
    for (int i = 0; i < n; ++i) {
      auto* const waited = static_cast<Waited*>(events[i].data.ptr);
      if (waited->is_waiting()) waited->ready();
    }
  }
}

Waited::~Waited() { ::close(fd_); }

// Level-triggered for reading: the next command is waited for without a try that finds nothing.
Waited::Wait Waited::readable() { return {*this, EPOLLIN}; }
Waited::Wait Waited::writable() { return {*this, EPOLLOUT}; }

void Waited::wait(std::coroutine_handle<> h, std::uint32_t events) {
  waiting_ = h;
  if (events_ == events) return;
  epoll_event event{};
  event.events = events;
  event.data.ptr = this;
  ::epoll_ctl(loop_.fd(), events_ == 0 ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, fd_, &event);
  events_ = events;
}

int Stream::gather(BIO* bio, const char* octets, int size) {
  auto* const stream = static_cast<Stream*>(BIO_get_data(bio));
  stream->gathered_.insert(stream->gathered_.end(), octets, octets + size);
  return size;
}

int Stream::receive(BIO* bio, char* to, int size) {
  auto* const stream = static_cast<Stream*>(BIO_get_data(bio));
  BIO_clear_retry_flags(bio);
  const ssize_t n = ::recv(stream->socket_.fd(), to, static_cast<std::size_t>(size), 0);
  if (n < 0 && errno == EAGAIN) BIO_set_retry_read(bio);
  return static_cast<int>(n);
}

long Stream::control(BIO*, int command, long, void*) { return command == BIO_CTRL_FLUSH ? 1 : 0; }

BIO_METHOD* Stream::gathering() {
  static BIO_METHOD* const method = [] {
    BIO_METHOD* const made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "gathering");
    BIO_meth_set_write(made, gather);
    BIO_meth_set_read(made, receive);
    BIO_meth_set_ctrl(made, control);
    return made;
  }();
  return method;
}

Stream::~Stream() { SSL_free(ssl_); }

Step Stream::secure(SSL_CTX* tls, bool data) {
  set_on(socket_.fd(), IPPROTO_TCP, TCP_QUICKACK);
  ssl_ = SSL_new(tls);
  if (data) {
    SSL_set_num_tickets(ssl_, 0);
    SSL_set_read_ahead(ssl_, 1);
    SSL_set_default_read_buffer_len(ssl_, tls_chunk);
  }
  BIO* const bio = BIO_new(gathering());
  BIO_set_data(bio, this);
  BIO_set_init(bio, 1);
  SSL_set_bio(ssl_, bio, bio);
  for (;;) {
    const int outcome = SSL_accept(ssl_);
    if (!co_await flush()) co_return false;
    if (outcome == 1) co_return true;
    if (SSL_get_error(ssl_, outcome) != SSL_ERROR_WANT_READ) co_return false;
    co_await socket_.readable();
  }
}

ssize_t Stream::try_read(void* to, std::size_t size) {
  if (!ssl_) {
    const ssize_t n = ::recv(socket_.fd(), to, size, 0);
    return n < 0 && errno != EAGAIN ? 0 : n;
  }
  const int n = SSL_read(ssl_, to, static_cast<int>(size));
  if (n > 0) return n;
  return SSL_get_error(ssl_, n) == SSL_ERROR_WANT_READ ? -1 : 0;
}

Step Stream::write(const char* octets, std::size_t size) {
  if (ssl_) {
    SSL_write(ssl_, octets, static_cast<int>(size));  // into gathered_, which never refuses
    co_return co_await flush();
  }
  while (size > 0) {
    const ssize_t n = ::send(socket_.fd(), octets, size, MSG_NOSIGNAL);
    if (n > 0) {
      octets += n;
      size -= static_cast<std::size_t>(n);
    } else if (errno == EAGAIN) {
      co_await socket_.writable();
    } else {
      co_return false;
    }
  }
  co_return true;
}

Step Stream::flush() {
  std::size_t sent = 0;
  while (sent < gathered_.size()) {
    const ssize_t n = ::send(socket_.fd(), gathered_.data() + sent, gathered_.size() - sent, MSG_NOSIGNAL);
    if (n > 0)
      sent += static_cast<std::size_t>(n);
    else if (errno == EAGAIN)
      co_await socket_.writable();
    else
      co_return false;
  }
  gathered_.clear();
  co_return true;
}

Step Stream::finish() {
  if (!ssl_) co_return true;
  SSL_shutdown(ssl_);
  co_return co_await flush();
}

void set_on(int fd, int level, int name) {
  const int on = 1;
  ::setsockopt(fd, level, name, &on, sizeof on);
}

int listen_on(std::uint16_t port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  set_on(fd, SOL_SOCKET, SO_REUSEADDR);
  set_on(fd, IPPROTO_TCP, TCP_NODELAY);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  if (::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 && ::listen(fd, 4096) == 0)
    return fd;
  ::close(fd);
  return -1;
}

}  // namespace limits
