// Storage, users and events whose calls do not return: the session is cut after its deadline, the thread is counted and
// replaced, and everybody else is served.
#include <gtest/gtest.h>

#include <chrono>
#include <condition_variable>
#include <cstring>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <ferry/blocking_filesystem.hpp>
#include <ferry/event_functions.hpp>

#include "support/test_client.hpp"
#include "support/test_server.hpp"

namespace ferry::test {
namespace {

using namespace std::chrono_literals;

// Where calls hang until the test lets them go.
class Trap {
 public:
  void pass(std::string_view call) {
    std::unique_lock lock(mutex_);
    if (call != caught_) return;
    ++inside_;
    changed_.notify_all();
    changed_.wait(lock, [&] { return call != caught_; });
    --inside_;
  }
  void set_for(std::string call) {
    const std::lock_guard lock(mutex_);
    caught_ = std::move(call);
  }
  void open() {
    set_for("");
    changed_.notify_all();
  }
  bool wait_for(std::size_t calls) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, 60s, [&] { return inside_ == calls; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::string caught_;
  std::size_t inside_ = 0;
};

// Lets all go however a test ends: before the server, which waits for its calls.
class OpenAtEnd {
 public:
  explicit OpenAtEnd(Trap& trap) : trap_(trap) {}
  ~OpenAtEnd() { trap_.open(); }
  OpenAtEnd(const OpenAtEnd&) = delete;
  OpenAtEnd& operator=(const OpenAtEnd&) = delete;

 private:
  Trap& trap_;
};

// The file "stuck" is in the trap; every other one has a few octets. Nothing is kept.
class StickyFiles final : public BlockingFileSystem {
 public:
  explicit StickyFiles(Trap& trap) : trap_(trap) {}

  Result<FileInfo> stat(const FtpPath& path) override {
    pass("stat", path);
    FileInfo info;
    info.kind = path.is_root() ? FileKind::directory : FileKind::regular;
    info.size = content.size();
    return info;
  }
  Result<std::vector<BlockingEntry>> list(const FtpPath&, Detail) override {
    trap_.pass("list");
    return std::vector<BlockingEntry>{};
  }
  Result<std::unique_ptr<BlockingSource>> open_read(const FtpPath& path, std::uint64_t) override {
    pass("open_read", path);
    return std::make_unique<Reading>(*this, path);
  }
  Result<std::unique_ptr<BlockingSink>> open_write(const FtpPath& path, const StoreRequest&) override {
    pass("open_write", path);
    return std::make_unique<Writing>(*this, path);
  }
  Result<void> make_directory(const FtpPath& path) override { return change("make_directory", path); }
  Result<void> remove_directory(const FtpPath& path) override { return change("remove_directory", path); }
  Result<void> remove_file(const FtpPath& path) override { return change("remove_file", path); }
  Result<void> rename(const FtpPath& from, const FtpPath&, bool) override { return change("rename", from); }

  static constexpr std::string_view content = "few";

 private:
  class Reading final : public BlockingSource {
   public:
    Reading(StickyFiles& files, FtpPath path) : files_(files), path_(std::move(path)) {}
    ~Reading() override { files_.pass("close", path_); }
    std::uint64_t remaining() const override { return content.size() - read_; }
    Result<std::size_t> read(std::span<std::byte> buffer) override {
      files_.pass("read", path_);
      const std::string_view left = content.substr(read_).substr(0, buffer.size());
      std::memcpy(buffer.data(), left.data(), left.size());
      read_ += left.size();
      return left.size();
    }

   private:
    StickyFiles& files_;
    FtpPath path_;
    std::size_t read_ = 0;
  };
  class Writing final : public BlockingSink {
   public:
    Writing(StickyFiles& files, FtpPath path) : files_(files), path_(std::move(path)) {}
    const FtpPath& path() const override { return path_; }
    Result<void> start() override { return files_.change("start", path_); }
    Result<void> write(std::span<const std::byte>) override { return files_.change("write", path_); }
    Result<void> commit() override { return files_.change("commit", path_); }

   private:
    StickyFiles& files_;
    FtpPath path_;
  };

  void pass(std::string_view call, const FtpPath& path) {
    if (path.name() == "stuck") trap_.pass(call);
  }
  Result<void> change(std::string_view call, const FtpPath& path) {
    pass(call, path);
    return {};
  }

  Trap& trap_;
};

// Anybody may log in; "stuck" is in the trap.
class StickyUsers final : public Authenticator {
 public:
  explicit StickyUsers(Trap& trap) : trap_(trap), files_(on_pool(std::make_shared<StickyFiles>(trap))) {}

  Task<std::expected<Account, AuthErrc>> authenticate(const LoginRequest& request) override {
    if (request.user == "stuck") co_await run_blocking([this] { trap_.pass("authenticate"); });
    Account account;
    account.files = files_;
    account.permissions = Permissions::all();
    co_return account;
  }

 private:
  Trap& trap_;
  const std::shared_ptr<FileSystem> files_;
};

ServerSetup with(Trap& trap, std::uint32_t threads) {
  ServerSetup setup;
  setup.configure = [&trap, threads](Config& config) {
    config.authenticator = std::make_shared<StickyUsers>(trap);
    config.blocking_threads = threads;
    config.timeouts.blocking_call = 300ms;
  };
  return setup;
}

void eventually(const std::function<bool()>& holds) {
  for (int i = 0; i < 6000 && !holds(); ++i) std::this_thread::sleep_for(10ms);
  EXPECT_TRUE(holds());
}

// A dialogue up to the call that hangs.
using Beginning = std::function<void(TestClient&)>;

void send_file(TestClient& client) {
  client.extended_passive();
  client.begin("STOR stuck");
  client.open_data();
  client.data().send_all("new");
}

const std::vector<std::pair<std::string, Beginning>> calls = {
    {"stat", [](TestClient& client) { client.send("SIZE stuck"); }},
    {"list",
     [](TestClient& client) {
       client.extended_passive();
       client.send("NLST");
     }},
    {"open_read",
     [](TestClient& client) {
       client.extended_passive();
       client.send("RETR stuck");
     }},
    {"read",
     [](TestClient& client) {
       client.extended_passive();
       client.begin("RETR stuck");
       EXPECT_EQ(client.open_data().receive_all(), "") << "the data connection ends too";
     }},
    {"open_write",
     [](TestClient& client) {
       client.extended_passive();
       client.send("STOR stuck");
     }},
    {"start",
     [](TestClient& client) {
       client.extended_passive();
       client.begin("STOR stuck");
       EXPECT_EQ(client.open_data().receive_all(), "");
     }},
    {"write", send_file},
    {"commit", send_file},
    {"make_directory", [](TestClient& client) { client.send("MKD stuck"); }},
    {"remove_directory", [](TestClient& client) { client.send("RMD stuck"); }},
    {"remove_file", [](TestClient& client) { client.send("DELE stuck"); }},
    {"rename",
     [](TestClient& client) {
       client.expect("RNFR stuck", 350);
       client.send("RNTO other");
     }},
    {"authenticate",
     [](TestClient& client) {
       client.expect("USER stuck", 331);
       client.send("PASS x");
     }},
};

class HangingCall : public testing::TestWithParam<std::size_t> {};

TEST_P(HangingCall, CutsItsSessionAfterTheDeadlineAndNobodyElses) {
  const auto& [call, begin] = calls[GetParam()];
  Trap trap;
  TestServer server(with(trap, 1));
  const OpenAtEnd at_end(trap);
  trap.set_for(call);
  const auto statistics = [&] { return server.server().statistics(); };
  {
    TestClient client(server);
    client.login();
    client.expect("TYPE I", 200);
    begin(client);
    EXPECT_TRUE(trap.wait_for(1));
    client.expect_reply(421);
    client.expect_closed();
  }
  // The thread is accounted for, and so is the session, until the call returns.
  eventually([&] { return statistics().calls_hanging == 1; });
  EXPECT_EQ(statistics().sessions_now, 1u);
  bool told = false;
  for (const auto& record : server.log()) told = told || record.event == "call_hangs";
  EXPECT_TRUE(told);
  // The only thread hangs; another one does the work of others.
  {
    TestClient other(server);
    other.login();
    other.expect("TYPE I", 200);
    EXPECT_EQ(other.download("RETR other"), StickyFiles::content);
    other.upload("STOR other", "new");
    other.quit();
  }
  trap.open();
  eventually([&] { return statistics().sessions_now == 0; });
  eventually([&] { return statistics().calls_hanging == 0; });
}

INSTANTIATE_TEST_SUITE_P(Each, HangingCall, testing::Range(std::size_t{0}, calls.size()),
                         [](const auto& parameter) { return calls[parameter.param].first; });

TEST(HangingCalls, AreReplacedUntilThereAreTwiceAsManyThreads) {
  Trap trap;
  TestServer server(with(trap, 2));
  const OpenAtEnd at_end(trap);
  trap.set_for("stat");
  std::vector<std::unique_ptr<TestClient>> stuck;
  for (std::size_t i = 1; i <= 4; ++i) {
    stuck.push_back(std::make_unique<TestClient>(server));
    stuck.back()->login();
    stuck.back()->expect("TYPE I", 200);
    stuck.back()->send("SIZE stuck");
    ASSERT_TRUE(trap.wait_for(i));
    if (i % 2 == 0) eventually([&] { return server.server().statistics().calls_hanging == i; });
  }
  // Nothing is left for work that may block; who needs none is served all the same.
  TestClient other(server);
  other.login();
  other.expect("NOOP", 200);
  other.expect("TYPE I", 200);
  other.send("SIZE other");
  other.expect_reply(421);
  EXPECT_EQ(server.server().statistics().calls_hanging, 4u);
  trap.open();
  TestClient late(server);
  late.login();
  late.expect("TYPE I", 200);
  late.expect("SIZE other", 213);
  eventually([&] { return server.server().statistics().sessions_now == 1; });
  eventually([&] { return server.server().statistics().calls_hanging == 0; });
}

TEST(HangingCalls, OfManySessionsAtOnceAreEachCut) {
  Trap trap;
  TestServer server(with(trap, 2));
  const OpenAtEnd at_end(trap);
  trap.set_for("stat");
  std::vector<std::unique_ptr<TestClient>> stuck;
  for (int i = 0; i < 20; ++i) {
    stuck.push_back(std::make_unique<TestClient>(server));
    stuck.back()->login();
    stuck.back()->expect("TYPE I", 200);
    stuck.back()->send("SIZE stuck");
  }
  for (const auto& client : stuck) client->expect_reply(421);
  eventually([&] { return server.server().statistics().calls_hanging == 4; });
  trap.open();
  eventually([&] { return server.server().statistics().sessions_now == 0; });
}

TEST(HangingCalls, HoldUpAStopUntilTheyReturn) {
  Trap trap;
  TestServer server(with(trap, 1));
  const OpenAtEnd at_end(trap);
  trap.set_for("stat");
  TestClient client(server);
  client.login();
  client.expect("TYPE I", 200);
  client.send("SIZE stuck");
  ASSERT_TRUE(trap.wait_for(1));
  auto stopping = std::async(std::launch::async, [&] { server.server().stop(0ms); });
  const OpenAtEnd before_that(trap);
  client.expect_cut_off();
  EXPECT_EQ(stopping.wait_for(0ms), std::future_status::timeout);
  trap.open();
  stopping.get();
  EXPECT_EQ(server.server().statistics().sessions_now, 0u);
}

TEST(HangingCalls, OfEventsAreCutToo) {
  Trap trap;
  ServerSetup setup = with(trap, 1);
  auto events = std::make_shared<EventFunctions>();
  events->on_logged_in = [&trap](const SessionFacts& who) {
    if (who.user == "stuck") trap.pass("event");
  };
  setup.configure = [&, configure = setup.configure](Config& config) {
    configure(config);
    config.events = events;
  };
  TestServer server(setup);
  const OpenAtEnd at_end(trap);
  trap.set_for("event");
  TestClient client(server);
  client.expect("USER stuck", 331);
  client.send("PASS x");
  ASSERT_TRUE(trap.wait_for(1));
  client.expect_reply(421);
  client.expect_closed();
  TestClient other(server);
  other.login();
  trap.open();
}

TEST(SlowCalls, ThatReturnInTimeCutNobody) {
  Trap trap;
  ServerSetup setup = with(trap, 1);
  setup.configure = [&, configure = setup.configure](Config& config) {
    configure(config);
    config.timeouts.blocking_call = 60s;
  };
  TestServer server(setup);
  const OpenAtEnd at_end(trap);
  TestClient client(server);
  client.login();
  client.expect("TYPE I", 200);
  for (int i = 0; i < 10; ++i) {
    trap.set_for("stat");
    client.send("SIZE stuck");
    ASSERT_TRUE(trap.wait_for(1));
    EXPECT_EQ(server.server().statistics().calls_hanging, 0u);
    trap.open();
    client.expect_reply(213);
  }
  client.quit();
}

}  // namespace
}  // namespace ferry::test
