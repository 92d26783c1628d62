#include "transfer/store.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "support/temporary_directory.hpp"
#include "transfer/ascii.hpp"
#include "transfer/representation.hpp"
#include "unit/transfer/open_data.hpp"
#include "unit/transfer/test_files.hpp"

namespace ferry::test {
namespace {

using namespace std::chrono_literals;
using Kind = TransferEnd::Kind;

// The peer sends `text` and ends in an orderly way.
Task<IoErrc> send_and_end(OpenData& data, std::string text) {
  const IoErrc error = co_await data.peer->write(octets_of(text));
  data.peer.reset();
  co_return error;
}

Task<TransferEnd> store(Loop& loop, std::unique_ptr<Sink> sink, std::string text, StoreOptions options) {
  OpenData data(loop);
  const TransferEnd opened = co_await data.open();
  if (!opened.complete()) co_return opened;
  Beside<IoErrc> sending(loop, send_and_end(data, std::move(text)));
  TransferEnd end = co_await data.run(make_store_job(std::move(sink), std::move(options)));
  co_await sending.result();
  co_return end;
}

Task<TransferEnd> store(Loop& loop, std::unique_ptr<Sink> sink, std::string text) {
  StoreOptions options;
  co_return co_await store(loop, std::move(sink), std::move(text), std::move(options));
}

TEST(Store, CommitsWhatCameUntilTheOrderlyEnd) {
  on_loop([](Loop& loop) -> Task<void> {
    for (const std::size_t size : {0u, 1u, 64u * 1024, 64u * 1024 + 1, 3'000'000u}) {
      const std::string text = pattern(size);
      Upload upload;
      const TransferEnd end = co_await store(loop, std::make_unique<RecordingSink>(upload), text);
      EXPECT_TRUE(end.complete());
      EXPECT_TRUE(upload.committed);
      EXPECT_TRUE(upload.text == text) << size;
    }
  });
}

TEST(Store, ConvertsLineEndsUnderTypeA) {
  on_loop([](Loop& loop) -> Task<void> {
    Upload upload;
    StoreOptions options{.decoder = std::make_unique<AsciiDecoder>()};
    const TransferEnd end =
        co_await store(loop, std::make_unique<RecordingSink>(upload), "a\r\nb\rc\r", std::move(options));
    EXPECT_TRUE(end.complete());
    EXPECT_EQ(upload.text, "a\nb\rc\r");
  });
}

TEST(Store, EachFailureOfTheStorageEndsItWithoutCommit) {
  on_loop([](Loop& loop) -> Task<void> {
    using enum Upload::Failing;
    for (const Upload::Failing failing : {start, write, commit}) {
      Upload upload{.failing = failing};
      const TransferEnd end = co_await store(loop, std::make_unique<RecordingSink>(upload), "text");
      EXPECT_EQ(end.kind, Kind::storage);
      EXPECT_EQ(end.error.code, FsErrc::no_space);
      EXPECT_TRUE(upload.started);
      EXPECT_FALSE(upload.committed);
    }
  });
}

TEST(Store, AResetCommitsNothing) {
  on_loop([](Loop& loop) -> Task<void> {
    OpenData data(loop);
    CO_ASSERT_TRUE((co_await data.open()).complete());
    Upload upload;
    data.peer->put("half");
    data.peer->socket().reset_on_close();
    data.peer.reset();
    auto job = make_store_job(std::make_unique<RecordingSink>(upload), {});
    const TransferEnd end = co_await data.run(std::move(job));
    EXPECT_EQ(end.kind, Kind::lost);
    EXPECT_FALSE(upload.committed);
  });
}

TEST(Store, AnAbortCommitsNothing) {
  on_loop([](Loop& loop) -> Task<void> {
    OpenData data(loop);
    CO_ASSERT_TRUE((co_await data.open()).complete());
    Upload upload;
    data.peer->put("half");
    loop.post([&] { data.ours->cancel(IoErrc::aborted); });
    auto job = make_store_job(std::make_unique<RecordingSink>(upload), {});
    const TransferEnd end = co_await data.run(std::move(job));
    EXPECT_EQ(end.kind, Kind::aborted);
    EXPECT_FALSE(upload.committed);
  });
}

TEST(Store, AStalledPeerTimesOutAndCommitsNothing) {
  on_loop([](Loop& loop) -> Task<void> {
    OpenData data(loop, 5ms);
    CO_ASSERT_TRUE((co_await data.open()).complete());
    Upload upload;
    data.peer->put("half");
    auto job = make_store_job(std::make_unique<RecordingSink>(upload), {});
    const TransferEnd end = co_await data.run(std::move(job));
    EXPECT_EQ(end.kind, Kind::timed_out);
    EXPECT_EQ(upload.text, "half");
    EXPECT_FALSE(upload.committed);
  });
}

// Prepares (copies an old file, say) until long after the peer would have been taken for stalled.
class SlowlyStartingSink final : public Sink {
 public:
  SlowlyStartingSink(Loop& loop, std::chrono::milliseconds span, std::unique_ptr<Sink> inner)
      : loop_(loop), span_(span), inner_(std::move(inner)) {}

  Task<Result<void>> start() override {
    Signal over(loop_);
    Deadline deadline(loop_, [&] { over.set(); });
    deadline.set_after(span_);
    co_await over.wait();
    co_return co_await inner_->start();
  }
  Task<Result<void>> write(std::span<const std::byte> octets) override { return inner_->write(octets); }
  Task<Result<void>> commit() override { return inner_->commit(); }
  const FtpPath& path() const override { return inner_->path(); }

 private:
  Loop& loop_;
  const std::chrono::milliseconds span_;
  const std::unique_ptr<Sink> inner_;
};

TEST(Store, APeerDoesNotStallWhileTheStoragePrepares) {
  on_loop([](Loop& loop) -> Task<void> {
    OpenData data(loop, 50ms);
    CO_ASSERT_TRUE((co_await data.open()).complete());
    data.peer->put("whole");
    data.peer.reset();
    Upload upload;
    auto sink = std::make_unique<SlowlyStartingSink>(loop, 200ms, std::make_unique<RecordingSink>(upload));
    auto job = make_store_job(std::move(sink), {});
    const TransferEnd end = co_await data.run(std::move(job));
    EXPECT_TRUE(end.complete());
    EXPECT_TRUE(upload.committed);
    EXPECT_EQ(upload.text, "whole");
  });
}

TEST(Store, CloseNotifyCommitsUnderTls) {
  on_loop([](Loop& loop) -> Task<void> {
    OpenData data(loop);
    CO_ASSERT_TRUE((co_await data.open_tls()).complete());
    Upload upload;
    CO_ASSERT_TRUE(data.client->write("whole"));
    data.client->close_notify();
    data.client->hang_up();
    auto job = make_store_job(std::make_unique<RecordingSink>(upload), {});
    const TransferEnd end = co_await data.run(std::move(job));
    EXPECT_TRUE(end.complete());
    EXPECT_TRUE(upload.committed);
    EXPECT_EQ(upload.text, "whole");
  });
}

TEST(Store, AnEndWithoutCloseNotifyCommitsNothingUnderTls) {
  on_loop([](Loop& loop) -> Task<void> {
    OpenData data(loop);
    CO_ASSERT_TRUE((co_await data.open_tls()).complete());
    Upload upload;
    CO_ASSERT_TRUE(data.client->write("half"));
    data.client->hang_up();
    auto job = make_store_job(std::make_unique<RecordingSink>(upload), {});
    const TransferEnd end = co_await data.run(std::move(job));
    EXPECT_EQ(end.kind, Kind::truncated);
    EXPECT_FALSE(upload.committed);
  });
}

// The octets go from the socket to the disk in the kernel, once there are enough of them.
class StoreOnDisk : public testing::Test {
 protected:
  std::string content() const {
    std::ifstream in(directory_.path() + "/file", std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  }
  bool exists() const { return std::filesystem::exists(directory_.path() + "/file"); }

  TemporaryDirectory directory_;
  std::shared_ptr<FileSystem> files_ = local_directory(directory_.path()).value();
  FtpPath path_ = FtpPath().child("file").value();
};

TEST_F(StoreOnDisk, StoresTheSameWithSpliceAndWithout) {
  on_loop([&](Loop& loop) -> Task<void> {
    const StoreRequest request;
    for (const bool use_splice : {true, false}) {
      for (const std::size_t size : {0u, 1000u, 64u * 1024, 3'000'001u}) {
        const std::string text = pattern(size);
        auto sink = co_await files_->open_write(path_, request);
        CO_ASSERT_TRUE(sink);
        StoreOptions options{.use_splice = use_splice};
        const TransferEnd end = co_await store(loop, std::move(*sink), text, std::move(options));
        EXPECT_TRUE(end.complete());
        EXPECT_TRUE(content() == text) << size;
      }
    }
  });
}

TEST_F(StoreOnDisk, ResumesAndAppendsWhereItShould) {
  on_loop([&](Loop& loop) -> Task<void> {
    const std::string text = pattern(1'000'000);
    std::string expected;
    for (const bool use_splice : {true, false}) {
      for (const StoreRequest& request : {StoreRequest{}, StoreRequest{.mode = StoreMode::append},
                                          StoreRequest{.mode = StoreMode::resume, .offset = 999'990}}) {
        auto sink = co_await files_->open_write(path_, request);
        CO_ASSERT_TRUE(sink);
        StoreOptions options{.use_splice = use_splice};
        const TransferEnd end = co_await store(loop, std::move(*sink), text, std::move(options));
        EXPECT_TRUE(end.complete());
        if (request.mode == StoreMode::create) expected.clear();
        if (request.mode == StoreMode::resume) expected.resize(request.offset);
        expected += text;
        EXPECT_TRUE(content() == expected);
      }
    }
  });
}

// The sanitizer for undefined behaviour looks at objects through a pipe, and takes one without descriptors for damaged.
#ifndef __SANITIZE_ADDRESS__
// While this lives, the process can open nothing more.
class NoMoreDescriptors {
 public:
  NoMoreDescriptors() {
    ::getrlimit(RLIMIT_NOFILE, &before_);
    const rlimit none{.rlim_cur = 0, .rlim_max = before_.rlim_max};
    ::setrlimit(RLIMIT_NOFILE, &none);
  }
  NoMoreDescriptors(const NoMoreDescriptors&) = delete;
  NoMoreDescriptors& operator=(const NoMoreDescriptors&) = delete;
  ~NoMoreDescriptors() { ::setrlimit(RLIMIT_NOFILE, &before_); }

 private:
  rlimit before_{};
};

TEST_F(StoreOnDisk, NeedsNoFurtherDescriptor) {
  on_loop([this](Loop& loop) -> Task<void> {
    const std::string text = pattern(3'000'000);
    std::ofstream(directory_.path() + "/file").close();
    OpenData data(loop);
    CO_ASSERT_TRUE((co_await data.open()).complete());
    const StoreRequest append{.mode = StoreMode::append};
    auto sink = co_await files_->open_write(path_, append);
    CO_ASSERT_TRUE(sink);
    {
      const NoMoreDescriptors used_up;
      Beside<IoErrc> sending(loop, send_and_end(data, text));
      auto job = make_store_job(*std::move(sink), {});
      const TransferEnd end = co_await data.run(std::move(job));
      co_await sending.result();
      EXPECT_TRUE(end.complete()) << end.error.detail;
    }
    EXPECT_TRUE(content() == text);
  });
}
#endif

TEST_F(StoreOnDisk, AnUploadCutOffWhileTheKernelMovesItLeavesNothing) {
  on_loop([&](Loop& loop) -> Task<void> {
    const StoreRequest request;
    auto sink = co_await files_->open_write(path_, request);
    CO_ASSERT_TRUE(sink);
    OpenData data(loop);
    CO_ASSERT_TRUE((co_await data.open()).complete());
    Beside<IoErrc> sending(loop, write_all(*data.peer, pattern(2'000'000)));
    Beside<TransferEnd> running(loop, data.run(make_store_job(std::move(*sink), {})));
    co_await sending.result();
    while (data.ours->octets() < 1'000'000) co_await loop.yield();
    data.ours->cancel(IoErrc::aborted);
    const TransferEnd end = co_await running.result();
    EXPECT_EQ(end.kind, Kind::aborted);
    EXPECT_FALSE(exists());
  });
}

// MODE B: "ab", the marker M1, and then no end of the file.
constexpr std::string_view marked_and_cut("\0\0\2ab\x10\0\2M1\0\0\1c", 14);

TEST(Store, WhoeverWasToldOfARestartPointFindsTheFileThere) {
  on_loop([](Loop& loop) -> Task<void> {
    const EbcdicTable ebcdic("IBM1047");
    const Representation blocks{.type = DataType::image, .mode = TransferMode::block};
    for (const bool acknowledged : {true, false}) {
      Upload upload;
      std::string told;
      StoreOptions options{.decoder = make_decoder(blocks, ebcdic, 0)};
      if (acknowledged)
        options.on_marker = [&](std::string_view marker, std::uint64_t offset) {
          told += std::string(marker) + "=" + std::to_string(offset) + ";";
        };
      const TransferEnd end = co_await store(loop, std::make_unique<RecordingSink>(upload), std::string(marked_and_cut),
                                             std::move(options));
      EXPECT_EQ(end.kind, Kind::incomplete);
      EXPECT_EQ(told, acknowledged ? "M1=2;" : "");
      EXPECT_EQ(upload.committed, acknowledged);
      EXPECT_EQ(upload.text, "abc");
    }
  });
}

}  // namespace
}  // namespace ferry::test
