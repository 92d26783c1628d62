// no_new_privs: no program that this process could start has more rights than it has (prctl(2)). Landlock and seccomp
// ask for it where the process is not root.
#include <sys/prctl.h>

#include "sandbox/layers.hpp"

namespace ferry {

LayerState set_no_new_privs() {
  const bool done = ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0;
  return {.layer = SandboxLayer::no_new_privs, .active = done, .text = done ? "no_new_privs" : "no_new_privs: refused"};
}

}  // namespace ferry
