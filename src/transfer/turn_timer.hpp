// Learns whether the storage behind a transfer blocks: a second turn that took long although it moved little, and in
// which the thread went to sleep, means that the next ones belong on the pool. (A turn that was only interrupted,
// because the machine had something else to do, says nothing about the storage.)
#pragma once

#include <sys/resource.h>

#include "net/loop.hpp"

namespace ferry {

class TurnTimer {
 public:
  explicit TurnTimer(bool may_block) : may_block_(may_block) {}

  bool may_block() const { return may_block_; }

  // Runs `turn` on the loop and looks how long it took; from the first long one on also whether the thread sleeps,
  // which costs a system call for each turn.
  template <typename F>
  auto timed(F&& turn) {
    const long sleeps = suspicious_ ? times_asleep() : 0;
    const Clock::time_point begin = Clock::now();
    auto result = turn();
    if (Clock::now() - begin > patience) {
      if (suspicious_ && times_asleep() != sleeps) may_block_ = true;
      suspicious_ = true;
    }
    return result;
  }

 private:
  // A turn of 256 KiB takes about 0.1 ms from the page cache, and several milliseconds from a disk.
  static constexpr auto patience = std::chrono::milliseconds(4);

  static long times_asleep() {
    rusage usage{};
    ::getrusage(RUSAGE_THREAD, &usage);
    return usage.ru_nvcsw;
  }

  bool may_block_;
  bool suspicious_ = false;  // a turn was long
};

}  // namespace ferry
