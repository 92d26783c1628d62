#include "transfer/turn_timer.hpp"

#include <gtest/gtest.h>

#include <thread>

namespace ferry::test {
namespace {

using namespace std::chrono_literals;

constexpr auto sleep_long = [] {
  std::this_thread::sleep_for(20ms);
  return 7;
};

constexpr auto work_long = [] {
  const auto end = Clock::now() + 20ms;
  while (Clock::now() < end) {
  }
  return 0;
};

TEST(TurnTimer, TakesASecondLongSleepForStorageThatBlocks) {
  TurnTimer timer(false);
  EXPECT_EQ(timer.timed(sleep_long), 7);
  EXPECT_FALSE(timer.may_block());
  timer.timed([] { return 0; });  // a turn that is short proves nothing: the storage may have read ahead
  EXPECT_EQ(timer.timed(sleep_long), 7);
  EXPECT_TRUE(timer.may_block());
}

TEST(TurnTimer, DoesNotTakeWorkForSleep) {
  TurnTimer timer(false);
  timer.timed(work_long);
  timer.timed(work_long);
  EXPECT_FALSE(timer.may_block());
}

TEST(TurnTimer, DoesNotTakeAShortSleepForStorageThatBlocks) {
  TurnTimer timer(false);
  timer.timed(sleep_long);
  timer.timed([] {
    std::this_thread::yield();
    return 0;
  });
  EXPECT_FALSE(timer.may_block());
}

TEST(TurnTimer, StaysWithWhatItHasLearned) {
  TurnTimer timer(true);
  timer.timed(work_long);
  timer.timed(work_long);
  EXPECT_TRUE(timer.may_block());
}

}  // namespace
}  // namespace ferry::test
