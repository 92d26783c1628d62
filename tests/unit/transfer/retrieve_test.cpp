#include "transfer/retrieve.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "support/temporary_directory.hpp"
#include "transfer/ascii.hpp"
#include "unit/transfer/open_data.hpp"
#include "unit/transfer/test_files.hpp"

namespace ferry::test {
namespace {

using namespace std::chrono_literals;
using Kind = TransferEnd::Kind;

Task<Outcome> retrieve(Loop& loop, std::unique_ptr<Source> source, RetrieveOptions options) {
  return run_to_a_reader(loop, make_retrieve_job(std::move(source), std::move(options)));
}

Task<Outcome> retrieve(Loop& loop, std::unique_ptr<Source> source) {
  return run_to_a_reader(loop, make_retrieve_job(std::move(source), {}));
}

TEST(Retrieve, SendsTheWholeFileAndEnds) {
  on_loop([](Loop& loop) -> Task<void> {
    const std::string text = pattern(3'000'000);
    const Outcome outcome = co_await retrieve(loop, std::make_unique<TextSource>(text, 100'000));
    EXPECT_TRUE(outcome.end.complete());
    EXPECT_EQ(outcome.received.error, IoErrc::none);
    EXPECT_TRUE(outcome.received.text == text);
    EXPECT_EQ(outcome.octets, text.size());
  });
}

TEST(Retrieve, AnEmptyFileIsAnEnd) {
  on_loop([](Loop& loop) -> Task<void> {
    const Outcome outcome = co_await retrieve(loop, std::make_unique<TextSource>(""));
    EXPECT_TRUE(outcome.end.complete());
    EXPECT_EQ(outcome.received.text, "");
  });
}

TEST(Retrieve, ConvertsLineEndsUnderTypeA) {
  on_loop([](Loop& loop) -> Task<void> {
    RetrieveOptions options{.encoder = std::make_unique<AsciiEncoder>()};
    const Outcome outcome = co_await retrieve(loop, std::make_unique<TextSource>("a\nb\n", 1), std::move(options));
    EXPECT_EQ(outcome.received.text, "a\r\nb\r\n");
    EXPECT_EQ(outcome.octets, 4u);  // counted as the file system does
  });
}

TEST(Retrieve, GoesOnBetweenTheCrAndTheLfOfALineEnd) {
  on_loop([](Loop& loop) -> Task<void> {
    RetrieveOptions options{.encoder = std::make_unique<AsciiEncoder>(true)};
    const Outcome outcome = co_await retrieve(loop, std::make_unique<TextSource>("\nb\n"), std::move(options));
    EXPECT_EQ(outcome.received.text, "\nb\r\n");
  });
}

TEST(Retrieve, SendsNoMoreThanTheFileHeldWhenItWasOpened) {
  on_loop([](Loop& loop) -> Task<void> {
    auto source = std::make_unique<TextSource>("has grown meanwhile");
    source->claim(3);
    const Outcome outcome = co_await retrieve(loop, std::move(source));
    EXPECT_TRUE(outcome.end.complete());
    EXPECT_EQ(outcome.received.text, "has");
  });
}

TEST(Retrieve, AFileThatBecameShorterIsNoWholeFile) {
  on_loop([](Loop& loop) -> Task<void> {
    auto source = std::make_unique<TextSource>("short");
    source->claim(100);
    const Outcome outcome = co_await retrieve(loop, std::move(source));
    EXPECT_EQ(outcome.end.kind, Kind::storage);
    EXPECT_EQ(outcome.end.error.code, FsErrc::failed);
  });
}

TEST(Retrieve, AnErrorOfTheStorageEndsIt) {
  on_loop([](Loop& loop) -> Task<void> {
    auto source = std::make_unique<TextSource>(pattern(1000), 10);
    source->fail_after(500);
    const Outcome outcome = co_await retrieve(loop, std::move(source));
    EXPECT_EQ(outcome.end.kind, Kind::storage);
    EXPECT_EQ(outcome.end.error.code, FsErrc::busy);
    EXPECT_EQ(outcome.received.text.size(), 500u);
  });
}

TEST(Retrieve, IsLostWhenThePeerResets) {
  on_loop([](Loop& loop) -> Task<void> {
    OpenData data(loop);
    CO_ASSERT_TRUE((co_await data.open()).complete());
    data.peer->socket().reset_on_close();
    data.peer.reset();
    auto job = make_retrieve_job(std::make_unique<TextSource>(pattern(1'000'000)), {});
    const TransferEnd end = co_await data.run(std::move(job));
    EXPECT_EQ(end.kind, Kind::lost);
  });
}

// Aborts a transfer to a peer that reads nothing once the transfer waits for it.
Task<TransferEnd> abort_while_waiting(OpenData& data, Loop& loop, std::unique_ptr<Source> source) {
  Beside<TransferEnd> running(loop, data.run(make_retrieve_job(std::move(source), {})));
  for (int i = 0; i < 1000 && !running.done(); ++i) co_await loop.yield();
  data.ours->cancel(IoErrc::aborted);
  co_return co_await running.result();
}

TEST(Retrieve, CanBeAbortedWhileThePeerDoesNotRead) {
  on_loop([](Loop& loop) -> Task<void> {
    OpenData data(loop);
    CO_ASSERT_TRUE((co_await data.open()).complete());
    const TransferEnd end =
        co_await abort_while_waiting(data, loop, std::make_unique<TextSource>(pattern(32 * 1024 * 1024)));
    EXPECT_EQ(end.kind, Kind::aborted);
  });
}

TEST(Retrieve, TimesOutWhenThePeerDoesNotRead) {
  on_loop([](Loop& loop) -> Task<void> {
    OpenData data(loop, 5ms);
    CO_ASSERT_TRUE((co_await data.open()).complete());
    auto source = std::make_unique<TextSource>(pattern(32 * 1024 * 1024));
    auto job = make_retrieve_job(std::move(source), {});
    const TransferEnd end = co_await data.run(std::move(job));
    EXPECT_EQ(end.kind, Kind::timed_out);
  });
}

TEST(Retrieve, EndsWithCloseNotifyUnderTls) {
  on_loop([](Loop& loop) -> Task<void> {
    OpenData data(loop);
    CO_ASSERT_TRUE((co_await data.open_tls()).complete());
    const std::string text = pattern(3'000'000);
    Beside<Received> reading(loop, data.client->read_all());
    auto job = make_retrieve_job(std::make_unique<TextSource>(text), {});
    const TransferEnd end = co_await data.run(std::move(job));
    EXPECT_TRUE(end.complete());
    const Received received = co_await reading.result();
    EXPECT_EQ(received.error, IoErrc::none);
    EXPECT_TRUE(received.text == text);
  });
}

// A file on the disk, so that the kernel can send it.
class RetrieveFromDisk : public testing::Test {
 protected:
  void write(const std::string& text) const {
    std::ofstream out(directory_.path() + "/file", std::ios::binary);
    out << text;
  }

  TemporaryDirectory directory_;
  std::shared_ptr<FileSystem> files_ = local_directory(directory_.path()).value();
  FtpPath path_ = FtpPath().child("file").value();
};

TEST_F(RetrieveFromDisk, SendsTheSameWithSendfileAndWithout) {
  const std::string text = pattern(3'000'000);
  write(text);
  on_loop([&](Loop& loop) -> Task<void> {
    for (const bool use_sendfile : {true, false}) {
      for (const std::uint64_t offset : {0u, 1u, 2'999'999u, 3'000'000u}) {
        auto source = co_await files_->open_read(path_, offset);
        CO_ASSERT_TRUE(source);
        RetrieveOptions options{.use_sendfile = use_sendfile};
        const Outcome outcome = co_await retrieve(loop, std::move(*source), std::move(options));
        EXPECT_TRUE(outcome.end.complete());
        EXPECT_TRUE(outcome.received.text == text.substr(offset)) << offset;
        EXPECT_EQ(outcome.octets, text.size() - offset);
      }
    }
  });
}

TEST_F(RetrieveFromDisk, AFileThatWasCutOffIsNoWholeFile) {
  write(pattern(100'000));
  on_loop([&](Loop& loop) -> Task<void> {
    auto source = co_await files_->open_read(path_, 0);
    CO_ASSERT_TRUE(source);
    write("cut");
    const Outcome outcome = co_await retrieve(loop, std::move(*source));
    EXPECT_EQ(outcome.end.kind, Kind::storage);
  });
}

TEST_F(RetrieveFromDisk, CanBeAbortedWhileThePeerDoesNotRead) {
  write(pattern(32 * 1024 * 1024));
  on_loop([&](Loop& loop) -> Task<void> {
    auto source = co_await files_->open_read(path_, 0);
    CO_ASSERT_TRUE(source);
    OpenData data(loop);
    CO_ASSERT_TRUE((co_await data.open()).complete());
    const TransferEnd end = co_await abort_while_waiting(data, loop, std::move(*source));
    EXPECT_EQ(end.kind, Kind::aborted);
  });
}

}  // namespace
}  // namespace ferry::test
