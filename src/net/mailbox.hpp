// What other threads hand to an event loop, and the descriptor that wakes it for that.
//
// A Mailbox may outlive its loop: whoever puts something in holds it meanwhile, since what was put in may run, and end
// the loop, before put() has returned.
#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <vector>

#include "base/descriptor.hpp"

namespace ferry {

class Mailbox {
 public:
  using Work = std::move_only_function<void()>;

  // Throws std::system_error where no descriptor is left.
  Mailbox();

  // Becomes readable (an edge, for epoll's EPOLLET) with each wake().
  int descriptor() const { return wake_.get(); }

  // Any thread. `to_wake`: the loop may be waiting; false on the loop's own thread.
  void put(Work work, bool to_wake);
  // Any thread: the loop stops waiting soon.
  void wake() const;

  // Swaps what has come into `out`, which is empty.
  void take(std::vector<Work>& out);
  bool empty() const;
  // The loop is gone: what is left is destroyed unread, and so is whatever comes.
  void close();

 private:
  const Descriptor wake_;
  mutable std::mutex mutex_;
  std::vector<Work> work_;
  bool woken_ = false;  // since the last take()
  bool closed_ = false;
};

}  // namespace ferry
