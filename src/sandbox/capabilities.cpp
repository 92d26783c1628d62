// Capabilities: the parts of root's power (capabilities(7)). Those that the rules do not name go from every set.
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include <fmt/format.h>

#include "sandbox/layers.hpp"

namespace ferry {

namespace {

constexpr std::array<std::string_view, CAP_LAST_CAP + 1> capability_names{"chown",
                                                                          "dac_override",
                                                                          "dac_read_search",
                                                                          "fowner",
                                                                          "fsetid",
                                                                          "kill",
                                                                          "setgid",
                                                                          "setuid",
                                                                          "setpcap",
                                                                          "linux_immutable",
                                                                          "net_bind_service",
                                                                          "net_broadcast",
                                                                          "net_admin",
                                                                          "net_raw",
                                                                          "ipc_lock",
                                                                          "ipc_owner",
                                                                          "sys_module",
                                                                          "sys_rawio",
                                                                          "sys_chroot",
                                                                          "sys_ptrace",
                                                                          "sys_pacct",
                                                                          "sys_admin",
                                                                          "sys_boot",
                                                                          "sys_nice",
                                                                          "sys_resource",
                                                                          "sys_time",
                                                                          "sys_tty_config",
                                                                          "mknod",
                                                                          "lease",
                                                                          "audit_write",
                                                                          "audit_control",
                                                                          "setfcap",
                                                                          "mac_override",
                                                                          "mac_admin",
                                                                          "syslog",
                                                                          "wake_alarm",
                                                                          "block_suspend",
                                                                          "audit_read",
                                                                          "perfmon",
                                                                          "bpf",
                                                                          "checkpoint_restore"};

using Sets = std::array<__user_cap_data_struct, _LINUX_CAPABILITY_U32S_3>;

bool is_kept(const SandboxRules& rules, int capability) {
  if (rules.acts_as_others && (capability == CAP_SETUID || capability == CAP_SETGID)) return true;
  return std::ranges::find(rules.capabilities, capability) != rules.capabilities.end();
}

bool get(Sets& sets) {
  __user_cap_header_struct header{.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
  return ::syscall(SYS_capget, &header, sets.data()) == 0;
}

bool set(const Sets& sets) {
  __user_cap_header_struct header{.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
  return ::syscall(SYS_capset, &header, sets.data()) == 0;
}

}  // namespace

void drop_bounding_set(const SandboxRules& rules) {
  // The kernel may know more of them than the headers did. Without CAP_SETPCAP nothing happens; then there is nothing
  // to bound either, once no_new_privs is set.
  for (int capability = 0; ::prctl(PR_CAPBSET_READ, capability, 0, 0, 0) >= 0; ++capability)
    if (!is_kept(rules, capability)) ::prctl(PR_CAPBSET_DROP, capability, 0, 0, 0);
}

LayerState drop_capabilities(const SandboxRules& rules) {
  LayerState state{.layer = SandboxLayer::capabilities, .active = false, .text = {}};
  Sets sets{};
  std::string kept;
  ::prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
  if (get(sets)) {
    for (std::size_t word = 0; word < sets.size(); ++word) {
      std::uint32_t mask = 0;
      for (unsigned bit = 0; bit < 32; ++bit) {
        const std::size_t capability = word * 32 + bit;
        if (!is_kept(rules, static_cast<int>(capability)) || (sets[word].permitted >> bit & 1u) == 0) continue;
        mask |= 1u << bit;
        kept += fmt::format("{}{}", kept.empty() ? "" : ", ", capability_names.at(capability));
      }
      sets[word] = {.effective = mask, .permitted = mask, .inheritable = 0};
    }
    state.active = set(sets);
  }
  state.text = state.active ? fmt::format("capabilities: {}", kept.empty() ? "none" : kept)
                            : fmt::format("capabilities: refused ({})", std::strerror(errno));
  return state;
}

}  // namespace ferry
