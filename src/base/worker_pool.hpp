// Threads for work that may block: slow disks, directory services, password hashes.
//
// Threads start as work arrives and all are busy, up to the given number; work beyond that waits in order. A machine
// that gives no further thread makes that number smaller; one that gives none at all has the work done by whoever
// posts it.
//
// A thread cannot be made to leave work that never ends. Work that takes longer than a given time hangs: its thread
// does not count any more, so that others are served, until there are twice as many threads as asked for.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <list>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

namespace ferry {

class WorkerPool {
 public:
  using Clock = std::chrono::steady_clock;

  explicit WorkerPool(std::size_t most_threads, Clock::duration patience = std::chrono::hours(24 * 365));
  // Waits for all work that was posted.
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  // Any thread. `work` must not throw. `owner`: for waiting_since().
  void post(std::move_only_function<void()> work, std::uint64_t owner = 0);

  // When the oldest work of `owner` that has not ended was posted; nullopt where there is none.
  std::optional<Clock::time_point> waiting_since(std::uint64_t owner) const;
  // How many threads have work that hangs.
  std::size_t hanging() const;
  // Starts threads for work that waits because others hang. Nobody else looks, but for post().
  void replace_hanging();

 private:
  struct Work {
    std::move_only_function<void()> run;
    std::uint64_t owner;
    Clock::time_point posted;
  };
  struct Running {
    std::uint64_t owner;
    Clock::time_point posted;
    Clock::time_point begun;
  };

  // With the lock held, these three.
  std::size_t count_hanging() const;
  bool may_start_thread() const;
  void start_thread();
  void run();

  const std::size_t most_threads_;
  const Clock::duration patience_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Work> work_;
  std::list<Running> running_;  // what began first is first
  std::vector<std::thread> threads_;
  std::size_t idle_ = 0;
  bool stopping_ = false;
};

}  // namespace ferry
