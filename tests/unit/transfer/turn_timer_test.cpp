#include "transfer/turn_timer.hpp"

#include <gtest/gtest.h>

#include <thread>

namespace ferry::test {
namespace {

using namespace std::chrono_literals;

TEST(TurnTimer, TakesALongSleepForStorageThatBlocks) {
  TurnTimer timer(false);
  EXPECT_EQ(timer.timed([] {
    std::this_thread::sleep_for(20ms);
    return 7;
  }),
            7);
  EXPECT_TRUE(timer.may_block());
}

TEST(TurnTimer, DoesNotTakeWorkForSleep) {
  TurnTimer timer(false);
  timer.timed([] {
    const auto end = Clock::now() + 20ms;
    while (Clock::now() < end) {
    }
    return 0;
  });
  EXPECT_FALSE(timer.may_block());
}

TEST(TurnTimer, DoesNotTakeAShortSleepForStorageThatBlocks) {
  TurnTimer timer(false);
  timer.timed([] {
    std::this_thread::yield();
    return 0;
  });
  EXPECT_FALSE(timer.may_block());
}

TEST(TurnTimer, StaysWithWhatItHasLearned) {
  TurnTimer timer(true);
  timer.timed([] { return 0; });
  EXPECT_TRUE(timer.may_block());
}

}  // namespace
}  // namespace ferry::test
