// What Server::call_later and call_every give back: a handle to call the timer off.
//
// Threads: any. A handle may outlive its server; to lose it changes nothing.
#pragma once

#include <memory>

#include <ferry/export.hpp>

namespace FERRY_API ferry {

struct TimerEntry;

class Timer {
 public:
  Timer() = default;
  explicit Timer(std::shared_ptr<TimerEntry> entry) : entry_(std::move(entry)) {}

  // No call begins after this; one that is running goes on. Calling it again does nothing.
  void cancel();
  // Whether another call is to come.
  bool active() const;

 private:
  std::shared_ptr<TimerEntry> entry_;
};

}  // namespace ferry
