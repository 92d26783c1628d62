// A user with a small quota who tries to store more than it by doing several things at once. What is there is asked of
// the storage: in memory it holds not one octet more than the quota (and would answer 452), on the disk the files that
// are open and have no name are looked at too.
#include <dirent.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <future>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include <ferry/quota.hpp>
#include <ferry/sync_wait.hpp>
#include <ferry/testing/faulty_filesystem.hpp>
#include "support/content.hpp"
#include "support/failure.hpp"
#include "support/test_client.hpp"
#include "support/test_server.hpp"

namespace ferry::test {
namespace {

constexpr std::size_t limit = 100 * 1024;
constexpr std::size_t part = 40 * 1024;  // two fit, a third does not
constexpr int sessions = 8;

using Codes = std::map<int, int>;  // how often

class QuotaBreakIn : public testing::TestWithParam<StorageKind> {
 protected:
  QuotaBreakIn() : server_(setup()) {
    storage_ = GetParam() == StorageKind::memory ? memory_file_system(limit) : server_.tree().files();
    Account account;
    account.files = with_quota(storage_, quota_);
    account.permissions = Permissions::all();
    server_.users().add("alice", Secret("secret"), account);
  }

  static ServerSetup setup() {
    ServerSetup setup;
    setup.storage = GetParam();
    setup.configure = [](Config& config) { config.threads = 2; };
    return setup;
  }

  // What a quota that knows nothing finds.
  QuotaUsage fresh_count() const {
    const auto fresh = std::make_shared<Quota>(QuotaLimits{.octets = limit});
    const FtpPath root;
    EXPECT_TRUE(sync_wait(with_quota(storage_, fresh)->space_teller()->available(root)));
    return fresh->usage().value();
  }

  std::unique_ptr<TestClient> log_in() {
    auto client = std::make_unique<TestClient>(server_);
    client->login();
    client->expect("TYPE I", 200);
    return client;
  }

  // The final reply.
  static int upload(TestClient& client, const std::string& command, const std::string& content) {
    client.extended_passive();
    const int begun = client.command(command).code;
    int code = begun;
    if (begun == 150 || begun == 125) {
      Wire& data = client.open_data();
      if (data.try_send(content)) data.finish_sending();
      code = client.read_reply().code;
    }
    client.drop_data();
    return code;
  }

  // Each session does it at the same time as the others, so many times.
  template <typename Act>
  Codes in_parallel(int times, Act act) {
    std::vector<std::future<Codes>> all;
    for (int session = 0; session < sessions; ++session)
      all.push_back(std::async(std::launch::async, [&, session] {
        Codes codes;
        const auto client = log_in();
        for (int i = 0; i < times; ++i) ++codes[act(*client, session, i)];
        client->quit();
        return codes;
      }));
    Codes sum;
    for (auto& one : all)
      for (const auto& [code, count] : one.get()) sum[code] += count;
    return sum;
  }

  static void expect_only(const Codes& codes, const std::set<int>& allowed) {
    for (const auto& [code, count] : codes) EXPECT_TRUE(allowed.contains(code)) << count << " times " << code;
  }
  void expect_exact_books() const {
    EXPECT_EQ(quota_->usage(), fresh_count());
    EXPECT_LE(fresh_count().octets, limit);
  }
  // Where it is not always known what is left of a broken upload, that counts.
  void expect_safe_books() const {
    const QuotaUsage there = fresh_count();
    EXPECT_LE(there.octets, limit);
    EXPECT_GE(quota_->usage()->octets, there.octets);
    EXPECT_GE(quota_->usage()->files, there.files);
  }

  TestServer server_;
  const std::shared_ptr<Quota> quota_ = std::make_shared<Quota>(QuotaLimits{.octets = limit});
  std::shared_ptr<FileSystem> storage_;
};

std::string file_of(int session) { return "file" + std::to_string(session); }

INSTANTIATE_TEST_SUITE_P(On, QuotaBreakIn, testing::Values(StorageKind::memory, StorageKind::local),
                         [](const auto& one) {
                           return std::string(one.param == StorageKind::memory ? "Memory" : "Local");
                         });

TEST_P(QuotaBreakIn, ByParallelUploads) {
  const Codes codes = in_parallel(
      6, [](TestClient& client, int session, int) { return upload(client, "STOR " + file_of(session), octets(part)); });
  expect_only(codes, {226, 552});
  EXPECT_GT(codes.at(552), 0);
  expect_exact_books();
  EXPECT_EQ(fresh_count().octets, 2 * part);
}

TEST_P(QuotaBreakIn, ByReplacingOneFileInParallel) {
  ASSERT_EQ(upload(*log_in(), "STOR same", octets(part)), 226);
  const Codes codes = in_parallel(20, [](TestClient& client, int session, int i) {
    return upload(client, "STOR same", octets(part - static_cast<std::size_t>(100 * session + i)));
  });
  expect_only(codes, {226, 552});
  expect_exact_books();
}

// Between the look at the old file and the moment when it is replaced, somebody else may replace it.
TEST_P(QuotaBreakIn, ByReplacingOneFileInParallelOnASlowDisk) {
  const auto faults = std::make_shared<Faults>();
  Account account;
  account.files = with_quota(faulty(storage_, faults), quota_);
  account.permissions = Permissions::all();
  server_.users().add("alice", Secret("secret"), account);
  ASSERT_EQ(upload(*log_in(), "STOR same", octets(part)), 226);
  faults->slow_down(std::chrono::milliseconds(2));
  const Codes codes = in_parallel(3, [](TestClient& client, int session, int) {
    return upload(client, "STOR same", octets(1024 + static_cast<std::size_t>(session)));
  });
  expect_only(codes, {226});
  expect_exact_books();
}

TEST_P(QuotaBreakIn, ByAppendingToOneFileInParallel) {
  ASSERT_EQ(upload(*log_in(), "STOR same", "begins"), 226);
  const Codes codes =
      in_parallel(10, [](TestClient& client, int, int) { return upload(client, "APPE same", octets(5 * 1024)); });
  expect_only(codes, {226, 450, 552});
  EXPECT_GT(codes.at(226), 0);
  expect_exact_books();
}

// The end of a file that is cut while it grows would be behind a hole.
TEST_P(QuotaBreakIn, ByCuttingAFileThatGrows) {
  ASSERT_EQ(upload(*log_in(), "STOR same", octets(part)), 226);
  const Codes codes = in_parallel(15, [](TestClient& client, int session, int i) {
    if (session % 2 == 0) return upload(client, "APPE same", octets(1024));
    client.expect("REST " + std::to_string(i + 1), 350);
    return upload(client, "STOR same", "x");
  });
  expect_only(codes, {226, 450, 552, 554});
  expect_exact_books();
  const auto client = log_in();
  client->expect("DELE same", 250);
  EXPECT_EQ(quota_->usage(), QuotaUsage());
}

TEST_P(QuotaBreakIn, ByDeletingOneNameTwiceAtOnce) {
  for (int round = 0; round < 10; ++round) {
    ASSERT_EQ(upload(*log_in(), "STOR kept", octets(part)), 226);
    ASSERT_EQ(upload(*log_in(), "STOR same", octets(1024)), 226);
    const Codes codes = in_parallel(1, [](TestClient& client, int, int) { return client.command("DELE same").code; });
    EXPECT_EQ(codes, (Codes{{250, 1}, {550, sessions - 1}}));
    EXPECT_EQ(quota_->usage(), (QuotaUsage{.octets = part, .files = 1}));
    expect_exact_books();
  }
}

TEST_P(QuotaBreakIn, ByRenamingOverOneNameInParallel) {
  ASSERT_EQ(upload(*log_in(), "STOR same", octets(part)), 226);
  const Codes codes = in_parallel(8, [](TestClient& client, int session, int) {
    const int stored = upload(client, "STOR " + file_of(session), octets(1024));
    client.command("RNFR " + file_of(session));
    const int renamed = client.command("RNTO same").code;
    return stored == 226 ? renamed : stored;
  });
  expect_only(codes, {250});
  EXPECT_EQ(quota_->usage(), (QuotaUsage{.octets = 1024, .files = 1}));
  expect_exact_books();
}

TEST_P(QuotaBreakIn, ByCopiesOnTheServer) {
  ASSERT_EQ(upload(*log_in(), "STOR same", octets(part)), 226);
  const Codes codes = in_parallel(6, [](TestClient& client, int session, int) {
    client.expect("SITE CPFR same", 350);
    return client.command("SITE CPTO " + file_of(session)).code;
  });
  expect_only(codes, {250, 552});
  EXPECT_GT(codes.at(552), 0);
  EXPECT_EQ(fresh_count().octets, 2 * part);
  expect_exact_books();
}

// All of it, with uploads that break off.
TEST_P(QuotaBreakIn, ByEverythingAtOnce) {
  const Codes codes = in_parallel(40, [](TestClient& client, int session, int i) {
    std::minstd_rand random(static_cast<unsigned>(1000 * session + i + 1));
    const std::string file = file_of(static_cast<int>(random() % 3));
    const std::string other = file_of(static_cast<int>(random() % 3));
    const std::string content = octets(random() % part);
    switch (random() % 10) {
      case 0:
        return client.command("DELE " + file).code;
      case 1:
        client.command("RNFR " + file);
        return client.command("RNTO " + other).code;
      case 2:
        client.command("SITE CPFR " + file);
        return client.command("SITE CPTO " + other).code;
      case 3:
        return upload(client, "APPE " + file, content);
      case 4:
        client.expect("REST 100", 350);
        return upload(client, "STOR " + file, content);
      case 5:
        client.expect("RANG 50 30000", 350);
        return upload(client, "STOR " + file, content);
      case 6: {
        client.extended_passive();
        const int begun = client.command((random() % 2 == 0 ? "APPE " : "STOR ") + file).code;
        if (begun == 150) {
          client.open_data().try_send(content);
          client.data().connection().reset();
          client.read_reply();
        }
        client.drop_data();
        return 226;
      }
      default:
        return upload(client, "STOR " + file, content);
    }
  });
  // 451: a file became shorter while it was copied. 452: in memory, what is written to while somebody reads it is
  // copied.
  expect_only(codes, {226, 250, 450, 451, 503, 550, 552, 553, 554, GetParam() == StorageKind::memory ? 452 : 451});
  expect_safe_books();
}

class QuotaBreakInOnDisk : public QuotaBreakIn {
 protected:
  // With the files that are open and have no name, which are all the server's: it runs in this process.
  std::uint64_t octets_on_disk() {
    const std::string top = server_.tree().directory();
    std::map<ino_t, std::uint64_t> sizes;
    struct stat facts;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(top))
      if (::lstat(entry.path().c_str(), &facts) == 0 && S_ISREG(facts.st_mode))
        sizes[facts.st_ino] = static_cast<std::uint64_t>(facts.st_size);
    for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
      std::error_code gone;
      const std::string target = std::filesystem::read_symlink(entry.path(), gone).string();
      // By its path, as the descriptor is the server's to close.
      if (target.starts_with(top + "/") && ::stat(entry.path().c_str(), &facts) == 0 && S_ISREG(facts.st_mode))
        sizes[facts.st_ino] = static_cast<std::uint64_t>(facts.st_size);
    }
    std::uint64_t sum = 0;
    for (const auto& [inode, size] : sizes) sum += size;
    return sum;
  }

  // Sessions that send a part and wait, until all but `fitting` have been refused.
  void hold_uploads(const std::string& command, bool own_names, int fitting) {
    std::vector<std::unique_ptr<TestClient>> clients;
    for (int session = 0; session < sessions; ++session) {
      clients.push_back(log_in());
      TestClient& client = *clients.back();
      client.extended_passive();
      client.begin(command + (own_names ? std::to_string(session) : ""));
      client.open_data().try_send(octets(part));
      EXPECT_LE(octets_on_disk(), limit);
    }
    int refused = 0;
    std::vector<pollfd> waiting;
    for (const auto& client : clients) waiting.push_back({client->control().descriptor(), POLLIN, 0});
    while (refused < sessions - fitting) {
      ASSERT_GT(::poll(waiting.data(), waiting.size(), static_cast<int>(patience.count())), 0);
      for (std::size_t i = 0; i < waiting.size(); ++i) {
        if ((waiting[i].revents & POLLIN) == 0) continue;
        clients[i]->expect_reply(552);
        waiting[i].fd = -1;
        waiting[i].revents = 0;
        ++refused;
      }
      EXPECT_LE(octets_on_disk(), limit);
    }
    EXPECT_LE(octets_on_disk(), limit);
    EXPECT_GT(octets_on_disk(), 0u);
    EXPECT_LE(quota_->usage()->octets, limit);
    for (std::size_t i = 0; i < waiting.size(); ++i) {
      if (waiting[i].fd < 0) continue;
      clients[i]->open_data().finish_sending();
      clients[i]->expect_reply(226);
    }
  }
};

INSTANTIATE_TEST_SUITE_P(On, QuotaBreakInOnDisk, testing::Values(StorageKind::local),
                         [](const auto&) { return std::string("Local"); });

TEST_P(QuotaBreakInOnDisk, ByHiddenFilesOfUploadsUnderWay) {
  hold_uploads("STOR file", true, 2);
  EXPECT_EQ(octets_on_disk(), 2 * part);
  expect_exact_books();
}

TEST_P(QuotaBreakInOnDisk, ByHiddenFilesThatAreToReplaceOneFile) {
  ASSERT_EQ(upload(*log_in(), "STOR file", octets(part)), 226);
  hold_uploads("STOR file", false, 1);
  EXPECT_EQ(octets_on_disk(), part);
  expect_exact_books();
}

// What has lost its name is there as long as somebody writes into it.
TEST_P(QuotaBreakInOnDisk, ByReplacingAFileThatIsAppendedTo) {
  ASSERT_EQ(upload(*log_in(), "STOR file", octets(part)), 226);
  std::vector<std::unique_ptr<TestClient>> appending;
  for (const int replaced : {226, 552}) {
    TestClient& client = *appending.emplace_back(log_in());
    client.extended_passive();
    client.begin("APPE file");
    client.open_data().send("x");
    const auto deadline = std::chrono::steady_clock::now() + patience;
    while (!client.command("STAT").text().contains(" 1 octets so far"))
      ASSERT_LT(std::chrono::steady_clock::now(), deadline);
    EXPECT_EQ(upload(*log_in(), "STOR file", octets(part)), replaced);
    EXPECT_LE(octets_on_disk(), limit);
  }
  EXPECT_EQ(octets_on_disk(), 2 * part + 2);
  for (const auto& client : appending) {
    client->open_data().finish_sending();
    client->expect_reply(226);
  }
  expect_safe_books();
}

TEST_P(QuotaBreakInOnDisk, ByLinksThatAreDeletedInItsPlace) {
  ASSERT_EQ(upload(*log_in(), "STOR file", octets(part)), 226);
  in_parallel(5, [](TestClient& client, int session, int i) {
    const std::string link = "link" + std::to_string(session) + "." + std::to_string(i);
    client.expect("SITE SYMLINK file " + link, 200);
    return client.command("DELE " + link).code;
  });
  EXPECT_EQ(quota_->usage(), (QuotaUsage{.octets = part, .files = 1}));
  const auto client = log_in();
  client->expect("SITE SYMLINK file link", 200);
  EXPECT_EQ(upload(*client, "STOR small", "x"), 226);
  client->expect("RNFR small", 350);
  client->expect("RNTO link", 250);
  EXPECT_EQ(quota_->usage(), (QuotaUsage{.octets = part + 1, .files = 2}));
  expect_exact_books();
}

}  // namespace
}  // namespace ferry::test
