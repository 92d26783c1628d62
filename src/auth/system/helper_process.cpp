#include "auth/system/helper_process.hpp"

#include <sys/prctl.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <system_error>

namespace ferry {

namespace {

void close_all_but(std::vector<int> kept) {
  std::ranges::sort(kept);
  unsigned next = STDERR_FILENO + 1;
  for (const int fd : kept) {
    if (next < static_cast<unsigned>(fd)) ::close_range(next, static_cast<unsigned>(fd) - 1, 0);
    next = static_cast<unsigned>(fd) + 1;
  }
  ::close_range(next, ~0u, 0);
}

}  // namespace

void become_helper(const char* name, std::vector<int> kept) {
  ::prctl(PR_SET_NAME, name);
  sigset_t all;
  sigfillset(&all);
  ::pthread_sigmask(SIG_BLOCK, &all, nullptr);
  close_all_but(std::move(kept));
}

pid_t fork_or_throw() {
  const pid_t process = ::fork();
  if (process < 0) throw std::system_error(errno, std::generic_category(), "fork");
  return process;
}

}  // namespace ferry
