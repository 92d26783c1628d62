// The embedder's timers (Server::call_later, call_every): a queue of points in time, watched by one event loop. The
// functions run where events do, since they may block.
//
// Threads: any; attach and detach from the thread that starts and stops the server.
#pragma once

#include <chrono>
#include <functional>
#include <memory>

#include <ferry/config.hpp>
#include <ferry/timer.hpp>

#include "net/loop.hpp"

namespace ferry {

class TimerQueue;

class Timers {
 public:
  explicit Timers(const Config& config);
  ~Timers();
  Timers(const Timers&) = delete;
  Timers& operator=(const Timers&) = delete;

  // `interval`: zero, or how long after it the next call is due.
  Timer add(std::chrono::milliseconds delay, std::chrono::milliseconds interval, std::function<void()> function);

  // From now on timers run.
  void attach(Loop& loop);
  // No further calls begin. The loop has stopped, or runs on until this returns.
  void detach();

 private:
  std::shared_ptr<TimerQueue> queue_;  // shared with calls that are under way and with handles
};

}  // namespace ferry
