// Runs a Task to its end on the calling thread, without a server: for tests of your own storage or users, and for tools
// that work on the same storage.
#pragma once

#include <condition_variable>
#include <deque>
#include <exception>
#include <functional>
#include <mutex>
#include <optional>
#include <utility>

#include <ferry/export.hpp>
#include <ferry/task.hpp>

namespace FERRY_API ferry {

// Posted work waits for run_one(); work that may block is done at once, where it is posted, and counted.
class InlineExecutor final : public Executor {
 public:
  void post(std::move_only_function<void()> work) override {
    // Told with the lock held: who gets the work may be at the end of its thread, and so of this executor, next.
    const std::lock_guard lock(mutex_);
    work_.push_back(std::move(work));
    wake_.notify_one();
  }
  void post_blocking(std::move_only_function<void()> work) override {
    ++blocking_;
    work();
  }

  void run_one() {
    std::unique_lock lock(mutex_);
    wake_.wait(lock, [this] { return !work_.empty(); });
    auto work = std::move(work_.front());
    work_.pop_front();
    lock.unlock();
    work();
  }
  // How often something was given to the pool.
  int blocking() const { return blocking_; }

 private:
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::move_only_function<void()>> work_;
  int blocking_ = 0;
};

// One for each thread, as an event loop would be: what outlives a task may still post to it.
inline InlineExecutor& this_thread_executor() {
  thread_local InlineExecutor executor;
  return executor;
}

namespace detail {

template <typename T>
Task<void> keep_result(Task<T>& task, std::optional<T>& result) {
  result.emplace(co_await task);
}

}  // namespace detail

inline void sync_wait(Task<void> task) {
  InlineExecutor& executor = this_thread_executor();
  std::exception_ptr error;
  bool done = false;
  spawn(executor, std::move(task), [&](std::exception_ptr e) {
    error = e;
    done = true;
  });
  while (!done) executor.run_one();
  if (error) std::rethrow_exception(error);
}

template <typename T>
T sync_wait(Task<T> task) {
  std::optional<T> result;
  sync_wait(detail::keep_result(task, result));
  return std::move(*result);
}

}  // namespace ferry
