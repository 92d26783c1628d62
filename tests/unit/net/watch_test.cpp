// Waits for descriptors (Watch, net/loop.hpp).
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <string_view>
#include <system_error>

#include "unit/net/on_loop.hpp"

namespace ferry::test {
namespace {

class WatchedPair : public testing::Test {
 protected:
  WatchedPair() { EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, pair_), 0); }
  ~WatchedPair() override {
    ::close(pair_[0]);
    hang_up();
  }

  void send(std::string_view octets) { EXPECT_EQ(::write(pair_[1], octets.data(), octets.size()), std::ssize(octets)); }
  void hang_up() {
    if (pair_[1] >= 0) ::close(pair_[1]);
    pair_[1] = -1;
  }
  char read_one() {
    char octet = 0;
    EXPECT_EQ(::read(watched(), &octet, 1), 1);
    return octet;
  }
  int watched() const { return pair_[0]; }

  static Task<bool> wait(Watch& watch, Watch::For what) {
    co_await watch.wait(what);
    co_return true;
  }
  // The loop looks for events so often.
  static Task<void> three_rounds(Loop& loop) {
    for (int i = 0; i < 3; ++i) co_await loop.yield();
  }

 private:
  int pair_[2];
};

TEST_F(WatchedPair, TellsWhatWasReadyBeforeAndThenOnlyChanges) {
  send("x");
  on_loop([this](Loop& loop) -> Task<void> {
    Watch watch(loop, watched());
    co_await watch.wait(Watch::For::reading);
    Beside<bool> again(loop, wait(watch, Watch::For::reading));
    co_await three_rounds(loop);
    EXPECT_FALSE(again.done()) << "what nobody read is not told once more";
    send("y");
    EXPECT_TRUE(co_await again.result());
  });
}

TEST_F(WatchedPair, KeepsAChangeForTheNextWait) {
  on_loop([this](Loop& loop) -> Task<void> {
    Watch watch(loop, watched());
    Beside<bool> first(loop, wait(watch, Watch::For::reading));
    send("x");
    EXPECT_TRUE(co_await first.result());
    EXPECT_EQ(read_one(), 'x');
    send("y");
    co_await three_rounds(loop);  // the event comes while nobody waits
    co_await watch.wait(Watch::For::reading);
    EXPECT_EQ(read_one(), 'y');
  });
}

TEST_F(WatchedPair, WaitsForEachDirectionByItself) {
  on_loop([this](Loop& loop) -> Task<void> {
    Watch watch(loop, watched());
    Beside<bool> reads(loop, wait(watch, Watch::For::reading));
    co_await watch.wait(Watch::For::writing);
    co_await three_rounds(loop);
    EXPECT_FALSE(reads.done());
    send("y");
    EXPECT_TRUE(co_await reads.result());
  });
}

TEST_F(WatchedPair, EndsAWaitWhenSomebodyWakesIt) {
  on_loop([this](Loop& loop) -> Task<void> {
    Watch watch(loop, watched());
    Beside<bool> reads(loop, wait(watch, Watch::For::reading));
    watch.wake();
    EXPECT_TRUE(co_await reads.result());
  });
}

// Whoever read a part sees the rest and the end, though nothing changes any more.
TEST_F(WatchedPair, GoesOnToBeReadyWhenThePeerHasGone) {
  send("xy");
  on_loop([this](Loop& loop) -> Task<void> {
    Watch watch(loop, watched());
    hang_up();
    for (int i = 0; i < 3; ++i) co_await watch.wait(Watch::For::reading);
    EXPECT_EQ(read_one(), 'x');
    co_await watch.wait(Watch::For::reading);
    co_await watch.wait(Watch::For::writing);
  });
}

TEST(Watch, ThrowsForWhatTheKernelCannotWatch) {
  on_loop([](Loop& loop) -> Task<void> {
    Watch watch(loop, -1);
    bool thrown = false;
    try {
      co_await watch.wait(Watch::For::reading);
    } catch (const std::system_error&) {
      thrown = true;
    }
    EXPECT_TRUE(thrown);
  });
}

}  // namespace
}  // namespace ferry::test
