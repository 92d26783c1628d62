// The bare machine: an "FTP server" that makes the system calls that an operation cannot do without, and as little else
// as possible. It understands what `ferry bench` says and nothing more, checks nothing, and trusts everybody. What it
// needs for an operation is what a server on this machine cannot go below, and is what ferry is measured against.
//
//   limits PORT DIRECTORY [splice|recv [CERTIFICATE]]
//
// Replies are constants. The listener for data connections and the pipe for uploads are kept for the whole session.
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>

#include "listing.hpp"
#include "machine.hpp"

namespace limits {
namespace {

struct Setup {
  Loop loop;
  int root = -1;
  bool splice = true;
  SSL_CTX* tls = nullptr;
};

// For all sessions: nobody waits while they hold data.
char* buffer() {
  static const auto octets = std::make_unique_for_overwrite<char[]>(chunk);
  return octets.get();
}

class Conversation {
 public:
  Conversation(Setup& setup, int fd) : setup_(setup), control_(setup.loop, fd) {}
  ~Conversation() {
    for (const int end : pipe_)
      if (end >= 0) ::close(end);
  }
  Conversation(const Conversation&) = delete;
  Conversation& operator=(const Conversation&) = delete;

  Step run() {
    co_await say("220 .\r\n");
    char input[512];
    std::size_t held = 0;
    for (;;) {
      ssize_t n = control_.tls() ? control_.try_read(input + held, sizeof input - held) : -1;
      if (n < 0) {
        co_await control_.socket().readable();
        n = control_.try_read(input + held, sizeof input - held);
      }
      if (n == 0) co_return true;
      if (n < 0) continue;
      held += static_cast<std::size_t>(n);
      char* line = input;
      while (auto* const end = static_cast<char*>(std::memchr(line, '\n', held))) {
        const auto length = static_cast<std::size_t>(end - line);
        if (length > 0) end[-1] = '\0';  // the CR
        const bool go_on = co_await answer(line);
        if (!go_on) co_return true;
        held -= length + 1;
        line = end + 1;
      }
      std::memmove(input, line, held);
    }
  }

 private:
  Step say(std::string_view reply) { return control_.write(reply.data(), reply.size()); }

  Step answer(const char* line) {
    const std::string_view text(line);
    const char* const space = std::strchr(line, ' ');
    const char* const path = space ? space + 1 : "";
    if (text.starts_with("NOOP") || text.starts_with("TYPE") || text.starts_with("PBSZ")) return say("200 .\r\n");
    if (text.starts_with("EPSV")) return extended_passive();
    if (text.starts_with("RETR")) return retrieve(path);
    if (text.starts_with("STOR")) return store(path);
    if (text.starts_with("MLSD") || text.starts_with("LIST") || text.starts_with("NLST"))
      return list(path, text.front());
    if (text.starts_with("USER")) return say("331 .\r\n");
    if (text.starts_with("PASS")) return say("230 .\r\n");
    if (text.starts_with("AUTH")) return secure_control();
    if (text.starts_with("PROT")) {
      protect_ = true;
      return say("200 .\r\n");
    }
    if (text.starts_with("MKD")) return say(::mkdirat(setup_.root, path, 0777) == 0 ? "257 .\r\n" : "550 .\r\n");
    if (text.starts_with("RMD"))
      return say(::unlinkat(setup_.root, path, AT_REMOVEDIR) == 0 ? "250 .\r\n" : "550 .\r\n");
    if (text.starts_with("DELE")) return say(::unlinkat(setup_.root, path, 0) == 0 ? "250 .\r\n" : "550 .\r\n");
    if (text.starts_with("SIZE")) return size(path);
    if (text.starts_with("QUIT")) return quit();
    return say("500 .\r\n");
  }

  Step quit() {
    co_await say("221 .\r\n");
    co_return false;
  }

  Step secure_control() {
    co_await say("234 .\r\n");
    if (!setup_.tls) co_return false;
    co_return co_await control_.secure(setup_.tls, false);
  }

  Step extended_passive() {
    while (!listener_) {
      // Below the range that the kernel takes for clients.
      const auto port = static_cast<std::uint16_t>(20'000 + arc4random_uniform(10'000));
      if (const int fd = listen_on(port); fd >= 0) {
        listener_ = std::make_unique<Waited>(setup_.loop, fd);
        passive_reply_ = "229 (|||" + std::to_string(port) + "|)\r\n";
      }
    }
    return say(passive_reply_);
  }

  Step size(const char* path) {
    struct stat facts{};
    if (::fstatat(setup_.root, path, &facts, 0) != 0) co_return co_await say("550 .\r\n");
    const std::string reply = "213 " + std::to_string(facts.st_size) + "\r\n";
    co_return co_await say(reply);
  }

  // Says 150 and takes the data connection; false where it does not come about.
  Step open_data() {
    co_await say("150 .\r\n");
    for (;;) {
      const int fd = ::accept4(listener_->fd(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
      if (fd >= 0) {
        data_ = std::make_unique<Stream>(setup_.loop, fd);
        break;
      }
      co_await listener_->readable();
    }
    if (!protect_) co_return true;
    co_return co_await data_->secure(setup_.tls, true);
  }

  Step retrieve(const char* path) {
    const int file = ::openat(setup_.root, path, O_RDONLY | O_CLOEXEC);
    struct stat facts{};
    if (file < 0 || ::fstat(file, &facts) != 0) co_return co_await say("550 .\r\n");
    bool good = co_await open_data();
    auto left = static_cast<std::size_t>(facts.st_size);
    if (left > chunk && !data_->tls()) set_on(data_->socket().fd(), IPPROTO_TCP, TCP_CORK);
    while (good && left > 0) {
      ssize_t n = 0;
      if (data_->tls()) {
        n = ::read(file, buffer(), std::min(left, tls_chunk));
        good = n > 0;
        if (good) good = co_await data_->write(buffer(), static_cast<std::size_t>(n));
      } else {
        n = ::sendfile(data_->socket().fd(), file, nullptr, std::min(left, chunk));
        good = n > 0 || errno == EAGAIN;
        if (n < 0) n = 0;
        // The other sessions' turn: measurably cheaper than filling one socket to the brim.
        if (static_cast<std::size_t>(n) < left) co_await data_->socket().writable();
      }
      if (good) left -= static_cast<std::size_t>(n);
    }
    ::close(file);
    co_await data_->finish();
    data_.reset();
    co_return co_await say("226 .\r\n");
  }

  Step store(const char* path) {
    const int file = ::openat(setup_.root, path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (file < 0) co_return co_await say("550 .\r\n");
    bool good = co_await open_data();
    while (good) {
      const ssize_t n = data_->tls() || !setup_.splice ? copy_some(file) : splice_some(file);
      if (n == 0) break;
      if (n < 0) co_await data_->socket().readable();
    }
    ::close(file);
    data_.reset();
    co_return co_await say("226 .\r\n");
  }

  ssize_t splice_some(int file) {
    if (pipe_[0] < 0) {
      if (::pipe2(pipe_, O_CLOEXEC) != 0) return 0;
      ::fcntl(pipe_[1], F_SETPIPE_SZ, static_cast<int>(chunk));
    }
    const ssize_t in =
        ::splice(data_->socket().fd(), nullptr, pipe_[1], nullptr, chunk, SPLICE_F_MOVE | SPLICE_F_NONBLOCK);
    if (in <= 0) return in;
    for (ssize_t left = in; left > 0;)
      left -= ::splice(pipe_[0], nullptr, file, nullptr, static_cast<std::size_t>(left), SPLICE_F_MOVE);
    return in;
  }

  // TLS gives one record at a time: one write for all that are there.
  ssize_t copy_some(int file) {
    const std::size_t most = data_->tls() ? tls_chunk : chunk;
    std::size_t held = 0;
    ssize_t n = 0;
    while (held < most) {
      n = data_->try_read(buffer() + held, most - held);
      if (n <= 0) break;
      held += static_cast<std::size_t>(n);
      if (!data_->tls()) break;
    }
    if (held == 0) return n;
    return ::write(file, buffer(), held);
  }

  Step list(const char* path, char kind) {
    const int directory = ::openat(setup_.root, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (directory < 0) co_return co_await say("550 .\r\n");
    bool good = co_await open_data();
    std::string text;
    while (good && add_entries(text, directory, kind, buffer(), chunk)) {
      good = co_await data_->write(text.data(), text.size());
      text.clear();
    }
    ::close(directory);
    co_await data_->finish();
    data_.reset();
    co_return co_await say("226 .\r\n");
  }

  Setup& setup_;
  Stream control_;
  bool protect_ = false;
  std::unique_ptr<Waited> listener_;
  std::unique_ptr<Stream> data_;
  int pipe_[2] = {-1, -1};
  std::string passive_reply_;
};

Detached converse(Setup& setup, int fd) {
  Conversation conversation(setup, fd);
  co_await conversation.run();
}

Detached accept_all(Setup& setup, int fd) {
  Waited listener(setup.loop, fd);
  for (;;) {
    co_await listener.readable();
    const int accepted = ::accept4(fd, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (accepted >= 0) converse(setup, accepted);
  }
}

SSL_CTX* make_tls(const char* certificate) {
  SSL_CTX* const tls = SSL_CTX_new(TLS_server_method());
  SSL_CTX_set_session_id_context(tls, reinterpret_cast<const unsigned char*>("limits"), 6);
  SSL_CTX_set_options(tls, SSL_OP_IGNORE_UNEXPECTED_EOF);
  SSL_CTX_set_mode(tls, SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_ciphersuites(tls, "TLS_AES_128_GCM_SHA256");  // the cheapest one, which ferry prefers too
  if (SSL_CTX_use_certificate_chain_file(tls, certificate) != 1 ||
      SSL_CTX_use_PrivateKey_file(tls, certificate, SSL_FILETYPE_PEM) != 1)
    return nullptr;
  return tls;
}

}  // namespace
}  // namespace limits

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fprintf(stderr, "limits PORT DIRECTORY [splice|recv [CERTIFICATE]]\n");
    return 2;
  }
  std::signal(SIGPIPE, SIG_IGN);
  rlimit descriptors{};
  ::getrlimit(RLIMIT_NOFILE, &descriptors);
  descriptors.rlim_cur = descriptors.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &descriptors);

  limits::Setup setup;
  const int listener = limits::listen_on(static_cast<std::uint16_t>(std::atoi(argv[1])));
  setup.root = ::open(argv[2], O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (argc > 3) setup.splice = std::strcmp(argv[3], "splice") == 0;
  if (argc > 4) setup.tls = limits::make_tls(argv[4]);
  if (listener < 0 || setup.root < 0 || (argc > 4 && !setup.tls)) {
    std::perror("limits");
    return 1;
  }
  limits::accept_all(setup, listener);
  setup.loop.run();
}
