#include "base/worker_pool.hpp"

#include <algorithm>
#include <iterator>
#include <system_error>

namespace ferry {

WorkerPool::WorkerPool(std::size_t most_threads, Clock::duration patience)
    : most_threads_(most_threads == 0 ? 1 : most_threads), patience_(patience) {}

WorkerPool::~WorkerPool() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void WorkerPool::post(std::move_only_function<void()> work, std::uint64_t owner) {
  std::unique_lock lock(mutex_);
  if (idle_ <= work_.size() && may_start_thread()) start_thread();
  if (threads_.empty()) {
    lock.unlock();
    work();
    return;
  }
  work_.push_back({std::move(work), owner, Clock::now()});
  wake_.notify_one();
}

std::optional<WorkerPool::Clock::time_point> WorkerPool::waiting_since(std::uint64_t owner) const {
  const std::lock_guard lock(mutex_);
  std::optional<Clock::time_point> oldest;
  const auto look_at = [&](const auto& work) {
    if (work.owner == owner && (!oldest || work.posted < *oldest)) oldest = work.posted;
  };
  std::ranges::for_each(running_, look_at);
  std::ranges::for_each(work_, look_at);
  return oldest;
}

std::size_t WorkerPool::hanging() const {
  const std::lock_guard lock(mutex_);
  return count_hanging();
}

void WorkerPool::replace_hanging() {
  const std::lock_guard lock(mutex_);
  for (std::size_t served = idle_; served < work_.size() && may_start_thread(); ++served) start_thread();
}

std::size_t WorkerPool::count_hanging() const {
  const auto since = Clock::now() - patience_;
  const auto first_other = std::ranges::find_if(running_, [&](const Running& work) { return work.begun > since; });
  return static_cast<std::size_t>(std::distance(running_.begin(), first_other));
}

bool WorkerPool::may_start_thread() const {
  const std::size_t threads = threads_.size();
  return threads < most_threads_ || (threads < 2 * most_threads_ && threads - count_hanging() < most_threads_);
}

void WorkerPool::start_thread() {
  try {
    threads_.emplace_back([this] { run(); });
  } catch (const std::system_error&) {
    // A limit of the machine: those that there are go on.
  }
}

void WorkerPool::run() {
  std::list<Running> mine(1);  // in running_ while there is work
  std::unique_lock lock(mutex_);
  for (;;) {
    while (work_.empty()) {
      if (stopping_) return;
      ++idle_;
      wake_.wait(lock);
      --idle_;
    }
    Work work = std::move(work_.front());
    work_.pop_front();
    const auto place = mine.begin();
    *place = {work.owner, work.posted, Clock::now()};
    running_.splice(running_.end(), mine);
    lock.unlock();
    work.run();
    work.run = nullptr;
    lock.lock();
    mine.splice(mine.begin(), running_, place);
  }
}

}  // namespace ferry
