#include "storage/local/credentials.hpp"

#include <linux/capability.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>

namespace ferry {

namespace {

constexpr auto keep = static_cast<unsigned>(-1);

// The calls with 32-bit ids have names of their own where there were 16-bit ones before.
#ifdef SYS_setresuid32
constexpr long set_user_call = SYS_setresuid32;
constexpr long set_group_call = SYS_setresgid32;
constexpr long set_groups_call = SYS_setgroups32;
#else
constexpr long set_user_call = SYS_setresuid;
constexpr long set_group_call = SYS_setresgid;
constexpr long set_groups_call = SYS_setgroups;
#endif

[[noreturn]] void give_up(const char* what) {
  std::fprintf(stderr, "ferry: a thread cannot %s; going on would mean to act as the wrong user\n", what);
  std::abort();
}

bool set_user(uid_t user) { return ::syscall(set_user_call, keep, user, keep) == 0; }
bool set_group(gid_t group) { return ::syscall(set_group_call, keep, group, keep) == 0; }
bool set_groups(const std::vector<gid_t>& groups) {
  return ::syscall(set_groups_call, groups.size(), groups.data()) == 0;
}

struct Capabilities {
  __user_cap_data_struct sets[_LINUX_CAPABILITY_U32S_3]{};

  bool get() {
    __user_cap_header_struct header{.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
    return ::syscall(SYS_capget, &header, sets) == 0;
  }
  bool set() const {
    __user_cap_header_struct header{.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
    return ::syscall(SYS_capset, &header, sets) == 0;
  }
};

bool take_off_capabilities() {
  Capabilities own;
  if (!own.get()) return false;
  for (auto& set : own.sets) set.effective = 0;
  return own.set();
}

std::vector<gid_t> groups_of_thread() {
  std::vector<gid_t> groups(static_cast<std::size_t>(std::max(::getgroups(0, nullptr), 0)));
  const int count = ::getgroups(static_cast<int>(groups.size()), groups.data());
  groups.resize(static_cast<std::size_t>(std::max(count, 0)));
  return groups;
}

}  // namespace

ActingAs::ActingAs(const UnixIdentity& identity) : own_group_(::getegid()), own_groups_(groups_of_thread()) {
  Capabilities own;
  if (::geteuid() != 0 || !own.get()) give_up("act as another user without being root");
  own_capabilities_[0] = own.sets[0].effective;
  own_capabilities_[1] = own.sets[1].effective;
  // Groups first: without root's rights they could not be changed any more.
  if (!set_groups(identity.groups) || !set_group(identity.group) || !set_user(identity.user) ||
      !take_off_capabilities())
    give_up("take on a user's identity");
}

ActingAs::~ActingAs() {
  Capabilities own;
  if (!set_user(0) || !own.get()) give_up("take off a user's identity");
  own.sets[0].effective = own_capabilities_[0];
  own.sets[1].effective = own_capabilities_[1];
  if (!own.set() || !set_group(own_group_) || !set_groups(own_groups_)) give_up("take off a user's identity");
}

bool may_act_as_others() {
  Capabilities own;
  constexpr std::uint32_t needed = 1u << CAP_SETUID | 1u << CAP_SETGID;
  return ::geteuid() == 0 && own.get() && (own.sets[0].effective & needed) == needed;
}

bool may_write_more_than_users() {
  Capabilities own;
  constexpr std::uint32_t more = 1u << CAP_FSETID | 1u << CAP_SYS_RESOURCE;
  return ::geteuid() == 0 || !own.get() || (own.sets[0].effective & more) != 0;
}

}  // namespace ferry
