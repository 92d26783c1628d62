#include "auth/system/user_processes.hpp"

#include <poll.h>
#include <sys/wait.h>

#include <chrono>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <ferry/sandbox.hpp>

#include "auth/system/helper_process.hpp"
#include "auth/system/user_process.hpp"

namespace ferry {

namespace {

constexpr std::size_t most_processes = 512;
// Sessions of one process. Each takes a few of its descriptors, of which a process usually has 1024.
constexpr std::size_t most_channels = 128;
constexpr auto patience_at_the_end = std::chrono::seconds(5);
constexpr int look_for_ended_again = 100;  // milliseconds

constexpr std::string_view yes = "y", no = "n", another_channel = "c";

SandboxRules rules_of_starter() {
  SandboxRules rules;
  rules.writable = {"/"};  // what the processes that it starts may be left with
  rules.connects = false;
  rules.acts_as_others = true;
  rules.forks = true;
  return rules;
}

// In the process that starts the others.
class Starter {
 public:
  explicit Starter(int requests) : requests_(requests) {}

  void run() {
    while (serve_some()) reap();
    processes_.clear();
    const auto end = std::chrono::steady_clock::now() + patience_at_the_end;
    for (reap(); alive_ > 0 && std::chrono::steady_clock::now() < end; reap()) ::poll(nullptr, 0, 1);
  }

 private:
  struct Process {
    UserHome home;
    Descriptor control;    // closed: it is to end, or has ended
    std::size_t uses = 0;  // channels and clearings that it has not told the end of
  };

  // False where nobody asks any more, or what is asked makes no sense.
  bool serve_some() {
    std::vector<pollfd> polled{{.fd = requests_, .events = POLLIN, .revents = 0}};
    for (const Process& process : processes_)
      polled.push_back({.fd = process.control.get(), .events = POLLIN, .revents = 0});
    // One that was told to end has no control any more.
    if (::poll(polled.data(), polled.size(), alive_ > processes_.size() ? look_for_ended_again : -1) < 0) return true;
    for (std::size_t i = 0; i < processes_.size(); ++i)
      if (polled[i + 1].revents != 0) hear(processes_[i]);
    std::erase_if(processes_, [](const Process& process) { return !process.control; });
    return polled.front().revents == 0 || serve_request();
  }

  static void hear(Process& process) {
    if (!receive_packet(process.control.get(), 1) || process.uses <= 1)
      process.control.close();
    else
      --process.uses;
  }

  bool serve_request() {
    const auto packet = receive_packet(requests_, largest_packet);
    const auto home = packet ? decode_user_home(*packet) : std::nullopt;
    if (!home) return false;
    Descriptor channel;
    try {
      channel = channel_to(*home);
    } catch (const std::system_error&) {  // no more processes or descriptors
    }
    return send_packet(requests_, channel ? yes : no, {}, channel.get());
  }

  Descriptor channel_to(const UserHome& home) {
    SocketPair pair = packet_socket_pair();
    for (Process& process : processes_) {
      if (process.home != home || process.uses >= most_channels) continue;
      if (!send_packet_now(process.control.get(), another_channel, pair.theirs.get())) continue;
      ++process.uses;
      return std::move(pair.ours);
    }
    if (alive_ >= most_processes) return Descriptor();
    start(home, std::move(pair.theirs));
    return std::move(pair.ours);
  }

  void start(const UserHome& home, Descriptor channel) {
    SocketPair control = packet_socket_pair();
    UserHome served = home;
    // Each home once, and never the whole machine.
    if (home.clear.find_first_not_of('/') == std::string::npos || !cleared_.insert(home.clear).second)
      served.clear.clear();
    start_helper("ferry-files", {control.theirs.get(), channel.get()},
                 [&] { run_user_process(served, std::move(control.theirs), std::move(channel)); });
    ++alive_;
    processes_.push_back({.home = home, .control = std::move(control.ours), .uses = served.clear.empty() ? 1u : 2u});
  }

  void reap() {
    while (alive_ > 0 && ::waitpid(-1, nullptr, WNOHANG) > 0) --alive_;
  }

  const int requests_;
  std::vector<Process> processes_;
  std::size_t alive_ = 0;  // not reaped yet; more than processes_ has
  std::set<std::string> cleared_;
};

}  // namespace

UserProcesses::UserProcesses() {
  SocketPair pair = packet_socket_pair();
  process_ = start_helper("ferry-users", {pair.theirs.get()}, [&] {
    enter_sandbox(rules_of_starter());
    Starter(pair.theirs.get()).run();
  });
  socket_ = std::move(pair.ours);
}

UserProcesses::~UserProcesses() {
  socket_.close();
  ::waitpid(process_, nullptr, 0);
}

Descriptor UserProcesses::open(const UserHome& home) {
  const auto request = encode_user_home(home);
  if (!request) return Descriptor();
  const std::lock_guard lock(mutex_);
  Descriptor channel;
  if (!send_packet(socket_.get(), *request) || !receive_packet(socket_.get(), 1, &channel)) return Descriptor();
  return channel;
}

}  // namespace ferry
