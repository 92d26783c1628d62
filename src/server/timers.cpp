#include "server/timers.hpp"

#include <algorithm>
#include <map>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "base/logger.hpp"

namespace ferry {

struct TimerEntry {
  std::weak_ptr<TimerQueue> queue;
  std::chrono::milliseconds interval{};
  std::function<void()> function;
  // Under the queue's mutex:
  Clock::time_point due;
  bool active = true;
};

class TimerQueue : public std::enable_shared_from_this<TimerQueue> {
 public:
  explicit TimerQueue(const Config& config)
      : executor_(config.events_executor), on_loop_(config.events_on_loop), log_(config.log, config.log_level) {}

  void add(const std::shared_ptr<TimerEntry>& entry) {
    const std::lock_guard lock(mutex_);
    enqueue(entry);
  }

  void cancel(const std::shared_ptr<TimerEntry>& entry) {
    const std::lock_guard lock(mutex_);
    entry->active = false;
    const auto [first, last] = waiting_.equal_range(entry->due);
    const auto place = std::find_if(first, last, [&](const auto& waiting) { return waiting.second == entry; });
    if (place != last) waiting_.erase(place);
  }

  bool active(const TimerEntry& entry) {
    const std::lock_guard lock(mutex_);
    return entry.active;
  }

  void attach(Loop& loop) {
    const std::lock_guard lock(mutex_);
    loop_ = &loop;
    loop_->post([self = shared_from_this()] { self->arm(); });
  }

  // The deadline goes with its loop still alive; the caller sees to it that the loop does not fire it meanwhile.
  void detach() {
    const std::lock_guard lock(mutex_);
    loop_ = nullptr;
    deadline_.reset();
  }

 private:
  // With the mutex held.
  void enqueue(const std::shared_ptr<TimerEntry>& entry) {
    if (!entry->active) return;
    waiting_.emplace(entry->due, entry);
    if (loop_) loop_->post([self = shared_from_this()] { self->arm(); });
  }

  // On the loop's thread, as fire().
  void arm() {
    const std::lock_guard lock(mutex_);
    if (!loop_ || waiting_.empty()) return;
    if (!deadline_) deadline_.emplace(*loop_, [this] { fire(); });
    deadline_->set(waiting_.begin()->first);
  }

  void fire() {
    std::vector<std::shared_ptr<TimerEntry>> due;
    {
      const std::lock_guard lock(mutex_);
      const Clock::time_point now = Clock::now();
      while (loop_ && !waiting_.empty() && waiting_.begin()->first <= now) {
        due.push_back(std::move(waiting_.begin()->second));
        waiting_.erase(waiting_.begin());
      }
    }
    for (auto& entry : due) begin_call(std::move(entry));
    arm();
  }

  void begin_call(std::shared_ptr<TimerEntry> entry) {
    auto work = [self = shared_from_this(), called = std::move(entry)] { self->call(called); };
    if (on_loop_) {
      work();
      return;
    }
    const std::lock_guard lock(mutex_);
    if (executor_)
      executor_->post(std::move(work));
    else if (loop_)
      loop_->post_blocking(std::move(work));
  }

  void call(const std::shared_ptr<TimerEntry>& entry) {
    {
      const std::lock_guard lock(mutex_);
      if (!entry->active) return;
      if (entry->interval == Clock::duration::zero()) entry->active = false;
    }
    try {
      entry->function();
    } catch (...) {
      log_.write({.level = LogLevel::error, .event = "timer_failed", .text = "A timer ended with an exception."});
    }
    if (entry->interval == Clock::duration::zero()) return;
    const std::lock_guard lock(mutex_);
    entry->due = std::max(entry->due + entry->interval, Clock::now());
    enqueue(entry);
  }

  const std::shared_ptr<Executor> executor_;  // null: the pool of the loop
  const bool on_loop_;
  const Logger log_;
  std::mutex mutex_;
  std::multimap<Clock::time_point, std::shared_ptr<TimerEntry>> waiting_;
  Loop* loop_ = nullptr;
  std::optional<Deadline> deadline_;
};

Timers::Timers(const Config& config) : queue_(std::make_shared<TimerQueue>(config)) {}
Timers::~Timers() { detach(); }

Timer Timers::add(std::chrono::milliseconds delay, std::chrono::milliseconds interval, std::function<void()> function) {
  auto entry = std::make_shared<TimerEntry>();
  entry->queue = queue_;
  entry->interval = interval;
  entry->function = std::move(function);
  entry->due = Clock::now() + delay;
  queue_->add(entry);
  return Timer(std::move(entry));
}

void Timers::attach(Loop& loop) { queue_->attach(loop); }
void Timers::detach() { queue_->detach(); }

void Timer::cancel() {
  if (!entry_) return;
  if (const auto queue = entry_->queue.lock()) queue->cancel(entry_);
}

bool Timer::active() const {
  if (!entry_) return false;
  const auto queue = entry_->queue.lock();
  return queue && queue->active(*entry_);
}

}  // namespace ferry
