// The filter of system calls by its effect. Not in builds with sanitizers, which have none (seccomp.cpp).
#include <fcntl.h>
#include <grp.h>
#include <iconv.h>
#include <netinet/in.h>
#include <pwd.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include <linux/seccomp.h>
#include <sched.h>

#include <ctime>
#include <thread>

#include "unit/sandbox/probe.hpp"

namespace ferry::test {
namespace {

class Seccomp : public SandboxTest {
 protected:
  static SandboxRules rules() { return only(SandboxLayer::seccomp); }
  SandboxRules changing() const {
    SandboxRules result = rules();
    result.writable = {inside()};
    return result;
  }
};

TEST_F(Seccomp, EndsTheProcessAtWhatNoFileServerAsksFor) {
  const struct {
    const char* name;
    long number;
  } deadly[] = {{"execve", SYS_execve},
                {"execveat", SYS_execveat},
                {"ptrace", SYS_ptrace},
                {"process_vm_readv", SYS_process_vm_readv},
                {"process_vm_writev", SYS_process_vm_writev},
                {"mount", SYS_mount},
                {"umount2", SYS_umount2},
                {"move_mount", SYS_move_mount},
                {"open_tree", SYS_open_tree},
                {"fsopen", SYS_fsopen},
                {"pivot_root", SYS_pivot_root},
                {"chroot", SYS_chroot},
                {"unshare", SYS_unshare},
                {"setns", SYS_setns},
                {"bpf", SYS_bpf},
                {"init_module", SYS_init_module},
                {"finit_module", SYS_finit_module},
                {"delete_module", SYS_delete_module},
                {"kexec_load", SYS_kexec_load},
                {"perf_event_open", SYS_perf_event_open},
                {"userfaultfd", SYS_userfaultfd},
                {"io_uring_setup", SYS_io_uring_setup},
                {"open_by_handle_at", SYS_open_by_handle_at},
                {"reboot", SYS_reboot},
                {"keyctl", SYS_keyctl}};
  for (const auto& call : deadly)
    EXPECT_EQ(fate_of(rules(), [&] { return ::syscall(call.number, 0, 0, 0, 0, 0, 0); }), killed) << call.name;
}

TEST_F(Seccomp, KnowsNoCallThatItWasNotTold) {
  const Fate unknown = refused_with(ENOSYS);
  EXPECT_EQ(fate_of(rules(), [] { return ::fork(); }), unknown);
  EXPECT_EQ(fate_of(rules(), [] { return ::kill(::getppid(), 0); }), unknown);
  EXPECT_EQ(fate_of(rules(), [] { return ::setuid(0); }), unknown);
  EXPECT_EQ(fate_of(rules(), [] { return ::socket(AF_PACKET, SOCK_RAW, 0); }), refused_with(EAFNOSUPPORT));
  EXPECT_EQ(fate_of(rules(), [] { return ::socket(AF_NETLINK, SOCK_RAW, 0); }), refused_with(EAFNOSUPPORT));
  EXPECT_EQ(fate_of(rules(), [] { return ::socket(AF_INET, SOCK_RAW, IPPROTO_ICMP); }), unknown);
  EXPECT_EQ(fate_of(rules(), [] { return ::socket(AF_INET, SOCK_DGRAM, 0); }), unknown);
  EXPECT_EQ(fate_of(rules(), [&] { return ::mkfifo(inside("fifo").c_str(), 0600); }), unknown);
}

TEST_F(Seccomp, LetsNoMemoryBecomeCode) {
  const auto map = [](int protection) {
    void* const memory = ::mmap(nullptr, 4096, protection, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return memory == MAP_FAILED ? nullptr : memory;
  };
  EXPECT_EQ(fate_of(rules(), [&] { return map(PROT_READ | PROT_WRITE) ? 0 : -1; }), succeeded);
  EXPECT_EQ(fate_of(rules(), [&] { return map(PROT_READ | PROT_WRITE | PROT_EXEC) ? 0 : -1; }), refused_with(ENOSYS));
  EXPECT_EQ(fate_of(rules(), [&] { return ::mprotect(map(PROT_READ | PROT_WRITE), 4096, PROT_READ | PROT_EXEC); }),
            refused_with(ENOSYS));
}

TEST_F(Seccomp, ChangesNothingWhereNothingIsToBeChanged) {
  const auto remove = [&] { return ::unlink(inside("file").c_str()); };
  EXPECT_EQ(fate_of(rules(), remove), refused_with(ENOSYS));
  EXPECT_EQ(fate_of(changing(), remove), succeeded);
}

TEST_F(Seccomp, LetsThreadsActAsOthersOnlyWhereTheyHaveTo) {
  const auto act = [] { return ::syscall(SYS_setresuid, -1, -1, -1); };
  EXPECT_EQ(fate_of(rules(), act), refused_with(ENOSYS));
  SandboxRules acting = rules();
  acting.acts_as_others = true;
  EXPECT_EQ(fate_of(acting, act), succeeded);
}

// The new process may confine itself further, and make namespaces no more than the old one.
TEST_F(Seccomp, LetsProcessesBeMadeOnlyWhereTheyHaveToBe) {
  const auto make = [](auto what) {
    return [what] {
      const pid_t child = ::fork();
      if (child < 0) return -1L;
      if (child == 0) ::_exit(what() ? 0 : 1);
      int status = -1;
      ::waitpid(child, &status, 0);
      errno = WEXITSTATUS(status);
      return status == 0 ? 0L : -1L;
    };
  };
  const auto nothing = [] { return true; };
  EXPECT_EQ(fate_of(rules(), make(nothing)), refused_with(ENOSYS));
  SandboxRules forking = rules();
  forking.forks = true;
  EXPECT_EQ(fate_of(forking, make(nothing)), succeeded);
  const auto confined = [] {
    enter_sandbox(SandboxRules());
    return ::fork() < 0 && errno == ENOSYS;
  };
  EXPECT_EQ(fate_of(forking, make(confined)), succeeded);
  EXPECT_EQ(fate_of(forking, [] { return ::syscall(SYS_clone, CLONE_NEWNET | SIGCHLD, 0, 0, 0, 0); }),
            refused_with(ENOSYS));
}

TEST_F(Seccomp, HoldsForThreadsThatBeginLater) {
  EXPECT_EQ(fate_of(rules(),
                    [] {
                      std::thread([] { ::syscall(SYS_unshare, 0); }).join();
                      return 0;
                    }),
            killed);
}

TEST_F(Seccomp, LeavesTheLibrariesWhatTheyNeed) {
  EXPECT_EQ(fate_of(rules(), [] { return ::getpwuid(0) && ::getgrgid(0) ? 0 : -1; }), succeeded);
  EXPECT_EQ(fate_of(rules(), [] { return ::iconv_open("UTF-8", "KOI8-R") == reinterpret_cast<iconv_t>(-1) ? -1 : 0; }),
            succeeded);
  EXPECT_EQ(fate_of(rules(),
                    [] {
                      const std::time_t now = 0;
                      return std::localtime(&now) ? 0 : -1;
                    }),
            succeeded);
  EXPECT_EQ(fate_of(rules(), [] { return ::socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0); }),
            succeeded);
  EXPECT_EQ(fate_of(rules(),
                    [] {
                      ::abort();
                      return 0;
                    }),
            (Fate{.signal = SIGABRT}));
}

}  // namespace
}  // namespace ferry::test
