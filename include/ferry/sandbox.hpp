// Gives up, for good and for the whole process, the rights that serving does not need (Linux):
//
//     server.bind();
//     ferry::SandboxRules rules;
//     rules.readable = {"/srv/ftp", "/etc/ferry/tls"};
//     for (const ferry::LayerState& layer : ferry::enter_sandbox(rules)) log(layer.text);
//     server.start();
//
// Four layers, each of which holds without the others: capabilities(7) are taken off; no_new_privs keeps them from
// coming back by a program with set-user-ID; Landlock leaves the trees and ports that the rules name; seccomp(2) leaves
// the system calls that a file server makes, and ends the process at one that only a burglar makes (starting a program,
// tracing, mounting, loading code into the kernel, new namespaces).
//
// What is open stays open: ports are bound and logs opened before. Meant for a program that serves and does little
// else, since it is the whole process that is confined.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <ferry/address.hpp>
#include <ferry/export.hpp>
#include <ferry/unix_identity.hpp>

namespace FERRY_API ferry {

enum class SandboxLayer : std::uint8_t { capabilities, no_new_privs, landlock, seccomp };

// "capabilities", "no_new_privs", "landlock", "seccomp".
std::string_view name_of(SandboxLayer layer);

struct SandboxRules {
  // Files, and trees as they are below a directory. What does not exist is left out. What the C library reads on its
  // way (locales, time zones, names of users, libraries) is there in any case.
  std::vector<std::string> readable;
  std::vector<std::string> writable;   // also readable
  std::vector<std::string> removable;  // directories in which files may be removed, and nothing else
  std::vector<PortRange> bind_ports;   // where the kernel's Landlock knows ports; 0 is "one that the kernel chooses"
  bool connects = true;                // whether the process makes connections (active data connections)
  std::vector<int> capabilities;       // to keep, where the process has them: numbers of <linux/capability.h>
  bool acts_as_others = false;         // threads take on the identities of users (unix_identity.hpp)
  bool forks = false;                  // makes processes, which confine themselves further
  std::optional<UnixIdentity> become;  // the user to be from now on; needs root
  std::vector<SandboxLayer> layers = {SandboxLayer::capabilities, SandboxLayer::no_new_privs, SandboxLayer::landlock,
                                      SandboxLayer::seccomp};
};

struct LayerState {
  SandboxLayer layer;
  bool active;
  std::string text;  // one line: "landlock (ABI 7): files and ports", or why it is not active
};

// Enters the layers that `rules` name, and says of each what became of it; one that the kernel or the build lacks is
// not active, and the others are entered all the same. Throws std::system_error where `rules.become` cannot be
// fulfilled, and std::logic_error where the process has other threads, which would stay outside.
std::vector<LayerState> enter_sandbox(const SandboxRules& rules);

// Which layers there would be, without entering any.
std::vector<LayerState> sandbox_layers();

}  // namespace ferry
