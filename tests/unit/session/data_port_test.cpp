#include "session/data_port.hpp"

#include <gtest/gtest.h>

#include "unit/net/on_loop.hpp"
#include "unit/net/socket_pair.hpp"

namespace ferry::test {
namespace {

const Endpoint somewhere{IpAddress::v4({192, 0, 2, 1}), 2000};
const PassivePorts any_port{PortRange()};

TEST(DataPort, NothingIsArrangedAtFirst) {
  const DataPort port;
  EXPECT_FALSE(port.arranged());
  EXPECT_FALSE(port.has_listener());
}

TEST(DataPort, ListenArrangesOneTransfer) {
  on_loop([](Loop& loop) -> Task<void> {
    DataPort port;
    const auto local = port.listen(loop, any_port, loopback());
    CO_ASSERT_TRUE(local);
    EXPECT_EQ(local->address, loopback());
    EXPECT_NE(local->port, 0);
    EXPECT_TRUE(port.arranged());

    const auto end = port.take(loopback(), somewhere.address);
    CO_ASSERT_TRUE(std::holds_alternative<PassiveEnd>(end));
    EXPECT_EQ(std::get<PassiveEnd>(end).listener->local(), *local);
    EXPECT_EQ(std::get<PassiveEnd>(end).peer, somewhere.address);
    EXPECT_FALSE(port.arranged());
    co_return;
  });
}

TEST(DataPort, ConnectToArrangesOneTransfer) {
  DataPort port;
  port.connect_to(somewhere);
  EXPECT_TRUE(port.arranged());
  const auto end = port.take(loopback(), somewhere.address);
  ASSERT_TRUE(std::holds_alternative<ActiveEnd>(end));
  EXPECT_EQ(std::get<ActiveEnd>(end).remote, somewhere);
  EXPECT_EQ(std::get<ActiveEnd>(end).local, loopback());
  EXPECT_FALSE(port.arranged());
}

TEST(DataPort, TheLastArrangementCounts) {
  on_loop([](Loop& loop) -> Task<void> {
    DataPort port;
    CO_ASSERT_TRUE(port.listen(loop, any_port, loopback()));
    port.connect_to(somewhere);
    EXPECT_FALSE(port.has_listener());
    EXPECT_TRUE(std::holds_alternative<ActiveEnd>(port.take(loopback(), std::nullopt)));

    port.connect_to(somewhere);
    CO_ASSERT_TRUE(port.listen(loop, any_port, loopback()));
    EXPECT_TRUE(std::holds_alternative<PassiveEnd>(port.take(loopback(), std::nullopt)));
    EXPECT_FALSE(port.arranged());
    co_return;
  });
}

TEST(DataPort, AListenerThatHasServedServesAgain) {
  on_loop([](Loop& loop) -> Task<void> {
    DataPort port;
    const auto first = port.listen(loop, any_port, loopback());
    CO_ASSERT_TRUE(first);
    port.take(loopback(), std::nullopt);
    EXPECT_TRUE(port.has_listener());
    EXPECT_EQ(port.listen(loop, any_port, loopback()), first);
    EXPECT_TRUE(port.arranged());
    co_return;
  });
}

TEST(DataPort, WhoConnectedBetweenTheTransfersIsDropped) {
  on_loop([](Loop& loop) -> Task<void> {
    DataPort port;
    const auto local = port.listen(loop, any_port, loopback());
    CO_ASSERT_TRUE(local);
    const auto end = port.take(loopback(), std::nullopt);
    auto descriptor = start_connect(loopback(), *local);
    CO_ASSERT_TRUE(descriptor);
    Stream early(loop, std::move(*descriptor));
    co_await std::get<PassiveEnd>(end).listener->socket().readable();
    CO_ASSERT_TRUE(port.listen(loop, any_port, loopback()));
    const Received nothing = co_await read_all(early);
    EXPECT_EQ(nothing.text, "");
    const auto accepted = std::get<PassiveEnd>(end).listener->try_accept();
    CO_ASSERT_TRUE(!accepted);
    EXPECT_EQ(accepted.error(), IoErrc::would_block);
  });
}

TEST(DataPort, AskingTwiceWithoutATransferBetweenGivesANewListener) {
  on_loop([](Loop& loop) -> Task<void> {
    DataPort port;
    const auto first = port.listen(loop, any_port, loopback());
    CO_ASSERT_TRUE(first);
    // Whoever has connected to the first one must not be served by the second.
    auto descriptor = start_connect(loopback(), *first);
    CO_ASSERT_TRUE(descriptor);
    CO_ASSERT_TRUE(port.listen(loop, any_port, loopback()));
    Stream early(loop, std::move(*descriptor));
    const Received nothing = co_await read_all(early);
    EXPECT_EQ(nothing.text, "");
  });
}

TEST(DataPort, AListenerThatWasCancelledIsReplaced) {
  on_loop([](Loop& loop) -> Task<void> {
    DataPort port;
    CO_ASSERT_TRUE(port.listen(loop, any_port, loopback()));
    const auto end = port.take(loopback(), std::nullopt);
    std::get<PassiveEnd>(end).listener->socket().cancel(IoErrc::timed_out);
    CO_ASSERT_TRUE(port.listen(loop, any_port, loopback()));
    const auto second = port.take(loopback(), std::nullopt);
    EXPECT_EQ(std::get<PassiveEnd>(second).listener->socket().stopped_by(), IoErrc::none);
    co_return;
  });
}

TEST(DataPort, WithoutAFreePortNothingIsArranged) {
  on_loop([](Loop& loop) -> Task<void> {
    const auto held = listen_on(loopback(), 0, 1);
    CO_ASSERT_TRUE(held);
    const PassivePorts taken({held->second.port, held->second.port});
    DataPort port;
    port.connect_to(somewhere);
    const auto local = port.listen(loop, taken, loopback());
    CO_ASSERT_TRUE(!local);
    EXPECT_EQ(local.error(), IoErrc::no_resource);
    EXPECT_FALSE(port.arranged());
    co_return;
  });
}

TEST(DataPort, CloseForgetsEverything) {
  on_loop([](Loop& loop) -> Task<void> {
    DataPort port;
    CO_ASSERT_TRUE(port.listen(loop, any_port, loopback()));
    port.close();
    EXPECT_FALSE(port.arranged());
    EXPECT_FALSE(port.has_listener());
    port.connect_to(somewhere);
    port.close();
    EXPECT_FALSE(port.arranged());
    co_return;
  });
}

TEST(DataPort, CloseIdleListenerSparesOneThatIsArranged) {
  on_loop([](Loop& loop) -> Task<void> {
    DataPort port;
    CO_ASSERT_TRUE(port.listen(loop, any_port, loopback()));
    port.close_idle_listener();
    EXPECT_TRUE(port.arranged());
    EXPECT_TRUE(port.has_listener());
    port.take(loopback(), std::nullopt);
    port.close_idle_listener();
    EXPECT_FALSE(port.has_listener());
    co_return;
  });
}

}  // namespace
}  // namespace ferry::test
