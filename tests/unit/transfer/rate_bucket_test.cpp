// With a clock of our own: what passes is what the rate allows, to the octet.
#include "transfer/rate_bucket.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "transfer/throttle.hpp"
#include "unit/net/on_loop.hpp"

namespace ferry::test {
namespace {

using namespace std::chrono_literals;
using Time = Clock::time_point;

const Time start = Time(1h);

// Transfers that always have something to send: each books a turn when its last one has begun to pass. `late`: how much
// each wakes up too late.
struct Crowd {
  Crowd(std::size_t count, std::uint64_t turn_octets, Clock::duration lateness)
      : next(count, start), passed(count), turn(turn_octets), late(lateness) {}

  // Octets that have passed until `end`.
  std::uint64_t run(RateBucket& bucket, Time end) {
    for (;;) {
      const auto first = std::ranges::min_element(next);
      if (*first >= end) break;
      const Time begin = std::max(bucket.book(turn, *first), *first);
      const Time wakes = begin > *first ? begin + late : begin;
      if (wakes < end) passed[static_cast<std::size_t>(first - next.begin())] += turn;
      *first = std::max(wakes, *first + 1us);
    }
    std::uint64_t total = 0;
    for (const std::uint64_t octets : passed) total += octets;
    return total;
  }

  std::vector<Time> next;
  std::vector<std::uint64_t> passed;
  const std::uint64_t turn;
  const Clock::duration late;
};

TEST(RateBucket, IsExactToFivePercentOverTenSeconds) {
  for (const std::uint64_t rate : {10'000u, 1'000'000u, 500'000'000u}) {
    for (const std::size_t transfers : {1u, 2u, 7u, 20u}) {
      for (const Clock::duration late : {Clock::duration(0), Clock::duration(3ms)}) {
        RateBucket bucket(rate);
        Crowd crowd(transfers, std::clamp<std::uint64_t>(rate / 20, 512, 256 * 1024), late);
        const auto total = static_cast<double>(crowd.run(bucket, start + 10s));
        EXPECT_LE(total, 10.5 * static_cast<double>(rate)) << rate << ", " << transfers;
        EXPECT_GE(total, 9.5 * static_cast<double>(rate)) << rate << ", " << transfers;
      }
    }
  }
}

TEST(RateBucket, IsSharedEvenly) {
  RateBucket bucket(1'000'000);
  Crowd crowd(5, 10'000, 0ms);
  const std::uint64_t total = crowd.run(bucket, start + 10s);
  for (const std::uint64_t octets : crowd.passed)
    EXPECT_NEAR(static_cast<double>(octets), static_cast<double>(total) / 5, 20'000);
}

TEST(RateBucket, ARestEarnsNoMoreThanAShortBurst) {
  RateBucket bucket(1000);
  bucket.book(100, start);
  Time now = start + 1h;
  std::uint64_t at_once = 0;
  while (bucket.book(50, now) <= now) at_once += 50;
  EXPECT_GE(at_once, 200u);
  EXPECT_LE(at_once, 300u);
}

TEST(RateBucket, WhatIsGivenBackIsForTheNextOne) {
  RateBucket bucket(1000);
  EXPECT_EQ(bucket.book(1000, start), start);
  bucket.give_back(600);
  EXPECT_EQ(bucket.book(1, start), start + 400ms);
}

TEST(RateBucket, ANewRateCountsFromTheNextBookingOn) {
  RateBucket bucket(1000);
  bucket.book(1000, start);
  bucket.set_rate(10'000);
  bucket.book(1000, start);
  EXPECT_EQ(bucket.book(1, start), start + 1100ms);
}

// Transfers under several limits at once, with a clock of our own. Each always has something to send, and wakes up a
// bit too late.
class Limited {
 public:
  explicit Limited(Throttle::Buckets buckets) : buckets_(std::move(buckets)) {}
  Time next() const { return next_; }
  std::uint64_t passed() const { return passed_; }
  void go_on(Time end) {
    const std::uint64_t turn = Throttle::turn_of(buckets_);
    const Time begin = Throttle::book(buckets_, turn, next_);
    const Time wakes = begin > next_ ? begin + 3ms : begin;
    if (wakes < end) passed_ += turn;
    next_ = std::max(wakes, next_ + 1us);
  }

 private:
  const Throttle::Buckets buckets_;
  Time next_ = start;
  std::uint64_t passed_ = 0;
};

void run(std::vector<Limited>& all, Time end) {
  for (;;) {
    const auto first = std::ranges::min_element(all, {}, [](const Limited& one) { return one.next(); });
    if (first->next() >= end) return;
    first->go_on(end);
  }
}

std::shared_ptr<RateBucket> limit(std::uint64_t rate) { return std::make_shared<RateBucket>(rate); }

// What passed in ten seconds, as a part of what a rate allows.
double share(std::uint64_t octets, std::uint64_t rate) {
  return static_cast<double>(octets) / (10.0 * static_cast<double>(rate));
}

TEST(Throttle, IsExactToFivePercentUnderSeveralLimitsOfWhichOneIsReached) {
  for (const std::uint64_t scale : {10u, 1'000u, 100'000u}) {
    const auto server = limit(3000 * scale);
    const auto user = limit(800 * scale);
    std::vector<Limited> all;
    all.push_back(Limited({server, user}));
    all.push_back(Limited({server, user}));
    all.push_back(Limited({server, limit(500 * scale)}));
    all.push_back(Limited({server, limit(1200 * scale)}));
    run(all, start + 10s);
    EXPECT_NEAR(share(all[0].passed() + all[1].passed(), 800 * scale), 1.0, 0.05);
    EXPECT_NEAR(share(all[2].passed(), 500 * scale), 1.0, 0.05);
    EXPECT_NEAR(share(all[3].passed(), 1200 * scale), 1.0, 0.05);
  }
}

TEST(Throttle, IsExactToFivePercentWhereTheLimitOfAllIsReachedBeforeTheOthers) {
  for (const std::uint64_t scale : {10u, 1'000u, 100'000u}) {
    const auto server = limit(3000 * scale);
    std::vector<Limited> all;
    for (const std::uint64_t rate : {500u, 800u, 2500u}) all.push_back(Limited({server, limit(rate * scale)}));
    run(all, start + 10s);
    EXPECT_NEAR(share(all[0].passed() + all[1].passed() + all[2].passed(), 3000 * scale), 1.0, 0.05);
    EXPECT_LE(share(all[0].passed(), 500 * scale), 1.05);
    EXPECT_LE(share(all[1].passed(), 800 * scale), 1.05);
    EXPECT_LE(share(all[2].passed(), 2500 * scale), 1.05);
  }
}

// A throttle that waits is woken by cancel, and gives back what it did not use.
TEST(Throttle, CancelEndsAWait) {
  on_loop([](Loop& loop) -> Task<void> {
    const auto bucket = std::make_shared<RateBucket>(1);
    bucket->book(1'000'000, Clock::now());
    Throttle throttle(loop, {bucket});
    loop.post([&] { throttle.cancel(); });
    co_await throttle.wait();
    EXPECT_FALSE(throttle.waiting());
    co_await throttle.wait();
  });
}

TEST(Throttle, PaysForWhatCouldNotBeCut) {
  on_loop([](Loop& loop) -> Task<void> {
    const auto bucket = std::make_shared<RateBucket>(1'000'000);
    const Time begin = Clock::now();
    {
      Throttle throttle(loop, {bucket});
      co_await throttle.wait();
      EXPECT_EQ(throttle.allowance(), 50'000u);
      throttle.spend(60'000);
      EXPECT_EQ(throttle.allowance(), 0u);
      co_await throttle.wait();
      EXPECT_EQ(throttle.allowance(), 50'000u);
    }
    EXPECT_GE(bucket->book(1, Clock::now()), begin + 59ms);
  });
}

}  // namespace
}  // namespace ferry::test
