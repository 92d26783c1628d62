// The event loop of a server that has no thread for it (Server::start_driven). It is served by whoever calls
// poll_once(), and meanwhile by those who wait for the server: the driver may be the one who waits, or be gone.
//
// Threads: any; they are let in one at a time.
#pragma once

#include <cstddef>
#include <functional>
#include <mutex>
#include <optional>

#include "net/loop.hpp"

namespace ferry {

class DrivenLoop {
 public:
  explicit DrivenLoop(Loop& loop) : loop_(loop) {}

  int handle() const { return loop_.handle(); }

  // Does what is ready, and returns how many things that were: none where somebody else serves at this moment, or where
  // it is called by what it serves. Nothing after end().
  std::optional<std::size_t> poll_once();

  // Serves until `done` says so or the time has come. Not for what it serves itself.
  void serve_until(const std::function<bool()>& done, Clock::time_point until = Clock::time_point::max());

  // Nobody serves any more when this returns, nor later; the handle is readable for good.
  void end();

 private:
  Loop& loop_;
  std::mutex serving_;
  bool ended_ = false;
};

}  // namespace ferry
