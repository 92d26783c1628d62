#include "server/session_register.hpp"

#include <gtest/gtest.h>

#include <thread>

namespace ferry::test {
namespace {

using enum SessionRegister::Admission;

const IpAddress here = IpAddress::v4({192, 0, 2, 1});
const IpAddress there = IpAddress::v4({192, 0, 2, 2});

TEST(SessionRegister, AdmitsEverybodyWithoutLimits) {
  SessionRegister sessions{Limits()};
  for (int i = 0; i < 100; ++i) EXPECT_EQ(sessions.admit(here), admitted);
  EXPECT_EQ(sessions.now(), 100u);
}

TEST(SessionRegister, CountsThoseNowAndThoseInAll) {
  SessionRegister sessions{Limits()};
  sessions.admit(here);
  sessions.admit(there);
  sessions.release(here);
  EXPECT_EQ(sessions.now(), 1u);
  EXPECT_EQ(sessions.total(), 2u);
}

TEST(SessionRegister, LimitsTheSessionsInAll) {
  SessionRegister sessions(Limits{.connections = 2});
  EXPECT_EQ(sessions.admit(here), admitted);
  EXPECT_EQ(sessions.admit(there), admitted);
  EXPECT_EQ(sessions.admit(there), too_many);
  EXPECT_EQ(sessions.total(), 2u);
  sessions.release(here);
  EXPECT_EQ(sessions.admit(there), admitted);
}

TEST(SessionRegister, LimitsTheSessionsOfOneAddress) {
  SessionRegister sessions(Limits{.connections_per_address = 2});
  EXPECT_EQ(sessions.admit(here), admitted);
  EXPECT_EQ(sessions.admit(here), admitted);
  EXPECT_EQ(sessions.admit(here), too_many_from_address);
  EXPECT_EQ(sessions.admit(there), admitted);
  EXPECT_EQ(sessions.now(), 3u);
  sessions.release(here);
  EXPECT_EQ(sessions.admit(here), admitted);
  EXPECT_EQ(sessions.admit(here), too_many_from_address);
}

TEST(SessionRegister, TakesTheAddressesOfOneIPv6NetworkForOne) {
  SessionRegister sessions(Limits{.connections_per_address = 2});
  const auto host = [](unsigned network, unsigned number) {
    return IpAddress::v6({0x20, 1, 0xd, 0xb8, 0, 0, 0, static_cast<std::uint8_t>(network), 0, 0, 0, 0, 0, 0,
                          static_cast<std::uint8_t>(number >> 8), static_cast<std::uint8_t>(number)});
  };
  EXPECT_EQ(sessions.admit(host(1, 1)), admitted);
  EXPECT_EQ(sessions.admit(host(1, 2)), admitted);
  for (unsigned number = 0; number < 1000; ++number) EXPECT_EQ(sessions.admit(host(1, number)), too_many_from_address);
  EXPECT_EQ(sessions.admit(host(2, 1)), admitted);
  // Whoever leaves need not be the first.
  sessions.release(host(1, 2));
  EXPECT_EQ(sessions.admit(host(1, 3)), admitted);
  EXPECT_EQ(sessions.admit(host(1, 4)), too_many_from_address);
}

TEST(SessionRegister, ForgetsWhoeverHasGoneAndWhoeverWasRefused) {
  SessionRegister sessions(Limits{.connections = 1, .connections_per_address = 1});
  sessions.admit(here);
  for (unsigned number = 0; number < 10'000; ++number) {
    const auto other =
        IpAddress::v4({10, 0, static_cast<std::uint8_t>(number >> 8), static_cast<std::uint8_t>(number)});
    EXPECT_EQ(sessions.admit(other), too_many);
  }
  EXPECT_EQ(sessions.origins(), 1u);
  sessions.release(here);
  for (unsigned number = 0; number < 10'000; ++number) {
    const auto other =
        IpAddress::v4({10, 0, static_cast<std::uint8_t>(number >> 8), static_cast<std::uint8_t>(number)});
    EXPECT_EQ(sessions.admit(other), admitted);
    sessions.release(other);
  }
  EXPECT_EQ(sessions.origins(), 0u);
}

TEST(SessionRegister, ARefusalTakesNoPlace) {
  SessionRegister sessions(Limits{.connections = 1, .connections_per_address = 1});
  EXPECT_EQ(sessions.admit(here), admitted);
  EXPECT_EQ(sessions.admit(there), too_many);
  sessions.release(here);
  EXPECT_EQ(sessions.admit(there), admitted);
  sessions.release(there);
  EXPECT_TRUE(sessions.wait_until_empty());
}

TEST(SessionRegister, IsEmptyAtOnceWithoutSessions) {
  SessionRegister sessions{Limits()};
  EXPECT_TRUE(sessions.wait_until_empty());
}

TEST(SessionRegister, WaitsUntilTheLastSessionHasEnded) {
  SessionRegister sessions{Limits()};
  sessions.admit(here);
  sessions.admit(there);
  std::thread ending([&] {
    sessions.release(here);
    sessions.release(there);
  });
  EXPECT_TRUE(sessions.wait_until_empty());
  EXPECT_EQ(sessions.now(), 0u);
  ending.join();
}

TEST(SessionRegister, StopsWaitingAtTheLimit) {
  SessionRegister sessions{Limits()};
  sessions.admit(here);
  sessions.limit_wait(SessionRegister::Clock::time_point());
  EXPECT_FALSE(sessions.wait_until_empty());
  sessions.release(here);
  EXPECT_TRUE(sessions.wait_until_empty());
}

TEST(SessionRegister, TheLimitMayBecomeShorterDuringTheWait) {
  SessionRegister sessions{Limits()};
  sessions.admit(here);
  std::thread hurrying([&] { sessions.limit_wait(SessionRegister::Clock::time_point()); });
  EXPECT_FALSE(sessions.wait_until_empty());
  hurrying.join();
}

}  // namespace
}  // namespace ferry::test
