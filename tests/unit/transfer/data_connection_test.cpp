#include "transfer/data_connection.hpp"

#include <gtest/gtest.h>

#include "unit/transfer/open_data.hpp"

namespace ferry::test {
namespace {

using namespace std::chrono_literals;
using Kind = TransferEnd::Kind;

const IpAddress stranger = IpAddress::v4({127, 0, 0, 2});

std::unique_ptr<Listener> listener_on(Loop& loop) {
  auto opened = PassivePorts(PortRange()).open(loop, loopback());
  if (!opened) throw std::runtime_error("no passive port");
  return std::move(*opened);
}

Stream connected(Loop& loop, const IpAddress& from, const Endpoint& to) {
  auto descriptor = start_connect(from, to);
  if (!descriptor) throw std::runtime_error("no connection over the loopback interface");
  return Stream(loop, std::move(*descriptor));
}

TEST(PassiveDataConnection, IsThePeersWhoConnects) {
  on_loop([](Loop& loop) -> Task<void> {
    OpenData data(loop);
    const TransferEnd end = co_await data.open();
    EXPECT_EQ(end.kind, Kind::complete);
    EXPECT_EQ(data.peer->put("hello"), IoErrc::none);
    std::byte buffer[8];
    EXPECT_EQ(co_await data.ours->stream().read(buffer), 5u);
  });
}

TEST(PassiveDataConnection, WaitsForWhoIsNotThereYet) {
  on_loop([](Loop& loop) -> Task<void> {
    const auto listener = listener_on(loop);
    DataConnection data(loop, patient_setup(PassiveEnd{listener.get(), loopback()}));
    Beside<TransferEnd> opening(loop, data.open());
    co_await loop.yield();
    EXPECT_FALSE(opening.done());
    Stream peer = connected(loop, loopback(), listener->local());
    const TransferEnd end = co_await opening.result();
    EXPECT_TRUE(end.complete());
  });
}

TEST(PassiveDataConnection, DropsAStrangerAndGoesOnWaiting) {
  on_loop([](Loop& loop) -> Task<void> {
    const auto listener = listener_on(loop);
    DataConnection data(loop, patient_setup(PassiveEnd{listener.get(), loopback()}));
    Beside<TransferEnd> opening(loop, data.open());
    Stream other = connected(loop, stranger, listener->local());
    const Received nothing = co_await read_all(other);  // until it is closed on the stranger
    EXPECT_EQ(nothing.text, "");
    EXPECT_FALSE(opening.done());

    Stream peer = connected(loop, loopback(), listener->local());
    const TransferEnd end = co_await opening.result();
    EXPECT_TRUE(end.complete());
    EXPECT_EQ(peer.put("mine"), IoErrc::none);
    std::byte buffer[8];
    EXPECT_EQ(co_await data.stream().read(buffer), 4u);
  });
}

TEST(PassiveDataConnection, TakesAnybodyWhereNoPeerIsNamed) {
  on_loop([](Loop& loop) -> Task<void> {
    const auto listener = listener_on(loop);
    DataConnection data(loop, patient_setup(PassiveEnd{listener.get(), std::nullopt}));
    Stream other = connected(loop, stranger, listener->local());
    const TransferEnd end = co_await data.open();
    EXPECT_TRUE(end.complete());
  });
}

TEST(PassiveDataConnection, DoesNotComeAboutWhenNobodyConnectsInTime) {
  on_loop([](Loop& loop) -> Task<void> {
    const auto listener = listener_on(loop);
    DataConnectionSetup setup = patient_setup(PassiveEnd{listener.get(), loopback()});
    setup.connect_timeout = 1ms;
    DataConnection data(loop, std::move(setup));
    const TransferEnd end = co_await data.open();
    EXPECT_EQ(end.kind, Kind::no_connection);
  });
}

TEST(PassiveDataConnection, EndsWithTheReasonWhenItIsCancelledWhileWaiting) {
  on_loop([](Loop& loop) -> Task<void> {
    for (const auto& [reason, kind] : {std::pair{IoErrc::aborted, Kind::aborted}, {IoErrc::stopped, Kind::stopped}}) {
      const auto listener = listener_on(loop);
      DataConnection data(loop, patient_setup(PassiveEnd{listener.get(), loopback()}));
      Beside<TransferEnd> opening(loop, data.open());
      data.cancel(reason);
      data.cancel(IoErrc::timed_out);  // the first reason stays
      const TransferEnd end = co_await opening.result();
      EXPECT_EQ(end.kind, kind);
    }
  });
}

TEST(ActiveDataConnection, ConnectsToThePeer) {
  on_loop([](Loop& loop) -> Task<void> {
    const auto listener = listener_on(loop);
    DataConnection data(loop, patient_setup(ActiveEnd{loopback(), listener->local()}));
    const TransferEnd end = co_await data.open();
    EXPECT_TRUE(end.complete());
    auto accepted = listener->try_accept();
    CO_ASSERT_TRUE(accepted);
    Stream peer(loop, std::move(accepted->descriptor));
    EXPECT_EQ(data.stream().put("down"), IoErrc::none);
    std::byte buffer[8];
    EXPECT_EQ(co_await peer.read(buffer), 4u);
  });
}

TEST(ActiveDataConnection, DoesNotComeAboutWhereNobodyListens) {
  on_loop([](Loop& loop) -> Task<void> {
    const Endpoint nobody = listener_on(loop)->local();
    DataConnection data(loop, patient_setup(ActiveEnd{loopback(), nobody}));
    const TransferEnd end = co_await data.open();
    EXPECT_EQ(end.kind, Kind::no_connection);
  });
}

TEST(DataConnection, CancelledBeforeItOpensEndsWithTheReason) {
  on_loop([](Loop& loop) -> Task<void> {
    const auto listener = listener_on(loop);
    DataConnection active(loop, patient_setup(ActiveEnd{loopback(), listener->local()}));
    active.cancel(IoErrc::aborted);
    const TransferEnd end = co_await active.open();
    EXPECT_EQ(end.kind, Kind::aborted);
    DataConnection passive(loop, patient_setup(PassiveEnd{listener.get(), loopback()}));
    passive.cancel(IoErrc::stopped);
    const TransferEnd other = co_await passive.open();
    EXPECT_EQ(other.kind, Kind::stopped);
  });
}

TEST(DataConnection, CancelledWhileOpenEndsItsWaits) {
  on_loop([](Loop& loop) -> Task<void> {
    OpenData data(loop);
    const TransferEnd end = co_await data.open();
    CO_ASSERT_TRUE(end.complete());
    loop.post([&] { data.ours->cancel(IoErrc::aborted); });
    std::byte buffer[8];
    EXPECT_EQ(co_await data.ours->stream().read(buffer), std::unexpected(IoErrc::aborted));
  });
}

TEST(DataConnection, TimesOutWithoutAnyProgress) {
  on_loop([](Loop& loop) -> Task<void> {
    OpenData data(loop, 1ms);
    const TransferEnd end = co_await data.open();
    CO_ASSERT_TRUE(end.complete());
    data.ours->count(1);  // the deadline looks for progress, so the first one that passes sees some
    std::byte buffer[8];
    EXPECT_EQ(co_await data.ours->stream().read(buffer), std::unexpected(IoErrc::timed_out));
  });
}

TEST(DataConnection, GivesOthersATurnWhenItHasMovedALot) {
  on_loop([](Loop& loop) -> Task<void> {
    OpenData data(loop);
    const TransferEnd end = co_await data.open();
    CO_ASSERT_TRUE(end.complete());
    bool others = false;
    loop.post([&] { others = true; });
    data.ours->count(1000);
    co_await data.ours->take_turns();
    EXPECT_FALSE(others);
    data.ours->count(1024 * 1024);
    co_await data.ours->take_turns();
    EXPECT_TRUE(others);
    EXPECT_EQ(data.ours->octets(), 1000u + 1024 * 1024);
  });
}

TEST(ProtectedDataConnection, IsUsableAfterTheHandshake) {
  on_loop([](Loop& loop) -> Task<void> {
    OpenData data(loop);
    const TransferEnd end = co_await data.open_tls();
    EXPECT_TRUE(end.complete());
    EXPECT_NE(data.ours->stream().tls(), nullptr);
  });
}

TEST(ProtectedDataConnection, IsRefusedWhenItsSessionBelongsToSomebodyElse) {
  on_loop([](Loop& loop) -> Task<void> {
    OpenData data(loop);
    const TransferEnd end = co_await data.open_tls(false);
    EXPECT_EQ(end.kind, Kind::foreign_session);
  });
}

DataTls test_tls() {
  return {test_tls_context(), new_tls_identity(), [](const TlsEngine&) { return true; }};
}

TEST(ProtectedDataConnection, IsRefusedWhenThePeerSpeaksInClear) {
  on_loop([](Loop& loop) -> Task<void> {
    OpenData data(loop);
    data.setup.tls = test_tls();
    Beside<TransferEnd> opening(loop, data.open());
    data.peer->put("not a handshake\r\n");
    const TransferEnd end = co_await opening.result();
    EXPECT_EQ(end.kind, Kind::tls_refused);
  });
}

TEST(ProtectedDataConnection, IsRefusedWhenTheHandshakeTakesTooLong) {
  on_loop([](Loop& loop) -> Task<void> {
    OpenData data(loop);
    data.setup.tls = test_tls();
    data.setup.handshake_timeout = 1ms;
    const TransferEnd end = co_await data.open();
    EXPECT_EQ(end.kind, Kind::tls_refused);
  });
}

TEST(ProtectedDataConnection, EndsWithTheReasonWhenItIsCancelledDuringTheHandshake) {
  on_loop([](Loop& loop) -> Task<void> {
    OpenData data(loop);
    data.setup.tls = test_tls();
    Beside<TransferEnd> opening(loop, data.open());
    loop.post([&] { data.ours->cancel(IoErrc::aborted); });
    const TransferEnd end = co_await opening.result();
    EXPECT_EQ(end.kind, Kind::aborted);
  });
}

}  // namespace
}  // namespace ferry::test
