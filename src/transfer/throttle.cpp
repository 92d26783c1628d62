#include "transfer/throttle.hpp"

namespace ferry {

namespace {

// One booking: little enough that many transfers take their turns quickly, and enough that each is worth a wake-up.
constexpr auto turns_in_a_second = 20;
constexpr std::uint64_t smallest_turn = 1024;
constexpr std::uint64_t largest_turn = 256 * 1024;

}  // namespace

Throttle::Throttle(Loop& loop, Buckets buckets) : loop_(loop), buckets_(std::move(buckets)) {}

Throttle::~Throttle() {
  if (allowance_ == 0) return;
  for (const auto& bucket : buckets_) bucket->give_back(allowance_);
}

std::uint64_t Throttle::turn_of(const Buckets& buckets) {
  std::uint64_t turn = largest_turn;
  for (const auto& bucket : buckets) turn = std::min(turn, bucket->rate() / turns_in_a_second);
  return std::max(turn, smallest_turn);
}

Clock::time_point Throttle::book(const Buckets& buckets, std::uint64_t octets, Clock::time_point now) {
  Clock::time_point begin = now;
  for (const auto& bucket : buckets) begin = std::max(begin, bucket->book(octets, now));
  return begin;
}

Task<void> Throttle::wait() {
  while (allowance_ == 0 && !cancelled_) {
    const std::uint64_t turn = turn_of(buckets_);
    const Clock::time_point now = Clock::now();
    const Clock::time_point begin = book(buckets_, turn + debt_, now);
    debt_ = 0;
    if (begin > now) {
      Signal signal(loop_);
      Deadline deadline(loop_, [&signal] { signal.set(); });
      deadline.set(begin);
      waiting_ = &signal;
      co_await signal.wait();
      waiting_ = nullptr;
    }
    allowance_ = turn;
  }
}

void Throttle::cancel() {
  cancelled_ = true;
  if (waiting_) waiting_->set();
}

}  // namespace ferry
