// Threads for work that may block: slow disks, directory services, password hashes.
//
// Threads start as work arrives and all are busy, up to the given number; work beyond that waits in order. A machine
// that gives no further thread makes that number smaller; one that gives none at all has the work done by whoever
// posts it.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace ferry {

class WorkerPool {
 public:
  explicit WorkerPool(std::size_t most_threads);
  // Waits for all work that was posted.
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  // Any thread. `work` must not throw.
  void post(std::move_only_function<void()> work);

 private:
  void start_thread();
  void run();

  const std::size_t most_threads_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::move_only_function<void()>> work_;
  std::vector<std::thread> threads_;
  std::size_t idle_ = 0;
  bool stopping_ = false;
};

}  // namespace ferry
