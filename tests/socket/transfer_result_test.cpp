// How each transfer ends, as the embedder is told: exactly once, with where it began, how far it came, and its digests.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <mutex>
#include <stdexcept>
#include <string>
#include <vector>

#include <ferry/event_functions.hpp>

#include "support/content.hpp"
#include "support/test_client.hpp"
#include "support/test_server.hpp"

namespace ferry::test {
namespace {

// Keeps the results and the progress.
class Results {
 public:
  Results() {
    events->on_transfer_finished = [this](const TransferResult& result) {
      const std::lock_guard lock(mutex_);
      results_.push_back(result);
    };
    events->on_transfer_progress = [this](const TransferFacts& facts) {
      const std::lock_guard lock(mutex_);
      progress_.push_back(facts.octets);
    };
  }
  std::size_t count() const {
    const std::lock_guard lock(mutex_);
    return results_.size();
  }
  TransferResult last() const {
    const std::lock_guard lock(mutex_);
    return results_.back();
  }
  std::vector<std::uint64_t> progress() const {
    const std::lock_guard lock(mutex_);
    return progress_;
  }

  const std::shared_ptr<EventFunctions> events = std::make_shared<EventFunctions>();

 private:
  mutable std::mutex mutex_;
  std::vector<TransferResult> results_;
  std::vector<std::uint64_t> progress_;
};

ServerSetup told(
    Results& results, StorageKind storage = StorageKind::memory, std::function<void(Config&)> more = [](Config&) {}) {
  ServerSetup setup;
  setup.storage = storage;
  setup.configure = [&results, more](Config& config) {
    config.events = results.events;
    more(config);
  };
  return setup;
}

TEST(TransferResults, TellWhereAnAppendBegan) {
  for (const StorageKind storage : {StorageKind::memory, StorageKind::local}) {
    Results results;
    TestServer server(told(results, storage));
    server.tree().make_file("/f", "0123456789");
    TestClient client(server);
    client.login();
    client.expect("TYPE I", 200);
    client.upload("APPE f", "abc");
    EXPECT_EQ(results.last().offset, 10u);
    EXPECT_EQ(results.last().octets, 3u);
    client.passive();
    client.expect("REST 4", 350);
    client.upload("STOR f", "xyz");
    EXPECT_EQ(results.last().offset, 4u);
    EXPECT_EQ(server.tree().content("/f"), "0123xyz");
    client.quit();
  }
}

TEST(TransferResults, HoldTheDigestsThatWereAskedFor) {
  for (const bool tls : {false, true}) {
    for (const StorageKind storage : {StorageKind::memory, StorageKind::local}) {
      Results results;
      TestServer server(told(results, storage, [](Config& config) {
        config.transfer_digests = {DigestKind::sha256, DigestKind::sha1, DigestKind::md5, DigestKind::crc32};
      }));
      TestClient client(server);
      if (tls) client.auth_tls();
      client.login();
      if (tls) client.protect_data();
      client.expect("TYPE I", 200);
      // By coreutils and zlib.
      const std::vector<Digest> expected = {
          {DigestKind::sha256, "a948904f2f0f479b8f8197694b30184b0d2ed1c1cd2a1ec0fb85d299a192a447"},
          {DigestKind::sha1, "22596363b3de40b06f981fb85d82312e8c0ed511"},
          {DigestKind::md5, "6f5902ac237024bdd0c176cb93063dc4"},
          {DigestKind::crc32, "af083b2d"}};
      client.upload("STOR f", "hello world\n");
      EXPECT_EQ(results.last().digests, expected);
      client.passive();
      EXPECT_EQ(client.download("RETR f"), "hello world\n");
      EXPECT_EQ(results.last().digests, expected);
      // Long ones, beyond all buffers: both ways agree.
      const std::string text = octets(3'000'001);
      client.passive();
      client.upload("STOR g", text);
      const std::vector<Digest> up = results.last().digests;
      client.passive();
      EXPECT_TRUE(client.download("RETR g") == text);
      EXPECT_EQ(results.last().digests, up);
      client.passive();
      client.download("LIST");
      EXPECT_TRUE(results.last().digests.empty());
      client.quit();
    }
  }
}

TEST(TransferResults, DigestsUnderTypeAAreThoseOfTheFile) {
  Results results;
  TestServer server(
      told(results, StorageKind::memory, [](Config& config) { config.transfer_digests = {DigestKind::md5}; }));
  TestClient client(server);
  client.login();
  client.upload("STOR f", "hello world\r\n");
  EXPECT_EQ(results.last().digests, (std::vector<Digest>{{DigestKind::md5, "6f5902ac237024bdd0c176cb93063dc4"}}));
  EXPECT_EQ(client.download("RETR f"), "hello world\r\n");
  EXPECT_EQ(results.last().digests, (std::vector<Digest>{{DigestKind::md5, "6f5902ac237024bdd0c176cb93063dc4"}}));
  client.quit();
}

TEST(TransferResults, ProgressComesWithEachStepOfOctets) {
  for (const bool tls : {false, true}) {
    Results results;
    TestServer server(told(results, StorageKind::local, [](Config& config) { config.progress.octets = 1'000'000; }));
    TestClient client(server);
    if (tls) client.auth_tls();
    client.login();
    if (tls) client.protect_data();
    client.expect("TYPE I", 200);
    const std::string text = octets(5'500'000);
    client.upload("STOR f", text);
    std::vector<std::uint64_t> seen = results.progress();
    EXPECT_GE(seen.size(), 2u);
    EXPECT_LE(seen.size(), 5u);
    EXPECT_TRUE(std::ranges::is_sorted(seen));
    client.passive();
    EXPECT_TRUE(client.download("RETR f") == text);
    EXPECT_GT(results.progress().size(), seen.size());
    client.quit();
  }
}

TEST(TransferResults, ProgressComesWithEachStepOfTime) {
  Results results;
  TestServer server(told(results, StorageKind::memory, [](Config& config) {
    config.progress.interval = std::chrono::milliseconds(1);
    config.server_rate.up = 2'000'000;  // so that it takes a while
  }));
  TestClient client(server);
  client.login();
  client.expect("TYPE I", 200);
  client.upload("STOR f", octets(800'000));
  EXPECT_GE(results.progress().size(), 2u);
  client.quit();
}

TEST(TransferResults, NoProgressIsToldWithoutBeingAskedFor) {
  Results results;
  TestServer server(told(results));
  TestClient client(server);
  client.login();
  client.upload("STOR f", octets(3'000'000));
  EXPECT_TRUE(results.progress().empty());
  EXPECT_EQ(results.count(), 1u);
  client.quit();
}

// A storage whose sink has a bug.
class BrokenSink final : public Sink {
 public:
  explicit BrokenSink(FtpPath path) : path_(std::move(path)) {}
  Task<Result<void>> start() override { co_return Result<void>(); }
  Task<Result<void>> write(std::span<const std::byte>) override {
    throw std::runtime_error("a bug");
    co_return Result<void>();
  }
  Task<Result<void>> commit() override { co_return Result<void>(); }
  const FtpPath& path() const override { return path_; }

 private:
  FtpPath path_;
};

class BrokenStorage final : public FileSystem {
 public:
  Task<Result<FileInfo>> stat(const FtpPath&) override { co_return std::unexpected(FsErrc::not_found); }
  Task<Result<std::unique_ptr<DirectoryReader>>> list(const FtpPath&, Detail) override {
    co_return std::unexpected(FsErrc::not_found);
  }
  Task<Result<std::unique_ptr<Source>>> open_read(const FtpPath&, std::uint64_t) override {
    co_return std::unexpected(FsErrc::not_found);
  }
  Task<Result<std::unique_ptr<Sink>>> open_write(const FtpPath& path, const StoreRequest&) override {
    co_return std::make_unique<BrokenSink>(path);
  }
  Task<Result<void>> make_directory(const FtpPath&) override { co_return std::unexpected(FsErrc::unsupported); }
  Task<Result<void>> remove_directory(const FtpPath&) override { co_return std::unexpected(FsErrc::unsupported); }
  Task<Result<void>> remove_file(const FtpPath&) override { co_return std::unexpected(FsErrc::unsupported); }
  Task<Result<void>> rename(const FtpPath&, const FtpPath&, bool) override {
    co_return std::unexpected(FsErrc::unsupported);
  }
};

TEST(TransferResults, ABugInTheStorageIsToldOnceToo) {
  Results results;
  TestServer server(told(results, StorageKind::memory, [](Config& config) { config.log = {}; }));
  Account account;
  account.files = std::make_shared<BrokenStorage>();
  account.permissions = Permissions::all();
  server.users().add("broken", Secret("secret"), account);
  TestClient client(server);
  client.login("broken");
  client.passive();
  client.begin("STOR f");
  client.open_data().send("some");
  client.expect_reply(451);
  client.expect_cut_off();
  ASSERT_EQ(results.count(), 1u);
  EXPECT_EQ(results.last().outcome, TransferOutcome::storage_error);
}

}  // namespace
}  // namespace ferry::test
