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
