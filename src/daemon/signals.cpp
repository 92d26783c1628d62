#include "signals.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <system_error>

#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

namespace ferry {

Signals::Signals() {
  std::signal(SIGPIPE, SIG_IGN);  // a peer that hung up is an error code of the write, not the end of the server
  std::signal(SIGXFSZ, SIG_IGN);  // so is a file beyond the limit of `ulimit -f`
  sigset_t set;
  sigemptyset(&set);
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&set, number);
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  signals_ = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
  finished_ = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (signals_ < 0 || finished_ < 0) throw std::system_error(errno, std::generic_category(), "signalfd");
  on_terminal_ = isatty(STDIN_FILENO) == 1;
}

Signals::~Signals() {
  if (signals_ >= 0) close(signals_);
  if (finished_ >= 0) close(finished_);
}

Signals::Event Signals::wait() {
  for (;;) {
    std::array<pollfd, 2> waiting{{{signals_, POLLIN, 0}, {finished_, POLLIN, 0}}};
    if (poll(waiting.data(), waiting.size(), -1) < 0) {
      if (errno == EINTR) continue;
      throw std::system_error(errno, std::generic_category(), "poll");
    }
    signalfd_siginfo info{};
    if (read(signals_, &info, sizeof info) == static_cast<ssize_t>(sizeof info)) {
      if (info.ssi_signo != SIGHUP) return Event::stop;
      // A terminal that is closed sends HUP to what it started, and isatty() then fails. Whoever shared a directory
      // from it does not expect the sharing to go on without it.
      return on_terminal_ && isatty(STDIN_FILENO) != 1 ? Event::stop : Event::reload;
    }
    if (waiting[1].revents != 0) return Event::finished;
  }
}

void Signals::finish() { eventfd_write(finished_, 1); }

}  // namespace ferry
