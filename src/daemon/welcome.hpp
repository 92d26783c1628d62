// What a person who starts ferry sees: what is shared, where to connect, how to stop.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "options.hpp"

namespace ferry {

// What is known only after the start.
struct Started {
  std::uint16_t port = 0;
  std::uint16_t implicit_port = 0;     // 0: none
  std::vector<std::string> addresses;  // where this machine can be reached
  std::string certificate_file;
  std::string fingerprint;  // empty without TLS
  bool self_signed = false;
  std::string confined;  // the active layers of the sandbox
};

std::string welcome_text(const Options& options, const Started& started);

// The addresses that `interface` (as in Config) stands for, those of other machines' interest first; without link-local
// ones, which need a zone that URLs cannot carry.
std::vector<std::string> reachable_addresses(const std::string& interface);

}  // namespace ferry
