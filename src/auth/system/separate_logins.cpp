// Logins in a process of their own. It is made by fork() before the server has threads or ports, keeps nothing of the
// server's but a few sockets, and answers the questions of login_messages.hpp. Who may log in is decided there, by the
// options that it was started with. It ends when the server's ends of the sockets are closed.
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/capability.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <csignal>
#include <cstring>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

#include <ferry/sandbox.hpp>

#include "auth/system/login_messages.hpp"
#include "base/descriptor.hpp"

namespace ferry {

namespace {

// As many questions are answered at the same time.
constexpr std::size_t channels = 4;
// A server that was taken over guesses no faster than this on each of them.
constexpr auto least_time_for_a_question = std::chrono::milliseconds(5);

std::optional<std::string> receive(int socket, std::size_t largest) {
  std::string packet(largest, '\0');
  for (;;) {
    const ssize_t size = ::recv(socket, packet.data(), packet.size(), MSG_TRUNC);
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0 || static_cast<std::size_t>(size) > largest) return std::nullopt;
    packet.resize(static_cast<std::size_t>(size));
    return packet;
  }
}

bool send_packet(int socket, std::string_view packet) {
  for (;;) {
    const ssize_t size = ::send(socket, packet.data(), packet.size(), MSG_NOSIGNAL);
    if (size < 0 && errno == EINTR) continue;
    return size == static_cast<ssize_t>(packet.size());
  }
}

void wipe(std::string& text) { ::explicit_bzero(text.data(), text.size()); }

// In the process of logins: until the server hangs up, or says something that is no question.
void answer_questions(int socket, SystemLogins& logins) {
  while (auto packet = receive(socket, largest_question)) {
    const auto next = std::chrono::steady_clock::now() + least_time_for_a_question;
    const auto question = decode_question(*packet);
    wipe(*packet);
    if (!question) return;
    const LoginAnswer answer =
        question->kind == LoginQuestion::Kind::login ? logins.check(question->request) : logins.anonymous();
    std::this_thread::sleep_until(next);
    if (!send_packet(socket, encode_answer(answer))) return;
  }
}

// What reading accounts and hashes needs. PAM's modules are the administrator's: they keep what such modules use, and
// may start programs.
SandboxRules rules_of(const SystemUserOptions& options) {
  SandboxRules rules;
  rules.readable = {"/"};
  rules.capabilities = {CAP_DAC_READ_SEARCH};
  if (options.passwords == SystemUserOptions::Passwords::pam) {
    rules.layers = {SandboxLayer::capabilities};
    for (const int capability : {CAP_AUDIT_WRITE, CAP_CHOWN, CAP_DAC_OVERRIDE, CAP_FOWNER, CAP_SETGID, CAP_SETUID})
      rules.capabilities.push_back(capability);
  }
  return rules;
}

void close_all_but(std::vector<int> kept) {
  std::ranges::sort(kept);
  unsigned next = STDERR_FILENO + 1;
  for (const int fd : kept) {
    if (next < static_cast<unsigned>(fd)) ::close_range(next, static_cast<unsigned>(fd) - 1, 0);
    next = static_cast<unsigned>(fd) + 1;
  }
  ::close_range(next, ~0u, 0);
}

[[noreturn]] void run_process(const SystemUserOptions& options, const std::vector<int>& sockets) {
  ::prctl(PR_SET_NAME, "ferry-logins");
  // The server ends it; whatever is sent to all processes of a terminal is for the server.
  sigset_t all;
  sigfillset(&all);
  ::pthread_sigmask(SIG_BLOCK, &all, nullptr);
  close_all_but(sockets);
  enter_sandbox(rules_of(options));
  {
    const auto logins = local_logins(options);
    std::vector<std::jthread> threads;
    for (const int socket : sockets)
      threads.emplace_back([&logins, socket] {
        answer_questions(socket, *logins);
        ::close(socket);
      });
  }
  ::_exit(0);
}

class SeparateLogins final : public SystemLogins {
 public:
  SeparateLogins(pid_t process, std::vector<Descriptor> sockets)
      : process_(process), free_(std::move(sockets)), left_(free_.size()) {}

  ~SeparateLogins() override {
    free_.clear();
    ::waitpid(process_, nullptr, 0);
  }

  LoginAnswer check(const LoginRequest& request) override {
    return ask({.kind = LoginQuestion::Kind::login, .request = request});
  }
  LoginAnswer anonymous() override { return ask({.kind = LoginQuestion::Kind::anonymous, .request = {}}); }

 private:
  LoginAnswer ask(const LoginQuestion& question) {
    auto packet = encode_question(question);
    if (!packet) return std::unexpected(AuthErrc::rejected);  // no account has such a name or password
    Descriptor socket = take();
    std::optional<LoginAnswer> answer;
    if (socket && send_packet(socket.get(), *packet))
      if (const auto reply = receive(socket.get(), largest_answer)) answer = decode_answer(*reply);
    wipe(*packet);
    // After a failure, what comes next on this socket could be the answer to another question.
    give_back(answer ? std::move(socket) : Descriptor());
    if (!answer) return std::unexpected(AuthErrc::unavailable);
    return *std::move(answer);
  }

  // None where the process is gone.
  Descriptor take() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return !free_.empty() || left_ == 0; });
    if (free_.empty()) return Descriptor();
    Descriptor socket = std::move(free_.back());
    free_.pop_back();
    return socket;
  }

  void give_back(Descriptor socket) {
    const std::lock_guard lock(mutex_);
    if (socket)
      free_.push_back(std::move(socket));
    else if (left_ > 0)
      --left_;
    changed_.notify_all();
  }

  const pid_t process_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Descriptor> free_;
  std::size_t left_;  // sockets that work, free or not
};

}  // namespace

std::unique_ptr<SystemLogins> separate_logins(const SystemUserOptions& options) {
  std::vector<Descriptor> ours;
  std::vector<Descriptor> theirs;
  for (std::size_t i = 0; i < channels; ++i) {
    std::array<int, 2> ends{};
    if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0)
      throw std::system_error(errno, std::generic_category(), "socketpair");
    ours.emplace_back(ends[0]);
    theirs.emplace_back(ends[1]);
  }
  const pid_t process = ::fork();
  if (process < 0) throw std::system_error(errno, std::generic_category(), "fork");
  if (process == 0) {
    std::vector<int> sockets;
    for (const Descriptor& one : theirs) sockets.push_back(one.get());
    try {
      run_process(options, sockets);
    } catch (...) {
      ::_exit(1);
    }
  }
  return std::make_unique<SeparateLogins>(process, std::move(ours));
}

}  // namespace ferry
