#include "transfer/listing.hpp"

#include <gtest/gtest.h>

#include "unit/transfer/open_data.hpp"
#include "unit/transfer/test_files.hpp"

namespace ferry::test {
namespace {

using Kind = TransferEnd::Kind;

void names_only(std::string& out, const DirectoryEntry& entry) {
  out += entry.name;
  out += "\r\n";
}

Task<Outcome> list(Loop& loop, std::string head, std::unique_ptr<DirectoryReader> reader) {
  return run_to_a_reader(loop, make_listing_job(std::move(head), std::move(reader), names_only));
}

TEST(Listing, SendsALineForEachEntryAfterTheHead) {
  on_loop([](Loop& loop) -> Task<void> {
    const Outcome outcome = co_await list(loop, "head\r\n", std::make_unique<NumberedDirectory>(3, 2));
    EXPECT_TRUE(outcome.end.complete());
    EXPECT_EQ(outcome.received.text, "head\r\n0\r\n1\r\n2\r\n");
    EXPECT_EQ(outcome.octets, outcome.received.text.size());
  });
}

TEST(Listing, OfAnEmptyDirectoryIsAnEnd) {
  on_loop([](Loop& loop) -> Task<void> {
    const Outcome outcome = co_await list(loop, "", std::make_unique<NumberedDirectory>(0, 2));
    EXPECT_TRUE(outcome.end.complete());
    EXPECT_EQ(outcome.received.text, "");
  });
}

TEST(Listing, WithoutAReaderIsTheHeadAlone) {
  on_loop([](Loop& loop) -> Task<void> {
    const Outcome outcome = co_await list(loop, "file\r\n", nullptr);
    EXPECT_TRUE(outcome.end.complete());
    EXPECT_EQ(outcome.received.text, "file\r\n");
  });
}

TEST(Listing, OfManyEntriesIsComplete) {
  on_loop([](Loop& loop) -> Task<void> {
    constexpr std::size_t count = 100'000;
    std::string expected;
    for (std::size_t i = 0; i < count; ++i) expected += std::to_string(i) + "\r\n";
    const Outcome outcome = co_await list(loop, "", std::make_unique<NumberedDirectory>(count, 1000));
    EXPECT_TRUE(outcome.end.complete());
    EXPECT_TRUE(outcome.received.text == expected);
  });
}

TEST(Listing, AnErrorOfTheStorageEndsIt) {
  on_loop([](Loop& loop) -> Task<void> {
    auto reader = std::make_unique<NumberedDirectory>(10, 2);
    reader->fail_after(4);
    const Outcome outcome = co_await list(loop, "", std::move(reader));
    EXPECT_EQ(outcome.end.kind, Kind::storage);
    EXPECT_EQ(outcome.end.error.code, FsErrc::failed);
  });
}

TEST(Listing, CanBeAbortedWhileTheDirectoryIsRead) {
  on_loop([](Loop& loop) -> Task<void> {
    OpenData data(loop);
    CO_ASSERT_TRUE((co_await data.open()).complete());
    constexpr std::size_t endless = std::numeric_limits<std::size_t>::max();
    loop.post([&] { data.ours->cancel(IoErrc::aborted); });
    auto job = make_listing_job("", std::make_unique<NumberedDirectory>(endless, 1), names_only);
    const TransferEnd end = co_await data.run(std::move(job));
    EXPECT_EQ(end.kind, Kind::aborted);
  });
}

TEST(Listing, EndsWithCloseNotifyUnderTls) {
  on_loop([](Loop& loop) -> Task<void> {
    OpenData data(loop);
    CO_ASSERT_TRUE((co_await data.open_tls()).complete());
    Beside<Received> reading(loop, data.client->read_all());
    auto job = make_listing_job("", std::make_unique<NumberedDirectory>(2, 2), names_only);
    const TransferEnd end = co_await data.run(std::move(job));
    EXPECT_TRUE(end.complete());
    const Received received = co_await reading.result();
    EXPECT_EQ(received.error, IoErrc::none);
    EXPECT_EQ(received.text, "0\r\n1\r\n");
  });
}

}  // namespace
}  // namespace ferry::test
