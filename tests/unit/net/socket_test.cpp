#include "net/socket.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "unit/net/on_loop.hpp"
#include "unit/net/socket_pair.hpp"

namespace ferry::test {
namespace {

bool is_open(int fd) { return ::fcntl(fd, F_GETFD) != -1; }

// Fills the socket until it takes no more.
void fill(Socket& socket) {
  const std::string text(64 * 1024, 'x');
  while (socket.try_send(octets_of(text))) {
  }
}

TEST(Descriptor, ClosesWhatItOwnsOnce) {
  DescriptorPair pair = socket_pair();
  const int fd = pair.ours.get();
  {
    Descriptor moved = std::move(pair.ours);
    EXPECT_TRUE(moved);
    EXPECT_FALSE(pair.ours);
    EXPECT_TRUE(is_open(fd));
  }
  EXPECT_FALSE(is_open(fd));
}

TEST(Descriptor, AssignmentClosesTheOldOneInTheEnd) {
  DescriptorPair pair = socket_pair();
  const int old = pair.ours.get();
  const int kept = pair.theirs.get();
  pair.ours = std::move(pair.theirs);
  pair.theirs = Descriptor();
  EXPECT_EQ(pair.ours.get(), kept);
  EXPECT_FALSE(is_open(old));
}

TEST(Socket, TryReceiveTellsNothingYetFromTheEnd) {
  on_loop([](Loop& loop) -> Task<void> {
    DescriptorPair pair = socket_pair();
    Socket socket(loop, std::move(pair.ours));
    std::byte buffer[8];
    EXPECT_EQ(socket.try_receive(buffer), std::unexpected(IoErrc::would_block));
    EXPECT_EQ(::write(pair.theirs.get(), "abc", 3), 3);
    EXPECT_EQ(socket.try_receive(buffer), 3u);
    EXPECT_EQ(std::memcmp(buffer, "abc", 3), 0);
    pair.theirs = Descriptor();
    EXPECT_EQ(socket.try_receive(buffer), 0u);
    co_return;
  });
}

TEST(Socket, TrySendSaysWouldBlockWhenThePeerDoesNotRead) {
  on_loop([](Loop& loop) -> Task<void> {
    DescriptorPair pair = socket_pair();
    Socket socket(loop, std::move(pair.ours));
    fill(socket);
    EXPECT_EQ(socket.try_send(octets_of("x")), std::unexpected(IoErrc::would_block));
    co_return;
  });
}

TEST(Socket, TrySendToAPeerThatIsGoneIsLostAndNoSignal) {
  on_loop([](Loop& loop) -> Task<void> {
    DescriptorPair pair = socket_pair();
    Socket socket(loop, std::move(pair.ours));
    pair.theirs = Descriptor();
    EXPECT_EQ(socket.try_send(octets_of("x")), std::unexpected(IoErrc::lost));
    co_return;
  });
}

TEST(Socket, AResetIsLost) {
  on_loop([](Loop& loop) -> Task<void> {
    DescriptorPair pair = tcp_pair(loop);
    Socket socket(loop, std::move(pair.ours));
    {
      Socket theirs(loop, std::move(pair.theirs));
      theirs.reset_on_close();
    }
    std::byte buffer[8];
    co_await socket.readable();
    EXPECT_EQ(socket.try_receive(buffer), std::unexpected(IoErrc::lost));
  });
}

TEST(Socket, ShuttingDownSendingLeavesReceivingOpen) {
  on_loop([](Loop& loop) -> Task<void> {
    DescriptorPair pair = socket_pair();
    Socket socket(loop, std::move(pair.ours));
    Socket theirs(loop, std::move(pair.theirs));
    socket.shut_down_sending();
    std::byte buffer[8];
    EXPECT_EQ(theirs.try_receive(buffer), 0u);
    EXPECT_EQ(theirs.try_send(octets_of("late")), 4u);
    EXPECT_EQ(socket.try_receive(buffer), 4u);
    co_return;
  });
}

TEST(Socket, SendsWhatFillsNoSegmentAtTheEndAtTheLatest) {
  on_loop([](Loop& loop) -> Task<void> {
    DescriptorPair pair = tcp_pair(loop);
    Socket peer(loop, std::move(pair.theirs));
    {
      Socket socket(loop, std::move(pair.ours));
      socket.send_full_segments();
      int corked = 0;
      socklen_t size = sizeof corked;
      EXPECT_EQ(::getsockopt(socket.fd(), IPPROTO_TCP, TCP_CORK, &corked, &size), 0);
      EXPECT_EQ(corked, 1);
      EXPECT_EQ(socket.try_send(octets_of("abc")), 3u);
    }
    std::byte buffer[8];
    co_await peer.readable();
    EXPECT_EQ(peer.try_receive(buffer), 3u);
    EXPECT_EQ(std::memcmp(buffer, "abc", 3), 0);
    co_await peer.readable();
    EXPECT_EQ(peer.try_receive(buffer), 0u);
  });
}

TEST(Socket, AcknowledgesAtOnceWhenAskedTo) {
  on_loop([](Loop& loop) -> Task<void> {
    DescriptorPair pair = tcp_pair(loop);
    Socket socket(loop, std::move(pair.ours));
    delay_acknowledgements(socket);
    EXPECT_FALSE(acknowledges_at_once(socket));
    socket.acknowledge();
    EXPECT_TRUE(acknowledges_at_once(socket));
    co_return;
  });
}

TEST(Socket, ReadableWaitsForOctets) {
  on_loop([](Loop& loop) -> Task<void> {
    DescriptorPair pair = socket_pair();
    Socket socket(loop, std::move(pair.ours));
    loop.post([&] { EXPECT_EQ(::write(pair.theirs.get(), "x", 1), 1); });
    std::byte buffer[8];
    auto n = socket.try_receive(buffer);
    while (!n && n.error() == IoErrc::would_block) {
      co_await socket.readable();
      n = socket.try_receive(buffer);
    }
    EXPECT_EQ(n, 1u);
  });
}

TEST(Socket, WritableWaitsForThePeerToRead) {
  on_loop([](Loop& loop) -> Task<void> {
    DescriptorPair pair = socket_pair();
    Socket socket(loop, std::move(pair.ours));
    Socket theirs(loop, std::move(pair.theirs));
    fill(socket);
    loop.post([&] {
      std::vector<std::byte> buffer(64 * 1024);
      while (theirs.try_receive(buffer)) {
      }
    });
    auto n = socket.try_send(octets_of("x"));
    while (!n && n.error() == IoErrc::would_block) {
      co_await socket.writable();
      n = socket.try_send(octets_of("x"));
    }
    EXPECT_EQ(n, 1u);
  });
}

TEST(Socket, CancelEndsAPresentWaitWithItsReason) {
  on_loop([](Loop& loop) -> Task<void> {
    DescriptorPair pair = socket_pair();
    Socket socket(loop, std::move(pair.ours));
    loop.post([&] { socket.cancel(IoErrc::aborted); });
    co_await socket.readable();
    EXPECT_EQ(socket.stopped_by(), IoErrc::aborted);
  });
}

TEST(Socket, AfterCancelNothingWaitsAndEverythingFails) {
  on_loop([](Loop& loop) -> Task<void> {
    DescriptorPair pair = socket_pair();
    Socket socket(loop, std::move(pair.ours));
    EXPECT_EQ(::write(pair.theirs.get(), "x", 1), 1);
    EXPECT_EQ(socket.stopped_by(), IoErrc::none);
    socket.cancel(IoErrc::timed_out);
    socket.cancel(IoErrc::stopped);  // the first reason stays
    co_await socket.readable();
    co_await socket.writable();
    std::byte buffer[8];
    EXPECT_EQ(socket.try_receive(buffer), std::unexpected(IoErrc::timed_out));
    EXPECT_EQ(socket.try_send(octets_of("x")), std::unexpected(IoErrc::timed_out));
  });
}

TEST(Socket, WakeEndsOneWaitAndNoMore) {
  on_loop([](Loop& loop) -> Task<void> {
    DescriptorPair pair = socket_pair();
    Socket socket(loop, std::move(pair.ours));
    loop.post([&] { socket.wake(); });
    co_await socket.readable();
    std::byte buffer[8];
    EXPECT_EQ(socket.try_receive(buffer), std::unexpected(IoErrc::would_block));
    loop.post([&] { EXPECT_EQ(::write(pair.theirs.get(), "x", 1), 1); });
    co_await socket.readable();
    EXPECT_EQ(socket.try_receive(buffer), 1u);
  });
}

TEST(Socket, KnowsItsLocalEndpoint) {
  on_loop([](Loop& loop) -> Task<void> {
    auto listening = listen_on(loopback(), 0, 1);
    CO_ASSERT_TRUE(listening);
    const Socket socket(loop, std::move(listening->first));
    EXPECT_EQ(socket.local_endpoint(), listening->second);
    EXPECT_NE(listening->second.port, 0);
    co_return;
  });
}

TEST(EndpointFrom, UndoesToSockaddr) {
  std::array<std::uint8_t, 16> octets{0xFE, 0x80};
  octets[15] = 7;
  for (const Endpoint& endpoint : {Endpoint{IpAddress::v4({192, 0, 2, 1}), 2121}, Endpoint{IpAddress::v6(octets, 3), 1},
                                   Endpoint{IpAddress::v6({}), 65535}}) {
    sockaddr_storage address{};
    const socklen_t size = to_sockaddr(endpoint, address);
    EXPECT_EQ(size, endpoint.address.is_v4() ? sizeof(sockaddr_in) : sizeof(sockaddr_in6));
    EXPECT_EQ(endpoint_from(address), endpoint) << endpoint.text();
  }
}

TEST(EndpointFrom, TurnsAMappedAddressIntoIpv4) {
  sockaddr_in6 mapped{};
  mapped.sin6_family = AF_INET6;
  mapped.sin6_port = htons(21);
  const std::uint8_t octets[16] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 10, 1, 2, 3};
  std::memcpy(&mapped.sin6_addr, octets, sizeof octets);
  sockaddr_storage address{};
  std::memcpy(&address, &mapped, sizeof mapped);
  EXPECT_EQ(endpoint_from(address), (Endpoint{IpAddress::v4({10, 1, 2, 3}), 21}));
}

TEST(StartConnect, ConnectsFromTheGivenAddress) {
  on_loop([](Loop& loop) -> Task<void> {
    auto listening = listen_on(loopback(), 0, 1);
    CO_ASSERT_TRUE(listening);
    Listener listener(loop, std::move(listening->first), listening->second);
    const IpAddress from = IpAddress::v4({127, 0, 0, 2});
    auto descriptor = start_connect(from, listener.local());
    CO_ASSERT_TRUE(descriptor);
    Socket socket(loop, std::move(*descriptor));
    while (connect_outcome(socket.fd()) == IoErrc::would_block) co_await socket.writable();
    EXPECT_EQ(connect_outcome(socket.fd()), IoErrc::none);
    auto accepted = listener.try_accept();
    CO_ASSERT_TRUE(accepted);
    EXPECT_EQ(accepted->peer.address, from);
  });
}

TEST(StartConnect, IsLostWhereNobodyListens) {
  on_loop([](Loop& loop) -> Task<void> {
    auto held = listen_on(loopback(), 0, 1);
    CO_ASSERT_TRUE(held);
    const Endpoint nobody = held->second;
    held->first = Descriptor();
    auto descriptor = start_connect(loopback(), nobody);
    if (!descriptor) {
      EXPECT_EQ(descriptor.error(), IoErrc::lost);
      co_return;
    }
    Socket socket(loop, std::move(*descriptor));
    IoErrc outcome = connect_outcome(socket.fd());
    while (outcome == IoErrc::would_block) {
      co_await socket.writable();
      outcome = connect_outcome(socket.fd());
    }
    EXPECT_EQ(outcome, IoErrc::lost);
  });
}

TEST(IoErrorFromErrno, TellsWaitingLossTimeAndExhaustionApart) {
  for (const int error : {EAGAIN, EINTR}) EXPECT_EQ(io_error_from_errno(error), IoErrc::would_block) << error;
  for (const int error : {EMFILE, ENFILE, ENOBUFS, ENOMEM, EADDRINUSE})
    EXPECT_EQ(io_error_from_errno(error), IoErrc::no_resource) << error;
  for (const int error : {ECONNRESET, EPIPE, ECONNREFUSED, EHOSTUNREACH})
    EXPECT_EQ(io_error_from_errno(error), IoErrc::lost) << error;
  EXPECT_EQ(io_error_from_errno(ETIMEDOUT), IoErrc::timed_out);
}

}  // namespace
}  // namespace ferry::test
