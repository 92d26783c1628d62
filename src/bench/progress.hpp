// The progress bar, on standard error where that is a terminal.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>

#include "bench/statistics.hpp"

namespace ferry::bench {

class Progress {
 public:
  explicit Progress(bool wanted);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  // What is going on now, and how much of it there is: `seconds`, or else `operations`.
  void begin(std::string what, double seconds, std::uint64_t operations);
  void end();

  void add_octets(std::uint64_t n) { octets_.fetch_add(n, std::memory_order_relaxed); }
  void add_operation() { operations_.fetch_add(1, std::memory_order_relaxed); }

 private:
  void draw();
  void run(const std::stop_token& stop);

  const bool shown_;
  std::atomic<std::uint64_t> octets_ = 0;
  std::atomic<std::uint64_t> operations_ = 0;

  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::string what_;  // empty: nothing is going on
  Clock::time_point began_;
  double seconds_ = 0;
  std::uint64_t goal_ = 0;
  std::jthread thread_;  // last, so that it ends first
};

}  // namespace ferry::bench
