// A process for the files of each user who has logged in (user_process.hpp), started by one that does nothing else
// ("ferry-users"): it alone has the right to become others, has one thread, reads no passwords and talks to no network.
#pragma once

#include <sys/types.h>

#include <mutex>

#include "auth/system/user_home.hpp"
#include "base/descriptor.hpp"

namespace ferry {

// Thread-safe.
class UserProcesses {
 public:
  // Starts the one that starts the others. The calling process must be root, and have no other threads. Throws
  // std::system_error.
  UserProcesses();
  // Channels that are in use stay. Waits for the processes that have none, and a little for the others.
  ~UserProcesses();
  UserProcesses(const UserProcesses&) = delete;
  UserProcesses& operator=(const UserProcesses&) = delete;

  // A new channel to that user's process, which is started where there is none. None where that cannot be. Blocks, but
  // not for the home.
  Descriptor open(const UserHome& home);

 private:
  Descriptor socket_;
  pid_t process_ = -1;
  std::mutex mutex_;
};

}  // namespace ferry
