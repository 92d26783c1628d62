#include "net/loop.hpp"

#include <sys/epoll.h>
#include <sys/timerfd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <ctime>
#include <span>
#include <system_error>
#include <utility>

namespace ferry {

namespace {

// Deadlines are coarse: one that is due within this span of an earlier one fires together with it.
constexpr auto timer_grain = std::chrono::milliseconds(2);

// Events taken from the kernel at once; more of them come in the next round.
constexpr std::size_t most_events = 128;

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
  SigpipeBlocked(const SigpipeBlocked&) = delete;
  SigpipeBlocked& operator=(const SigpipeBlocked&) = delete;

 private:
  sigset_t sigpipe_{};
  sigset_t before_{};
};

Descriptor made(int fd, const char* what) {
  if (fd < 0) throw std::system_error(errno, std::generic_category(), what);
  return Descriptor(fd);
}

// `mark` comes back with each event.
int watch(int epoll, int operation, int fd, std::uint32_t events, const void* mark) {
  epoll_event event{};
  event.events = events;
  event.data.ptr = const_cast<void*>(mark);
  return ::epoll_ctl(epoll, operation, fd, &event) == 0 ? 0 : errno;
}

// std::chrono::steady_clock is CLOCK_MONOTONIC.
itimerspec at(Clock::time_point when) {
  // Zero would disarm the timer.
  const auto since = std::max<std::chrono::nanoseconds>(when.time_since_epoch(), std::chrono::nanoseconds(1));
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(since);
  itimerspec spec{};
  spec.it_value.tv_sec = seconds.count();
  spec.it_value.tv_nsec = (since - seconds).count();
  return spec;
}

}  // namespace

Loop::Loop(WorkerPool& pool)
    : pool_(pool),
      epoll_(made(::epoll_create1(EPOLL_CLOEXEC), "epoll_create1")),
      timer_(made(::timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC), "timerfd_create")),
      mailbox_(std::make_shared<Mailbox>()) {
  // Edges: neither of the two has to be read.
  for (const int fd : {mailbox_->descriptor(), timer_.get()})
    if (const int error = watch(epoll_.get(), EPOLL_CTL_ADD, fd, EPOLLIN | EPOLLET,
                                fd == timer_.get() ? static_cast<const void*>(&timer_) : nullptr);
        error != 0)
      throw std::system_error(error, std::generic_category(), "epoll_ctl");
}

Loop::~Loop() { mailbox_->close(); }

void Loop::run() {
  const SigpipeBlocked sigpipe;
  thread_ = std::this_thread::get_id();
  while (!stopped_) run_round(-1);
  thread_ = std::thread::id();
}

void Loop::stop() {
  const std::shared_ptr<Mailbox> mailbox = mailbox_;
  stopped_ = true;
  mailbox->wake();
}

std::size_t Loop::poll() {
  const SigpipeBlocked sigpipe;
  thread_ = std::this_thread::get_id();
  const std::size_t done = run_round(0);
  thread_ = std::thread::id();
  if (has_work()) wake();
  return done;
}

void Loop::post(std::move_only_function<void()> work) {
  const std::shared_ptr<Mailbox> mailbox = mailbox_;
  mailbox->put(std::move(work), !runs_here());
}

void Loop::post_blocking(std::move_only_function<void()> work) { pool_.post(std::move(work)); }

std::size_t Loop::run_round(int wait) {
  // Whoever takes a turn lets all go first that was ready when he began to wait for it.
  const bool has_turn = !turns_.empty();
  std::array<epoll_event, most_events> events;
  const int found = ::epoll_wait(epoll_.get(), events.data(), most_events, has_work() ? 0 : wait);
  // All events are looked at before anybody runs, who might end what a later event is about.
  bool timer_fired = false;
  for (const epoll_event& event : std::span(events).first(static_cast<std::size_t>(std::max(found, 0)))) {
    if (event.data.ptr == &timer_)
      timer_fired = true;
    else if (event.data.ptr)
      static_cast<Watch*>(event.data.ptr)->collect(event.events, ready_);
  }

  std::size_t done = ready_.size();
  for (const std::coroutine_handle<> h : ready_) h.resume();
  ready_.clear();
  if (timer_fired) done += expire();

  mailbox_->take(posted_);
  done += posted_.size();
  for (Mailbox::Work& work : posted_) {
    work();
    work = nullptr;
  }
  posted_.clear();

  if (has_turn) {
    ++done;
    const std::coroutine_handle<> next = turns_.front();
    turns_.pop_front();
    next.resume();
  }
  return done;
}

void Loop::set_timer() {
  if (deadlines_.empty()) return;
  const Clock::time_point first = deadlines_.begin()->first;
  if (first >= timer_set_for_) return;  // it fires earlier and is set anew then
  timer_set_for_ = first;
  const itimerspec spec = at(first + timer_grain);
  ::timerfd_settime(timer_.get(), TFD_TIMER_ABSTIME, &spec, nullptr);
}

std::size_t Loop::expire() {
  timer_set_for_ = Clock::time_point::max();
  const Clock::time_point now = Clock::now();
  std::size_t done = 0;
  while (!deadlines_.empty() && deadlines_.begin()->first <= now) {
    Deadline* const deadline = deadlines_.begin()->second;
    deadline->clear();
    deadline->on_expiry_();
    ++done;
  }
  set_timer();
  return done;
}

void Deadline::set(Clock::time_point when) {
  if (armed_) {
    auto node = loop_.deadlines_.extract(place_);
    node.key() = when;
    place_ = loop_.deadlines_.insert(std::move(node));
  } else {
    place_ = loop_.deadlines_.emplace(when, this);
    armed_ = true;
  }
  loop_.set_timer();
}

void Deadline::clear() {
  if (!armed_) return;
  loop_.deadlines_.erase(place_);
  armed_ = false;
}

Watch::~Watch() {
  if (watched_ != 0) watch(loop_.epoll_.get(), EPOLL_CTL_DEL, descriptor_, 0, nullptr);
}

void Watch::start(For what, std::coroutine_handle<> h) {
  const std::uint32_t wanted = watched_ | EPOLLET | (what == For::reading ? EPOLLIN | EPOLLPRI | EPOLLRDHUP : EPOLLOUT);
  if (wanted != watched_) {
    const int operation = watched_ == 0 ? EPOLL_CTL_ADD : EPOLL_CTL_MOD;
    if (const int error = watch(loop_.epoll_.get(), operation, descriptor_, wanted, this); error != 0)
      throw std::system_error(error, std::generic_category(), "epoll_ctl");
    watched_ = wanted;
  }
  (what == For::reading ? reader_ : writer_) = h;
}

void Watch::collect(std::uint32_t events, std::vector<std::coroutine_handle<>>& ready) {
  const auto tell = [&ready](std::coroutine_handle<>& waiting, bool& changed) {
    if (waiting)
      ready.push_back(std::exchange(waiting, {}));
    else
      changed = true;
  };
  if ((events & (EPOLLERR | EPOLLHUP)) != 0) broken_ = ended_ = true;
  if ((events & EPOLLRDHUP) != 0) ended_ = true;
  if ((events & EPOLLPRI) != 0) urgent_ = true;
  if (ended_ || (events & (EPOLLIN | EPOLLPRI)) != 0) tell(reader_, readable_);
  if (broken_ || (events & EPOLLOUT) != 0) tell(writer_, writable_);
}

void Watch::wake() {
  for (std::coroutine_handle<>* waiting : {&reader_, &writer_})
    if (*waiting) loop_.post([h = std::exchange(*waiting, {})] { h.resume(); });
}

}  // namespace ferry
