// Processes that are made by fork() for one purpose, which run this program's code and nothing else.
#pragma once

#include <sys/types.h>
#include <unistd.h>

#include <vector>

namespace ferry {

// In the new process: its name, no descriptors but the standard ones and `kept`, and no signals. The server ends it;
// whatever is sent to all processes of a terminal is for the server.
void become_helper(const char* name, std::vector<int> kept);

// In the old one: the new process, or std::system_error. The old one should have no other threads, whose locks the new
// one would find closed. `run` is all that the new one does; an exception ends it, too.
pid_t fork_or_throw();
template <typename Run>
pid_t start_helper(const char* name, const std::vector<int>& kept, Run run) {
  const pid_t process = fork_or_throw();
  if (process != 0) return process;
  try {
    become_helper(name, kept);
    run();
  } catch (...) {
    ::_exit(1);
  }
  ::_exit(0);
}

}  // namespace ferry
