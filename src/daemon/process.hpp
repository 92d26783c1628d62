// Settings of the process as a whole.
#pragma once

namespace ferry {

// Each session needs up to three file descriptors, and the soft limit is 1024 on most systems for the sake of programs
// that use select(); ferry does not, and takes what the administrator allows.
void raise_file_limit();

}  // namespace ferry
