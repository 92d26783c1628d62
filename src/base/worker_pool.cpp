#include "base/worker_pool.hpp"

#include <system_error>

namespace ferry {

WorkerPool::WorkerPool(std::size_t most_threads) : most_threads_(most_threads == 0 ? 1 : most_threads) {}

WorkerPool::~WorkerPool() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void WorkerPool::post(std::move_only_function<void()> work) {
  std::unique_lock lock(mutex_);
  if (idle_ <= work_.size() && threads_.size() < most_threads_) start_thread();
  if (threads_.empty()) {
    lock.unlock();
    work();
    return;
  }
  work_.push_back(std::move(work));
  wake_.notify_one();
}

void WorkerPool::start_thread() {
  try {
    threads_.emplace_back([this] { run(); });
  } catch (const std::system_error&) {
    // A limit of the machine: those that there are go on.
  }
}

void WorkerPool::run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    while (work_.empty()) {
      if (stopping_) return;
      ++idle_;
      wake_.wait(lock);
      --idle_;
    }
    std::move_only_function<void()> work = std::move(work_.front());
    work_.pop_front();
    lock.unlock();
    work();
    work = nullptr;
    lock.lock();
  }
}

}  // namespace ferry
