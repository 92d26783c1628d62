// Signals as values that one thread waits for, so that no code ever runs inside a signal handler.
#pragma once

#include <cstdint>

namespace ferry {

// Construct it before any other thread is started: threads inherit the mask that keeps the signals for wait().
class Signals {
 public:
  enum class Event : std::uint8_t {
    stop,      // INT, TERM, or HUP from a terminal that has gone
    reload,    // HUP
    finished,  // somebody called finish()
  };

  Signals();
  ~Signals();
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;

  // The next event, however long it takes.
  Event wait();
  // Ends a wait() from another thread.
  void finish();

 private:
  int signals_ = -1;
  int finished_ = -1;
  bool on_terminal_ = false;
};

}  // namespace ferry
