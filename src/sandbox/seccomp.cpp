// seccomp: which system calls the kernel still answers (seccomp(2)).
//
// What is not in the lists is answered as by a kernel that has no such call, for which every library has another way;
// what only a burglar asks for ends the process. A few calls depend on their arguments. The filter is inherited by
// every thread that is started later.
#include <cerrno>
#include <cstring>

#include "sandbox/layers.hpp"
#include "sandbox/sanitizers.hpp"

#if defined(FERRY_HAS_SECCOMP) && !defined(FERRY_SANITIZED)

#include <sched.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/seccomp.h>
#include <linux/sockios.h>

#include <initializer_list>
#include <memory>
#include <span>
#include <vector>

#include <fmt/format.h>

#include "sandbox/system_calls.hpp"

namespace ferry {

namespace {

// In newer headers only.
constexpr scmp_datum_t new_time_namespace = 0x80, new_cgroup_namespace = 0x0200'0000;
constexpr scmp_datum_t name_memory = 0x53564d41;  // PR_SET_VMA
constexpr scmp_datum_t any_namespace = new_time_namespace | new_cgroup_namespace | CLONE_NEWNS | CLONE_NEWUTS |
                                       CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET;

class Filter {
 public:
  Filter() : context_(::seccomp_init(SCMP_ACT_ERRNO(ENOSYS))) {
    if (!context_) error_ = ENOMEM;
    set(SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
    set(SCMP_FLTATR_CTL_LOG, 1);  // to the audit log, where sysctl kernel.seccomp.actions_logged says so
    set(SCMP_FLTATR_CTL_OPTIMIZE, 2);
  }

  void add(std::uint32_t action, std::span<const char* const> names) {
    for (const char* const name : names) add(action, name);
  }
  void add(std::uint32_t action, const char* name, const std::vector<scmp_arg_cmp>& arguments = {}) {
    const int call = ::seccomp_syscall_resolve_name(name);
    if (error_ != 0 || call == __NR_SCMP_ERROR) return;
    const int status = ::seccomp_rule_add_array(context_.get(), action, call, static_cast<unsigned>(arguments.size()),
                                                arguments.data());
    // A call that this architecture does not have (-EDOM) needs no rule.
    if (status != 0 && status != -EDOM) error_ = -status;
  }

  // 0, or errno.
  int load() {
    if (error_ != 0) return error_;
    return -::seccomp_load(context_.get());
  }

 private:
  void set(scmp_filter_attr attribute, std::uint32_t value) {
    if (error_ == 0)
      ::seccomp_attr_set(context_.get(), attribute, value);  // none of them is needed for the filter to hold
  }

  std::unique_ptr<void, decltype([](void* context) { ::seccomp_release(context); })> context_;
  int error_ = 0;
};

using Values = std::initializer_list<scmp_datum_t>;

scmp_arg_cmp equal(unsigned argument, scmp_datum_t value) {
  return {.arg = argument, .op = SCMP_CMP_EQ, .datum_a = value, .datum_b = 0};
}
scmp_arg_cmp masked(unsigned argument, scmp_datum_t mask, scmp_datum_t value) {
  return {.arg = argument, .op = SCMP_CMP_MASKED_EQ, .datum_a = mask, .datum_b = value};
}

// socket(): streams of the Internet, and local ones, over which the C library asks for names of users.
void add_sockets(Filter& filter) {
  constexpr scmp_datum_t type = 0xf;
  for (const scmp_datum_t family : Values{AF_INET, AF_INET6})
    filter.add(SCMP_ACT_ALLOW, "socket", {equal(0, family), masked(1, type, SOCK_STREAM)});
  filter.add(SCMP_ACT_ALLOW, "socket", {equal(0, AF_UNIX)});
  // The others are answered as by a kernel without them: libraries ask for some and can do without.
  const std::uint32_t unknown = SCMP_ACT_ERRNO(EAFNOSUPPORT);
  for (scmp_datum_t family = 0; family < AF_INET6; ++family)
    if (family != AF_UNIX && family != AF_INET) filter.add(unknown, "socket", {equal(0, family)});
  filter.add(unknown, "socket", {{.arg = 0, .op = SCMP_CMP_GT, .datum_a = AF_INET6, .datum_b = 0}});
}

// Memory is writable or executable, never both, and never becomes executable; libraries that are loaded late are mapped
// so from the beginning.
void add_memory(Filter& filter) {
  constexpr scmp_datum_t both = PROT_WRITE | PROT_EXEC;
  for (const char* const call : {"mmap", "mmap2"})
    for (const scmp_datum_t protection : Values{0, PROT_WRITE, PROT_EXEC})
      filter.add(SCMP_ACT_ALLOW, call, {masked(2, both, protection)});
  filter.add(SCMP_ACT_ALLOW, "mprotect", {masked(2, PROT_EXEC, 0)});
}

// Threads, but no processes and no namespaces. What clone3 is asked for cannot be seen; the C library falls back.
void add_threads(Filter& filter) {
  filter.add(SCMP_ACT_ALLOW, "clone", {masked(0, CLONE_THREAD | any_namespace, CLONE_THREAD)});
  filter.add(SCMP_ACT_ALLOW, "tgkill", {equal(0, static_cast<scmp_datum_t>(::getpid()))});
  filter.add(SCMP_ACT_ALLOW, "prlimit64", {equal(2, 0)});  // ask, not set
  for (const scmp_datum_t option : Values{PR_SET_NAME, PR_GET_NAME})
    filter.add(SCMP_ACT_ALLOW, "prctl", {equal(0, option)});
  filter.add(SCMP_ACT_ALLOW, "prctl", {equal(0, name_memory)});
}

void add_controls(Filter& filter) {
  for (const scmp_datum_t request : Values{FIONREAD, FIONBIO, SIOCOUTQ, TCGETS, TIOCGWINSZ})
    filter.add(SCMP_ACT_ALLOW, "ioctl", {equal(1, request)});
}

LayerState state_of(bool active, std::string text) {
  return {.layer = SandboxLayer::seccomp, .active = active, .text = std::move(text)};
}

}  // namespace

LayerState seccomp_offered() {
  const std::uint32_t action = SECCOMP_RET_KILL_PROCESS;
  if (::syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action) == 0) return state_of(true, "seccomp");
  return state_of(false, "seccomp: not in this kernel (it needs CONFIG_SECCOMP_FILTER, Linux 4.14)");
}

LayerState enter_seccomp(const SandboxRules& rules) {
  LayerState state = seccomp_offered();
  if (!state.active) return state;
  Filter filter;
  filter.add(SCMP_ACT_KILL_PROCESS, system_calls::deadly);
  filter.add(SCMP_ACT_ALLOW, system_calls::serving);
  if (!rules.writable.empty() || !rules.removable.empty()) filter.add(SCMP_ACT_ALLOW, system_calls::changing);
  if (rules.acts_as_others) filter.add(SCMP_ACT_ALLOW, system_calls::acting_as_others);
  if (rules.forks) {
    filter.add(SCMP_ACT_ALLOW, system_calls::confining);
    filter.add(SCMP_ACT_ALLOW, "clone", {masked(0, CLONE_THREAD | any_namespace, 0)});
  }
  add_sockets(filter);
  add_memory(filter);
  add_threads(filter);
  add_controls(filter);
  if (const int error = filter.load(); error != 0)
    return state_of(false, fmt::format("seccomp: refused ({})", std::strerror(error)));
  return state;
}

}  // namespace ferry

#else

namespace ferry {

// The leak detector of the sanitizers traces the process that it looks at, from a process that it starts.
#ifdef FERRY_SANITIZED
constexpr auto reason = "seccomp: not in a build with sanitizers";
#else
constexpr auto reason = "seccomp: not in this build (build with libseccomp-dev)";
#endif

LayerState seccomp_offered() { return {.layer = SandboxLayer::seccomp, .active = false, .text = reason}; }
LayerState enter_seccomp(const SandboxRules&) { return seccomp_offered(); }

}  // namespace ferry

#endif
