#include "net/stream.hpp"

#include <gtest/gtest.h>

#include "unit/net/on_loop.hpp"
#include "unit/net/socket_pair.hpp"
#include "unit/net/tls_pair.hpp"

namespace ferry::test {
namespace {

constexpr std::size_t more_than_a_socket_takes = 16 * 1024 * 1024;

TEST(Stream, PutSendsAtOnceWhatTheSocketTakes) {
  on_loop([](Loop& loop) -> Task<void> {
    DescriptorPair pair = socket_pair();
    Stream stream(loop, std::move(pair.ours));
    Stream peer(loop, std::move(pair.theirs));
    EXPECT_EQ(stream.put("220 ready\r\n"), IoErrc::none);
    EXPECT_FALSE(stream.has_output());
    std::byte buffer[64];
    EXPECT_EQ(peer.try_read(buffer), 11u);
    co_return;
  });
}

TEST(Stream, PutKeepsTheRestAndDrainSendsItInOrder) {
  on_loop([](Loop& loop) -> Task<void> {
    DescriptorPair pair = socket_pair();
    Stream peer(loop, std::move(pair.theirs));
    std::optional<Stream> stream;
    stream.emplace(loop, std::move(pair.ours));
    const std::string text = pattern(more_than_a_socket_takes);
    EXPECT_EQ(stream->put(text), IoErrc::would_block);
    EXPECT_TRUE(stream->has_output());
    EXPECT_EQ(stream->put("the end"), IoErrc::would_block);  // never before what was kept

    Beside<Received> reading(loop, read_all(peer));
    EXPECT_EQ(co_await stream->drain(), IoErrc::none);
    EXPECT_FALSE(stream->has_output());
    stream.reset();
    const Received received = co_await reading.result();
    EXPECT_EQ(received.error, IoErrc::none);
    EXPECT_TRUE(received.text == text + "the end");
  });
}

// The peer may hold back the rest until then (Nagle).
TEST(Stream, AcknowledgesWhatHasComeBeforeItWaitsForMore) {
  on_loop([](Loop& loop) -> Task<void> {
    DescriptorPair pair = tcp_pair(loop);
    Stream stream(loop, std::move(pair.ours));
    std::optional<Stream> peer;
    peer.emplace(loop, std::move(pair.theirs));
    delay_acknowledgements(stream.socket());
    Beside<Received> reading(loop, read_all(stream));
    co_await loop.yield();
    EXPECT_FALSE(reading.done());
    EXPECT_TRUE(acknowledges_at_once(stream.socket()));
    peer.reset();
    EXPECT_EQ((co_await reading.result()).error, IoErrc::none);
  });
}

TEST(Stream, WriteReturnsWhenTheKernelHasEverything) {
  on_loop([](Loop& loop) -> Task<void> {
    DescriptorPair pair = socket_pair();
    Stream peer(loop, std::move(pair.theirs));
    std::optional<Stream> stream;
    stream.emplace(loop, std::move(pair.ours));
    const std::string text = pattern(more_than_a_socket_takes);
    Beside<Received> reading(loop, read_all(peer));
    EXPECT_EQ(co_await stream->write(octets_of(text)), IoErrc::none);
    EXPECT_FALSE(stream->has_output());
    stream.reset();
    const Received received = co_await reading.result();
    EXPECT_TRUE(received.text == text);
  });
}

TEST(Stream, ReadWaitsForOctetsAndGivesZeroAtTheEnd) {
  on_loop([](Loop& loop) -> Task<void> {
    DescriptorPair pair = socket_pair();
    Stream stream(loop, std::move(pair.ours));
    std::optional<Stream> peer;
    peer.emplace(loop, std::move(pair.theirs));
    std::byte buffer[8];
    EXPECT_EQ(stream.try_read(buffer), std::unexpected(IoErrc::would_block));
    loop.post([&] { peer->put("abc"); });
    EXPECT_EQ(co_await stream.read(buffer), 3u);
    loop.post([&] { peer.reset(); });
    EXPECT_EQ(co_await stream.read(buffer), 0u);
  });
}

TEST(Stream, WritingToAPeerThatIsGoneIsLost) {
  on_loop([](Loop& loop) -> Task<void> {
    DescriptorPair pair = socket_pair();
    Stream stream(loop, std::move(pair.ours));
    pair.theirs = Descriptor();
    EXPECT_EQ(stream.put("x"), IoErrc::lost);
    EXPECT_EQ(co_await stream.write(octets_of("x")), IoErrc::lost);
  });
}

TEST(Stream, ACancelledDrainEndsWithTheReason) {
  on_loop([](Loop& loop) -> Task<void> {
    DescriptorPair pair = socket_pair();
    Stream stream(loop, std::move(pair.ours));
    const std::string text = pattern(more_than_a_socket_takes);
    EXPECT_EQ(stream.put(text), IoErrc::would_block);
    loop.post([&] { stream.cancel(IoErrc::timed_out); });
    EXPECT_EQ(co_await stream.drain(), IoErrc::timed_out);
  });
}

TEST(Stream, ACancelledReadEndsWithTheReason) {
  on_loop([](Loop& loop) -> Task<void> {
    DescriptorPair pair = socket_pair();
    Stream stream(loop, std::move(pair.ours));
    loop.post([&] { stream.cancel(IoErrc::aborted); });
    std::byte buffer[8];
    EXPECT_EQ(co_await stream.read(buffer), std::unexpected(IoErrc::aborted));
  });
}

TEST(Stream, CarriesMoreThanASocketTakesUnderTls) {
  on_loop([](Loop& loop) -> Task<void> {
    TlsPair pair(loop);
    CO_ASSERT_TRUE(co_await pair.handshake(TlsEngine::Role::data));
    const std::string text = pattern(more_than_a_socket_takes);
    Beside<Received> reading(loop, pair.client.read_all());
    EXPECT_EQ(co_await pair.server.write(octets_of(text)), IoErrc::none);
    EXPECT_EQ(co_await pair.server.finish(), IoErrc::none);
    const Received received = co_await reading.result();
    EXPECT_EQ(received.error, IoErrc::none);
    EXPECT_TRUE(received.text == text);
  });
}

TEST(Stream, GoesOnInClearAfterStopTls) {
  on_loop([](Loop& loop) -> Task<void> {
    TlsPair pair(loop);
    CO_ASSERT_TRUE(co_await pair.handshake(TlsEngine::Role::control));
    EXPECT_NE(pair.server.tls(), nullptr);
    Beside<Received> client(loop, pair.client.read_all());  // until the server's close_notify
    Beside<IoErrc> stopping(loop, pair.server.stop_tls());
    const Received received = co_await client.result();
    EXPECT_EQ(received.error, IoErrc::none);
    EXPECT_FALSE(stopping.done());
    pair.client.close_notify();
    EXPECT_EQ(co_await stopping.result(), IoErrc::none);
    EXPECT_EQ(pair.server.tls(), nullptr);

    EXPECT_EQ(pair.client.socket().try_send(octets_of("NOOP\r\n")), 6u);
    std::byte buffer[8];
    EXPECT_EQ(co_await pair.server.read(buffer), 6u);
    EXPECT_EQ(std::memcmp(buffer, "NOOP\r\n", 6), 0);
  });
}

}  // namespace
}  // namespace ferry::test
