// The process that serves the files of one user, to all sessions of that user. It is that user for good, and confined
// to the home; what the user may do is for the kernel to say.
#pragma once

#include "auth/system/user_home.hpp"
#include "base/descriptor.hpp"

namespace ferry {

// To be called in a new process that has root's right to become another user. Serves `first`, and each channel that
// comes on `control`, until `control` is closed and all channels have ended. What ends, channels and the clearing of
// left-overs, is told on `control`, one packet each.
void run_user_process(const UserHome& home, Descriptor control, Descriptor first);

}  // namespace ferry
