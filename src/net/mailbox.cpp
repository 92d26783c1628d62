#include "net/mailbox.hpp"

#include <sys/eventfd.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace ferry {

Mailbox::Mailbox() : wake_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
  if (!wake_) throw std::system_error(errno, std::generic_category(), "eventfd");
}

void Mailbox::put(Work work, bool to_wake) {
  bool wakes = false;
  {
    const std::lock_guard lock(mutex_);
    if (closed_) return;
    work_.push_back(std::move(work));
    if (to_wake) wakes = !std::exchange(woken_, true);
  }
  if (wakes) wake();
}

// The counter is never read: each write is an edge.
void Mailbox::wake() const { ::eventfd_write(wake_.get(), 1); }

void Mailbox::take(std::vector<Work>& out) {
  const std::lock_guard lock(mutex_);
  woken_ = false;
  work_.swap(out);
}

bool Mailbox::empty() const {
  const std::lock_guard lock(mutex_);
  return work_.empty();
}

void Mailbox::close() {
  std::vector<Work> left;  // destroyed without the lock: it may hold anything
  const std::lock_guard lock(mutex_);
  closed_ = true;
  work_.swap(left);
}

}  // namespace ferry
