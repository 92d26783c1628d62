// Logins in processes of their own: the server's side. They are made by fork() before the server has threads or ports,
// and keep nothing of the server's but a few sockets, on which questions are asked and answered (login_messages.hpp).
// Who may log in is decided there, by the options that they were started with.
#include <sys/wait.h>
#include <unistd.h>

#include <condition_variable>
#include <cstring>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "auth/system/helper_process.hpp"
#include "auth/system/login_messages.hpp"
#include "auth/system/login_process.hpp"
#include "auth/system/logins.hpp"
#include "base/packet_socket.hpp"
#include "storage/channel/channel_file_system.hpp"
#include "storage/local/credentials.hpp"

namespace ferry {

namespace {

// As many questions are answered at the same time.
constexpr std::size_t sockets_for_questions = 4;

// The process of logins, which ends when all sockets to it and all channels of its users are closed.
class Process {
 public:
  explicit Process(pid_t id) : id_(id) {}
  ~Process() { ::waitpid(id_, nullptr, 0); }
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

 private:
  const pid_t id_;
};

class SeparateLogins final : public SystemLogins {
 public:
  SeparateLogins(pid_t process, std::vector<Descriptor> sockets)
      : process_(std::make_shared<Process>(process)), free_(std::move(sockets)), left_(free_.size()) {}

  LoginAnswer log_in(const LoginRequest& request) override {
    auto packet = encode_question(request);
    if (!packet) return std::unexpected(AuthErrc::rejected);  // no account has such a name or password
    Descriptor channel;
    auto verdict = ask(*packet, channel);
    ::explicit_bzero(packet->data(), packet->size());
    if (!verdict) return std::unexpected(AuthErrc::unavailable);
    if (!*verdict) return std::unexpected(verdict->error());
    auto files = files_over(std::move(channel), {.writes_here = !may_write_more_than_users(), .keeps = process_});
    if (!files) return std::unexpected(AuthErrc::unavailable);
    if (!*files) return std::unexpected(AuthErrc::rejected);  // without a home
    return OpenedLogin{
        .files = **std::move(files), .home = std::move((*verdict)->home), .anonymous = (*verdict)->anonymous};
  }

 private:
  // nullopt where the process is gone, or makes no sense.
  std::optional<LoginVerdict> ask(std::string_view question, Descriptor& channel) {
    Descriptor socket = take();
    std::optional<LoginVerdict> verdict;
    if (socket && send_packet(socket.get(), question))
      if (const auto answer = receive_packet(socket.get(), largest_answer, &channel)) verdict = decode_answer(*answer);
    if (verdict && verdict->has_value() != static_cast<bool>(channel)) verdict.reset();
    // After a failure, what comes next on this socket could be the answer to another question.
    give_back(verdict ? std::move(socket) : Descriptor());
    return verdict;
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

  const std::shared_ptr<Process> process_;  // waited for when the sockets are closed
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Descriptor> free_;
  std::size_t left_;  // sockets that work, free or not
};

}  // namespace

std::unique_ptr<SystemLogins> separate_logins(const SystemUserOptions& options) {
  std::vector<Descriptor> ours;
  std::vector<Descriptor> theirs;
  std::vector<int> numbers;
  for (std::size_t i = 0; i < sockets_for_questions; ++i) {
    SocketPair pair = packet_socket_pair();
    ours.push_back(std::move(pair.ours));
    numbers.push_back(pair.theirs.get());
    theirs.push_back(std::move(pair.theirs));
  }
  const pid_t process = start_helper("ferry-logins", numbers, [&] { run_login_process(options, numbers); });
  return std::make_unique<SeparateLogins>(process, std::move(ours));
}

}  // namespace ferry
