// call_within PROCESS CALL [ARGUMENT...]: has the first thread of another process make one system call, as somebody
// would who has taken that process over, and prints what comes of it: a number, the name of an error, or "killed".
// An argument is a number, text:SOMETHING, or port:NUMBER for an address of this machine. The thread goes on with what
// it was doing. Needs root, and a processor of the kind x86-64.
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>

namespace {

struct Call {
  std::string_view name;
  long number;
};
constexpr std::array calls{
    Call{"bind", SYS_bind},         Call{"chroot", SYS_chroot},      Call{"connect", SYS_connect},
    Call{"execve", SYS_execve},     Call{"kill", SYS_kill},          Call{"mount", SYS_mount},
    Call{"openat", SYS_openat},     Call{"ptrace", SYS_ptrace},      Call{"socket", SYS_socket},
    Call{"unlinkat", SYS_unlinkat}, Call{"setresuid", SYS_setresuid}};

long number_of(std::string_view name) {
  for (const Call& call : calls)
    if (call.name == name) return call.number;
  throw std::invalid_argument("no such call: " + std::string(name));
}

void check(long result, const char* what) {
  if (result < 0) throw std::system_error(errno, std::generic_category(), what);
}

class Killed {};

class Thread {
 public:
  explicit Thread(pid_t id) : id_(id) {
    check(::ptrace(PTRACE_SEIZE, id_, nullptr, nullptr), "PTRACE_SEIZE");
    for (int attempts = 0; !stop_at_system_call(); ++attempts) {
      if (attempts == 1000) throw std::runtime_error("it makes no system calls");
      check(::ptrace(PTRACE_CONT, id_, nullptr, nullptr), "PTRACE_CONT");
      ::usleep(1000);
    }
  }

  // Puts octets below the stack, and returns where.
  unsigned long long put(const void* octets, std::size_t size) {
    free_ = (free_ ? free_ : before_.rsp - 4096) - ((size + 15) & ~std::size_t{15});
    const int memory = ::open(("/proc/" + std::to_string(id_) + "/mem").c_str(), O_WRONLY | O_CLOEXEC);
    check(memory, "/proc/PROCESS/mem");
    check(::pwrite(memory, octets, size, static_cast<off_t>(free_)), "/proc/PROCESS/mem");
    ::close(memory);
    return free_;
  }

  long make(long call, const std::array<unsigned long long, 6>& arguments) {
    user_regs_struct now = before_;
    now.rip = instruction_;
    now.rax = static_cast<unsigned long long>(call);
    now.rdi = arguments[0];
    now.rsi = arguments[1];
    now.rdx = arguments[2];
    now.r10 = arguments[3];
    now.r8 = arguments[4];
    now.r9 = arguments[5];
    check(::ptrace(PTRACE_SETREGS, id_, nullptr, &now), "PTRACE_SETREGS");
    check(::ptrace(PTRACE_SINGLESTEP, id_, nullptr, nullptr), "PTRACE_SINGLESTEP");
    wait();
    check(::ptrace(PTRACE_GETREGS, id_, nullptr, &now), "PTRACE_GETREGS");
    return static_cast<long>(now.rax);
  }

  // Back to what it was doing.
  void let_go() {
    check(::ptrace(PTRACE_SETREGS, id_, nullptr, &before_), "PTRACE_SETREGS");
    check(::ptrace(PTRACE_DETACH, id_, nullptr, nullptr), "PTRACE_DETACH");
  }

 private:
  static constexpr auto none = static_cast<unsigned long long>(-1);

  // Whether it stands before or behind the instruction of a system call.
  bool stop_at_system_call() {
    check(::ptrace(PTRACE_INTERRUPT, id_, nullptr, nullptr), "PTRACE_INTERRUPT");
    wait();
    check(::ptrace(PTRACE_GETREGS, id_, nullptr, &before_), "PTRACE_GETREGS");
    const bool behind = before_.orig_rax != none;
    instruction_ = behind ? before_.rip - 2 : before_.rip;
    // What was interrupted (ERESTARTSYS and its like, which only the kernel sees) is made again.
    const auto result = static_cast<long>(before_.rax);
    if (behind && result <= -512 && result >= -516) {
      before_.rip = instruction_;
      before_.rax = before_.orig_rax;
    }
    before_.orig_rax = none;
    errno = 0;
    const long octets = ::ptrace(PTRACE_PEEKTEXT, id_, instruction_, nullptr);
    return errno == 0 && (octets & 0xffff) == 0x050f;
  }

  void wait() {
    int status = 0;
    check(::waitpid(id_, &status, __WALL), "waitpid");
    if (!WIFSTOPPED(status)) throw Killed();
  }

  const pid_t id_;
  user_regs_struct before_{};
  unsigned long long instruction_ = 0;
  unsigned long long free_ = 0;
};

unsigned long long argument_of(Thread& thread, std::string_view text) {
  if (text.starts_with("text:")) {
    const std::string value(text.substr(5));
    return thread.put(value.c_str(), value.size() + 1);
  }
  if (text.starts_with("port:")) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<std::uint16_t>(std::stoul(std::string(text.substr(5)))));
    return thread.put(&address, sizeof address);
  }
  return static_cast<unsigned long long>(std::stoll(std::string(text), nullptr, 0));
}

}  // namespace

int main(int count, char** words) try {
  if (count < 3 || count > 9) throw std::invalid_argument("call_within PROCESS CALL [ARGUMENT...]");
  const long call = number_of(words[2]);
  Thread thread(std::stoi(words[1]));
  std::array<unsigned long long, 6> arguments{};
  for (int i = 3; i < count; ++i) arguments[static_cast<std::size_t>(i) - 3] = argument_of(thread, words[i]);
  const long result = thread.make(call, arguments);
  thread.let_go();
  if (result < 0)
    std::puts(::strerrorname_np(static_cast<int>(-result)));
  else
    std::printf("%ld\n", result);
  return 0;
} catch (const Killed&) {
  std::puts("killed");
  return 0;
} catch (const std::exception& error) {
  std::fprintf(stderr, "call_within: %s\n", error.what());
  return 1;
}
