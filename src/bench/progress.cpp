#include "bench/progress.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

namespace ferry::bench {

namespace {
constexpr std::size_t bar_width = 30;
constexpr std::string_view erase_line = "\r\x1b[K";
}  // namespace

Progress::Progress(bool wanted) : shown_(wanted && ::isatty(STDERR_FILENO) == 1) {
  if (shown_) thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

Progress::~Progress() {
  if (!shown_) return;
  thread_.request_stop();
  changed_.notify_all();
}

void Progress::begin(std::string what, double seconds, std::uint64_t operations) {
  octets_ = 0;
  operations_ = 0;
  const std::lock_guard lock(mutex_);
  what_ = std::move(what);
  seconds_ = seconds;
  goal_ = operations;
  began_ = Clock::now();
  changed_.notify_all();
}

void Progress::end() {
  const std::lock_guard lock(mutex_);
  if (shown_ && !what_.empty()) fmt::print(stderr, "{}", erase_line);
  what_.clear();
}

void Progress::draw() {
  const double elapsed = std::max(std::chrono::duration<double>(Clock::now() - began_).count(), 1e-3);
  const auto operations = static_cast<double>(operations_.load());
  const double share = std::clamp(goal_ > 0 ? operations / static_cast<double>(goal_) : elapsed / seconds_, 0.0, 1.0);
  const auto filled = static_cast<std::size_t>(share * static_cast<double>(bar_width));
  fmt::print(stderr, "{}{:<12} [{}{}] {:3.0f} %  {:.0f}/s  {:.0f} MiB/s", erase_line, what_, std::string(filled, '#'),
             std::string(bar_width - filled, ' '), share * 100, operations / elapsed,
             static_cast<double>(octets_.load()) / elapsed / (1 << 20));
  std::fflush(stderr);
}

void Progress::run(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (!stop.stop_requested()) {
    if (what_.empty()) {
      changed_.wait(lock, stop, [this] { return !what_.empty(); });
    } else {
      draw();
      changed_.wait_for(lock, stop, std::chrono::milliseconds(200), [this] { return what_.empty(); });
    }
  }
}

}  // namespace ferry::bench
