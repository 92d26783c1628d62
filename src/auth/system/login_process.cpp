#include "auth/system/login_process.hpp"

#include <linux/capability.h>

#include <chrono>
#include <cstring>
#include <filesystem>
#include <string>
#include <thread>
#include <utility>

#include <ferry/sandbox.hpp>

#include "auth/system/login_check.hpp"
#include "auth/system/login_messages.hpp"
#include "auth/system/user_processes.hpp"
#include "base/packet_socket.hpp"

namespace ferry {

namespace {

// A server that was taken over guesses no faster than this on each socket.
constexpr auto least_time_for_a_question = std::chrono::milliseconds(5);

// What reading accounts and hashes needs. PAM's modules are the administrator's: they keep what such modules use, and
// may start programs.
SandboxRules rules_of(const SystemUserOptions& options) {
  SandboxRules rules;
  // Where accounts, hashes and shells are told, also by name services that add to them.
  rules.readable = {"/etc", "/run", "/var/lib/extrausers", "/var/db"};
  // Their directories, as a change puts another file in the place of the old one.
  for (const std::string& file : {options.passwd_file, options.group_file, options.shadow_file, options.shells_file})
    if (!file.empty()) rules.readable.push_back(std::filesystem::absolute(file).parent_path());
  rules.connects = false;
  rules.capabilities = {CAP_DAC_READ_SEARCH};
  if (options.passwords == SystemUserOptions::Passwords::pam) {
    rules.layers = {SandboxLayer::capabilities};
    for (const int capability : {CAP_AUDIT_WRITE, CAP_CHOWN, CAP_DAC_OVERRIDE, CAP_FOWNER, CAP_SETGID, CAP_SETUID})
      rules.capabilities.push_back(capability);
  }
  return rules;
}

class LoginProcess {
 public:
  explicit LoginProcess(const SystemUserOptions& options) : check_(options) {}

  // Until the server hangs up, or says something that is no question.
  void answer_questions(int socket, UserProcesses& users) const {
    while (auto packet = receive_packet(socket, largest_question)) {
      const auto next = std::chrono::steady_clock::now() + least_time_for_a_question;
      const auto question = decode_question(*packet);
      ::explicit_bzero(packet->data(), packet->size());
      if (!question) return;
      Descriptor channel;
      const LoginVerdict verdict = let_in(*question, users, channel);
      std::this_thread::sleep_until(next);
      if (!send_packet(socket, encode_answer(verdict), {}, channel.get())) return;
    }
  }

 private:
  LoginVerdict let_in(const LoginRequest& request, UserProcesses& users, Descriptor& channel) const {
    const auto found = check_.check(request);
    if (!found) return std::unexpected(found.error());
    const SystemUserOptions& options = check_.options();
    channel = users.open({.identity = found->identity,
                          .root = options.confined ? found->home : "/",
                          .clear = options.clear_left_overs ? found->home : ""});
    if (!channel) return std::unexpected(AuthErrc::unavailable);
    return LetIn{.home = found->home, .anonymous = found->anonymous};
  }

  const LoginCheck check_;
};

}  // namespace

void run_login_process(const SystemUserOptions& options, const std::vector<int>& sockets) {
  // First: it is to have nothing of what comes next.
  UserProcesses users;
  enter_sandbox(rules_of(options));
  const LoginProcess process(options);
  std::vector<std::jthread> threads;
  threads.reserve(sockets.size());
  for (const int socket : sockets)
    threads.emplace_back(
        [&process, &users, owned = Descriptor(socket)] { process.answer_questions(owned.get(), users); });
}

}  // namespace ferry
