// The layers of ferry/sandbox.hpp, one file each. Each function that enters one says what became of it.
#pragma once

#include <cstdint>

#include <ferry/sandbox.hpp>

#include "base/descriptor.hpp"

namespace ferry {

// capabilities.cpp. The bounding set goes first, as that needs a capability which a change of the user takes away.
void drop_bounding_set(const SandboxRules& rules);
LayerState drop_capabilities(const SandboxRules& rules);

// no_new_privs.cpp
LayerState set_no_new_privs();

// landlock.cpp
class Landlock {
 public:
  // 0 where this kernel has none.
  static int abi();
  static LayerState offered();

  // Opens what the rules name, so it is made with the rights that the process begins with.
  explicit Landlock(const SandboxRules& rules);
  LayerState enter() const;

 private:
  int error_ = 0;  // errno of what failed
  Descriptor ruleset_;
};

// seccomp.cpp
LayerState seccomp_offered();
LayerState enter_seccomp(const SandboxRules& rules);

}  // namespace ferry
