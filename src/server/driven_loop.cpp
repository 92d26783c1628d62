#include "server/driven_loop.hpp"

#include <poll.h>

#include <algorithm>

namespace ferry {

namespace {

// Whoever waits looks this often whether another thread has done what he waits for.
constexpr auto look = std::chrono::milliseconds(10);

void wait_for_work(int handle, Clock::duration longest) {
  const auto wait =
      std::clamp(std::chrono::ceil<std::chrono::milliseconds>(longest), std::chrono::milliseconds(0), look);
  pollfd ready{.fd = handle, .events = POLLIN, .revents = 0};
  ::poll(&ready, 1, static_cast<int>(wait.count()));
}

}  // namespace

std::optional<std::size_t> DrivenLoop::poll_once() {
  if (loop_.runs_here()) return 0;
  const std::unique_lock serving(serving_, std::try_to_lock);
  if (!serving) return 0;
  if (ended_) return std::nullopt;
  return loop_.poll();
}

void DrivenLoop::serve_until(const std::function<bool()>& done, Clock::time_point until) {
  for (;;) {
    {
      const std::lock_guard serving(serving_);
      if (ended_ || done()) return;
      loop_.poll();
      if (done()) return;
    }
    const Clock::time_point now = Clock::now();
    if (now >= until) return;
    wait_for_work(loop_.handle(), until - now);
  }
}

void DrivenLoop::end() {
  const std::lock_guard serving(serving_);
  ended_ = true;
  loop_.wake();
}

}  // namespace ferry
