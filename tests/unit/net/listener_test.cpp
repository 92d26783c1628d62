#include "net/listener.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "unit/net/on_loop.hpp"
#include "unit/net/socket_pair.hpp"

namespace ferry::test {
namespace {

using testing::HasSubstr;

TEST(ListenOn, Port0IsAnyFreePort) {
  const auto first = listen_on(loopback(), 0, 1);
  const auto second = listen_on(loopback(), 0, 1);
  ASSERT_TRUE(first && second);
  EXPECT_NE(first->second.port, 0);
  EXPECT_NE(first->second.port, second->second.port);
  EXPECT_EQ(first->second.address, loopback());
}

TEST(ListenOn, SaysWhichPortIsInUseAndWhatToDo) {
  const auto held = listen_on(loopback(), 0, 1);
  ASSERT_TRUE(held);
  const auto refused = listen_on(loopback(), held->second.port, 1);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error(), HasSubstr("port " + std::to_string(held->second.port) + " is in use"));
  EXPECT_THAT(refused.error(), HasSubstr("choose another"));
}

TEST(ListenOn, SaysWhichAddressIsNotOurs) {
  const auto refused = listen_on(IpAddress::v4({192, 0, 2, 1}), 0, 1);  // RFC 5737: nobody's address
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error(), HasSubstr("192.0.2.1 is not an address of this machine"));
}

TEST(ListenOn, WithoutAnAddressAcceptsIpv4AsIpv4) {
  on_loop([](Loop& loop) -> Task<void> {
    auto listening = listen_on(std::nullopt, 0, 1);
    CO_ASSERT_TRUE(listening);
    Listener listener(loop, std::move(listening->first), listening->second);
    const auto peer = start_connect(loopback(), {loopback(), listener.local().port});
    CO_ASSERT_TRUE(peer);
    auto accepted = listener.try_accept();
    while (!accepted && accepted.error() == IoErrc::would_block) {
      co_await listener.socket().readable();
      accepted = listener.try_accept();
    }
    CO_ASSERT_TRUE(accepted);
    EXPECT_EQ(accepted->peer.address, loopback());
    const Socket socket(loop, std::move(accepted->descriptor));
    EXPECT_EQ(socket.local_endpoint(), (Endpoint{loopback(), listener.local().port}));
  });
}

TEST(Listener, WithoutAConnectionWouldBlock) {
  on_loop([](Loop& loop) -> Task<void> {
    auto listening = listen_on(loopback(), 0, 1);
    CO_ASSERT_TRUE(listening);
    Listener listener(loop, std::move(listening->first), listening->second);
    const auto accepted = listener.try_accept();
    CO_ASSERT_TRUE(!accepted);
    EXPECT_EQ(accepted.error(), IoErrc::would_block);
    co_return;
  });
}

TEST(Listener, ACancelledOneSaysWhy) {
  on_loop([](Loop& loop) -> Task<void> {
    auto listening = listen_on(loopback(), 0, 1);
    CO_ASSERT_TRUE(listening);
    Listener listener(loop, std::move(listening->first), listening->second);
    loop.post([&] { listener.socket().cancel(IoErrc::stopped); });
    co_await listener.socket().readable();
    const auto accepted = listener.try_accept();
    CO_ASSERT_TRUE(!accepted);
    EXPECT_EQ(accepted.error(), IoErrc::stopped);
  });
}

TEST(Listener, DropWaitingClosesThoseThatNobodyAskedFor) {
  on_loop([](Loop& loop) -> Task<void> {
    auto listening = listen_on(loopback(), 0, 4);
    CO_ASSERT_TRUE(listening);
    Listener listener(loop, std::move(listening->first), listening->second);
    auto descriptor = start_connect(loopback(), listener.local());
    CO_ASSERT_TRUE(descriptor);
    Stream peer(loop, std::move(*descriptor));
    co_await listener.socket().readable();
    listener.drop_waiting();
    const Received received = co_await read_all(peer);
    EXPECT_EQ(received.text, "");
    const auto accepted = listener.try_accept();
    CO_ASSERT_TRUE(!accepted);
    EXPECT_EQ(accepted.error(), IoErrc::would_block);
  });
}

// A few ports, of which one at least was free just now.
PortRange small_range() {
  for (;;) {
    const auto held = listen_on(loopback(), 0, 1);
    if (held && held->second.port <= 65535 - 4) {
      const std::uint16_t first = held->second.port;
      return {first, static_cast<std::uint16_t>(first + 3)};
    }
  }
}

TEST(PassivePorts, GivesEveryPortOfTheRangeOnceAndThenSaysItIsFull) {
  on_loop([](Loop& loop) -> Task<void> {
    const PortRange range = small_range();
    const PassivePorts ports(range);
    std::vector<std::unique_ptr<Listener>> open;
    std::set<std::uint16_t> seen;
    IoErrc error = IoErrc::none;
    while (error == IoErrc::none && open.size() < 10) {
      auto listener = ports.open(loop, loopback());
      if (!listener) {
        error = listener.error();
        continue;
      }
      const std::uint16_t port = (*listener)->local().port;
      EXPECT_GE(port, range.first);
      EXPECT_LE(port, range.last);
      EXPECT_TRUE(seen.insert(port).second) << port;
      open.push_back(std::move(*listener));
    }
    EXPECT_EQ(error, IoErrc::no_resource);
    EXPECT_FALSE(open.empty());
    for (std::uint32_t port = range.first; port <= range.last; ++port)
      EXPECT_FALSE(listen_on(loopback(), static_cast<std::uint16_t>(port), 1)) << port;
    co_return;
  });
}

TEST(PassivePorts, APortIsFreeAgainWhenItsListenerIsGone) {
  on_loop([](Loop& loop) -> Task<void> {
    const PassivePorts all{PortRange()};
    auto first = all.open(loop, loopback());
    CO_ASSERT_TRUE(first);
    const std::uint16_t port = (*first)->local().port;
    const PassivePorts only({port, port});
    const auto refused = only.open(loop, loopback());
    CO_ASSERT_TRUE(!refused);
    EXPECT_EQ(refused.error(), IoErrc::no_resource);
    first->reset();
    const auto second = only.open(loop, loopback());
    CO_ASSERT_TRUE(second);
    EXPECT_EQ((*second)->local(), (Endpoint{loopback(), port}));
    co_return;
  });
}

TEST(PassivePorts, AreSpreadOverTheDynamicRange) {
  on_loop([](Loop& loop) -> Task<void> {
    const PassivePorts ports{PortRange()};
    std::set<int> thousands;
    for (int i = 0; i < 64; ++i) {
      const auto listener = ports.open(loop, loopback());
      CO_ASSERT_TRUE(listener);
      EXPECT_GE((*listener)->local().port, 49152);
      thousands.insert((*listener)->local().port / 1000);
    }
    // 17 thousands, 64 draws: fewer than 5 of them does not happen.
    EXPECT_GE(thousands.size(), 5u);
    co_return;
  });
}

TEST(PassivePorts, AnAddressThatIsNotOursIsNoResource) {
  on_loop([](Loop& loop) -> Task<void> {
    const PassivePorts ports{PortRange()};
    const auto refused = ports.open(loop, IpAddress::v4({192, 0, 2, 1}));
    CO_ASSERT_TRUE(!refused);
    EXPECT_EQ(refused.error(), IoErrc::no_resource);
    co_return;
  });
}

}  // namespace
}  // namespace ferry::test
