#include "net/loop.hpp"

#include <atomic>
#include <csignal>
#include <ctime>
#include <deque>
#include <thread>

#define ASIO_STANDALONE
#define ASIO_NO_DEPRECATED
#include <asio/basic_waitable_timer.hpp>
#include <asio/io_context.hpp>
#include <asio/posix/basic_stream_descriptor.hpp>
#include <asio/post.hpp>

namespace ferry {

namespace {

// Deadlines are coarse: one that is due within this span of an earlier one fires together with it.
constexpr auto timer_grain = std::chrono::milliseconds(2);

// Blocks SIGPIPE on this thread and, at the end, takes one that is still pending with it: sendfile and splice have no
// flag against that signal, and a library must not change how the whole process treats it.
class SigpipeBlocked {
 public:
  SigpipeBlocked() {
    sigemptyset(&sigpipe_);
    sigaddset(&sigpipe_, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &sigpipe_, &before_);
  }
  ~SigpipeBlocked() {
    if (sigismember(&before_, SIGPIPE) == 0) {
      const timespec none{};
      sigtimedwait(&sigpipe_, nullptr, &none);
    }
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }

 private:
  sigset_t sigpipe_{};
  sigset_t before_{};
};

}  // namespace

struct Loop::Impl {
  using Executor = asio::io_context::executor_type;
  using Timer = asio::basic_waitable_timer<Clock, asio::wait_traits<Clock>, Executor>;

  explicit Impl(WorkerPool& p) : pool(p), timer(io) {}

  WorkerPool& pool;
  // Only the loop's own thread touches descriptors and timers; other threads post. So the reactor needs no locks.
  asio::io_context io{ASIO_CONCURRENCY_HINT_UNSAFE_IO};
  Timer timer;
  Deadline::Queue deadlines;
  std::deque<std::coroutine_handle<>> turns;
  Clock::time_point timer_set_for = Clock::time_point::max();
  std::atomic<std::thread::id> thread;

  void arm() {
    if (deadlines.empty()) return;
    const Clock::time_point first = deadlines.begin()->first;
    if (first >= timer_set_for) return;  // it fires earlier and is set anew then
    timer_set_for = first;
    timer.expires_at(first + timer_grain);
    timer.async_wait([this](const std::error_code& error) {
      if (!error) expire();
    });
  }

  void expire() {
    timer_set_for = Clock::time_point::max();
    const Clock::time_point now = Clock::now();
    while (!deadlines.empty() && deadlines.begin()->first <= now) {
      Deadline* const deadline = deadlines.begin()->second;
      deadline->clear();
      deadline->on_expiry_();
    }
    arm();
  }
};

Loop::Loop(WorkerPool& pool) : impl_(std::make_unique<Impl>(pool)) {}
Loop::~Loop() = default;

void Loop::run() {
  const SigpipeBlocked sigpipe;
  impl_->thread = std::this_thread::get_id();
  const auto work = asio::make_work_guard(impl_->io);
  impl_->io.run();
  impl_->thread = std::thread::id();
}

void Loop::stop() { impl_->io.stop(); }

bool Loop::runs_here() const { return impl_->thread.load(std::memory_order_relaxed) == std::this_thread::get_id(); }

void Loop::post(std::move_only_function<void()> work) { asio::post(impl_->io, std::move(work)); }

// At most one turn is among the posted handlers, and Asio polls for events once for each pass through those.
void Loop::queue_turn(std::coroutine_handle<> h) {
  impl_->turns.push_back(h);
  if (impl_->turns.size() == 1) asio::post(impl_->io, [this] { run_turn(); });
}

void Loop::run_turn() {
  const std::coroutine_handle<> next = impl_->turns.front();
  impl_->turns.pop_front();
  if (!impl_->turns.empty()) asio::post(impl_->io, [this] { run_turn(); });
  next.resume();
}

void Loop::post_blocking(std::move_only_function<void()> work) { impl_->pool.post(std::move(work)); }

void Deadline::set(Clock::time_point when) {
  Loop::Impl& loop = *loop_.impl_;
  if (armed_) {
    auto node = loop.deadlines.extract(place_);
    node.key() = when;
    place_ = loop.deadlines.insert(std::move(node));
  } else {
    place_ = loop.deadlines.emplace(when, this);
    armed_ = true;
  }
  loop.arm();
}

void Deadline::clear() {
  if (!armed_) return;
  loop_.impl_->deadlines.erase(place_);
  armed_ = false;
}

struct Watch::Impl {
  Impl(asio::io_context& io, int fd) : descriptor(io, fd) {}
  asio::posix::basic_stream_descriptor<asio::io_context::executor_type> descriptor;
};

Watch::Watch(Loop& loop, int descriptor) : impl_(std::make_unique<Impl>(loop.impl_->io, descriptor)) {}

Watch::~Watch() { impl_->descriptor.release(); }

void Watch::start(For what, std::coroutine_handle<> h) {
  using Base = asio::posix::descriptor_base;
  impl_->descriptor.async_wait(what == For::reading ? Base::wait_read : Base::wait_write,
                               [h](const std::error_code&) { h.resume(); });
}

void Watch::wake() {
  std::error_code ignored;
  impl_->descriptor.cancel(ignored);
}

}  // namespace ferry
