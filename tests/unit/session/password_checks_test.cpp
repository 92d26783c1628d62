#include "session/password_checks.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "unit/net/on_loop.hpp"

namespace ferry::test {
namespace {

using namespace std::chrono_literals;

const IpAddress attacker = IpAddress::v4({192, 0, 2, 1});
const IpAddress victim = IpAddress::v4({192, 0, 2, 2});

// Logins at one loop: who has a place writes down its name, and leaves when it is told to.
class Door {
 public:
  Door(Loop& loop, std::uint32_t at_once, std::uint32_t waiting, Clock::duration longest = 1h)
      : checks_(at_once, waiting), loop_(loop), longest_(longest) {}

  void come(const std::string& name, const IpAddress& from) {
    leave_.push_back(std::make_unique<Signal>(loop_));
    names_.push_back(name);
    spawn(loop_, visit(leave_.size() - 1, from), [](const std::exception_ptr&) {});
  }
  // Whoever came as `name`.
  Task<void> let_go(const std::string& name) {
    for (std::size_t i = 0; i < names_.size(); ++i)
      if (names_[i] == name) leave_[i]->set();
    co_await settle();
  }
  // Until all has happened that can.
  Task<void> settle() {
    for (int i = 0; i < 10; ++i) co_await loop_.yield();
  }

  std::string inside;   // the names of all that have got in, in order
  std::string refused;  // and of those that have not

 private:
  Task<void> visit(std::size_t number, IpAddress from) {
    const PasswordChecks::Place place = co_await checks_.enter(loop_, from, longest_);
    if (!place) {
      refused += names_[number];
      co_return;
    }
    inside += names_[number];
    co_await leave_[number]->wait();
  }

  PasswordChecks checks_;
  Loop& loop_;
  const Clock::duration longest_;
  std::vector<std::unique_ptr<Signal>> leave_;
  std::vector<std::string> names_;
};

TEST(PasswordChecks, AreSoManyAtATimeAndTheOthersWait) {
  on_loop([](Loop& loop) -> Task<void> {
    Door door(loop, 2, 10);
    door.come("a", attacker);
    door.come("b", victim);
    door.come("c", attacker);
    door.come("d", victim);
    EXPECT_EQ(door.inside, "ab");
    co_await door.let_go("b");
    // An address does not get a second place while another one has none; here each has its half.
    EXPECT_EQ(door.inside, "abd");
    co_await door.let_go("a");
    EXPECT_EQ(door.inside, "abdc");
    co_await door.let_go("c");
    co_await door.let_go("d");
  });
}

TEST(PasswordChecks, OfOneAddressGetHalfOfThePlaces) {
  on_loop([](Loop& loop) -> Task<void> {
    Door door(loop, 4, 10);
    for (const char* name : {"a", "b", "c", "d"}) door.come(name, attacker);
    EXPECT_EQ(door.inside, "ab");
    door.come("v", victim);
    EXPECT_EQ(door.inside, "abv");
    for (const char* name : {"a", "b", "v", "c", "d"}) co_await door.let_go(name);
    EXPECT_EQ(door.inside, "abvcd");
  });
}

TEST(PasswordChecks, OfSeveralAddressesTakeTurns) {
  on_loop([](Loop& loop) -> Task<void> {
    Door door(loop, 1, 10);
    for (const char* name : {"a", "b", "c"}) door.come(name, attacker);
    door.come("v", victim);
    co_await door.let_go("a");
    EXPECT_EQ(door.inside, "ab");
    co_await door.let_go("b");
    EXPECT_EQ(door.inside, "abv");
    co_await door.let_go("v");
    EXPECT_EQ(door.inside, "abvc");
    co_await door.let_go("c");
  });
}

TEST(PasswordChecks, RefuseWhoeverWouldMakeTheQueueTooLong) {
  on_loop([](Loop& loop) -> Task<void> {
    Door door(loop, 1, 4);
    for (const char* name : {"a", "b", "c", "d"}) door.come(name, attacker);
    EXPECT_EQ(door.refused, "d") << "one address gets half of the queue";
    for (const char* name : {"v", "w"}) door.come(name, victim);
    EXPECT_EQ(door.refused, "d");
    door.come("x", IpAddress::v4({192, 0, 2, 3}));
    EXPECT_EQ(door.refused, "dx") << "and all together the whole";
    for (const char* name : {"a", "b", "v", "c", "w"}) co_await door.let_go(name);
    EXPECT_EQ(door.inside, "abvcw");
  });
}

TEST(PasswordChecks, TakeAnIPv6NetworkForOneAddress) {
  on_loop([](Loop& loop) -> Task<void> {
    Door door(loop, 2, 0);
    door.come("a", IpAddress::parse("2001:db8::1").value());
    door.come("b", IpAddress::parse("2001:db8::2").value());
    door.come("v", IpAddress::parse("2001:db8:0:1::1").value());
    EXPECT_EQ(door.inside, "av");
    for (const char* name : {"a", "b", "v"}) co_await door.let_go(name);
  });
}

TEST(PasswordChecks, KeepNobodyWaitingForEver) {
  on_loop([](Loop& loop) -> Task<void> {
    Door door(loop, 1, 0, 1ms);
    door.come("a", attacker);
    door.come("b", attacker);
    door.come("v", victim);
    while (door.refused.size() < 2) co_await loop.yield();
    co_await door.let_go("a");
    EXPECT_EQ(door.inside, "a");
    door.come("c", attacker);
    EXPECT_EQ(door.inside, "ac") << "those who gave up are in nobody's way";
    co_await door.let_go("c");
  });
}

TEST(PasswordChecks, HaveNoLimitWhereItIsZero) {
  on_loop([](Loop& loop) -> Task<void> {
    Door door(loop, 0, 0);
    std::string all;
    for (int i = 0; i < 100; ++i) {
      door.come("a", attacker);
      all += "a";
    }
    EXPECT_EQ(door.inside, all);
    co_await door.let_go("a");
  });
}

}  // namespace
}  // namespace ferry::test
