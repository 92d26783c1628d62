// The order of the layers: see ferry/sandbox.hpp.
#include <ferry/sandbox.hpp>

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <iterator>
#include <stdexcept>
#include <system_error>
#include <utility>

#include <grp.h>

#include "sandbox/layers.hpp"
#include "sandbox/sanitizers.hpp"

namespace ferry {

namespace {

// The thread sanitizer has a thread of its own.
constexpr std::ptrdiff_t threads_of_one_that_is_alone = has_thread_sanitizer ? 2 : 1;

// Rights are those of a thread; the others would keep theirs.
void check_alone() {
  std::error_code error;
  const std::filesystem::directory_iterator threads("/proc/self/task", error);
  if (!error && std::distance(begin(threads), end(threads)) > threads_of_one_that_is_alone)
    throw std::logic_error("enter_sandbox: the process has several threads already");
}

void become(const UnixIdentity& identity) {
  const auto refused = [](const char* what) { throw std::system_error(errno, std::generic_category(), what); };
  // Groups first: without root's rights they could not be changed any more.
  if (::setgroups(identity.groups.size(), identity.groups.data()) != 0) refused("setgroups");
  if (::setresgid(identity.group, identity.group, identity.group) != 0) refused("setresgid");
  if (::setresuid(identity.user, identity.user, identity.user) != 0) refused("setresuid");
  if (identity.user != 0 && ::setuid(0) == 0) throw std::logic_error("enter_sandbox: the way back to root is open");
}

}  // namespace

std::string_view name_of(SandboxLayer layer) {
  switch (layer) {
    case SandboxLayer::capabilities:
      return "capabilities";
    case SandboxLayer::no_new_privs:
      return "no_new_privs";
    case SandboxLayer::landlock:
      return "landlock";
    case SandboxLayer::seccomp:
      return "seccomp";
  }
  std::unreachable();
}

std::vector<LayerState> sandbox_layers() {
  return {{.layer = SandboxLayer::capabilities, .active = true, .text = "capabilities"},
          {.layer = SandboxLayer::no_new_privs, .active = true, .text = "no_new_privs"},
          Landlock::offered(),
          seccomp_offered()};
}

std::vector<LayerState> enter_sandbox(const SandboxRules& rules) {
  check_alone();
  const auto wanted = [&](SandboxLayer layer) { return std::ranges::find(rules.layers, layer) != rules.layers.end(); };
  std::vector<LayerState> states;
  // What has to be opened or asked for with the rights of the beginning comes first; the system calls that all of this
  // needs go last.
  std::optional<Landlock> landlock;
  if (wanted(SandboxLayer::landlock)) landlock.emplace(rules);
  if (wanted(SandboxLayer::capabilities)) drop_bounding_set(rules);
  if (rules.become) become(*rules.become);
  if (wanted(SandboxLayer::capabilities)) states.push_back(drop_capabilities(rules));
  if (wanted(SandboxLayer::no_new_privs)) states.push_back(set_no_new_privs());
  if (landlock) states.push_back(landlock->enter());
  if (wanted(SandboxLayer::seccomp)) states.push_back(enter_seccomp(rules));
  return states;
}

}  // namespace ferry
