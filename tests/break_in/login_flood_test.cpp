// Logins whose passwords cost much to check: the work that strangers can ask for is bounded, and a flood from one
// address does not keep another one out. The users of these tests have passwords that are as hard as can be: their
// check does not end before the test says so.
#include <gtest/gtest.h>

#include <algorithm>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "support/test_client.hpp"
#include "support/test_server.hpp"

namespace ferry::test {
namespace {

using namespace std::chrono_literals;

const IpAddress attacker = IpAddress::v4({127, 0, 0, 2});

class HardPasswords final : public Authenticator {
 public:
  explicit HardPasswords(std::shared_ptr<FileSystem> files) : files_(std::move(files)) {}

  Task<std::expected<Account, AuthErrc>> authenticate(const LoginRequest& request) override {
    if (request.user == "hard") co_await run_blocking([this] { check(); });
    Account account;
    account.files = files_;
    co_return account;
  }

  void finish_all() {
    const std::lock_guard lock(mutex_);
    finished_ = true;
    changed_.notify_all();
  }
  // Waits for so many checks at the same time.
  bool wait_for(std::size_t count) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, 60s, [&] { return now_ == count; });
  }
  std::size_t most_at_once() const {
    const std::lock_guard lock(mutex_);
    return most_;
  }
  std::size_t in_all() const {
    const std::lock_guard lock(mutex_);
    return all_;
  }

 private:
  void check() {
    std::unique_lock lock(mutex_);
    ++all_;
    most_ = std::max(most_, ++now_);
    changed_.notify_all();
    changed_.wait(lock, [this] { return finished_; });
    --now_;
  }

  const std::shared_ptr<FileSystem> files_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool finished_ = false;
  std::size_t now_ = 0;
  std::size_t most_ = 0;
  std::size_t all_ = 0;
};

// The server, its users, and the many who want to get in.
class Flood {
 public:
  explicit Flood(std::uint32_t at_once, std::uint32_t waiting = 1000, std::chrono::milliseconds login = 60s)
      : server_(setup(at_once, waiting, login)) {}
  ~Flood() { users_->finish_all(); }

  // Sends a password and does not wait for the reply.
  TestClient& come(const IpAddress& from = attacker) {
    ClientOptions options;
    options.from = from;
    clients_.push_back(std::make_unique<TestClient>(server_, options));
    TestClient& client = *clients_.back();
    client.expect("USER hard", 331);
    client.send("PASS x");
    return client;
  }
  TestServer& server() { return server_; }
  HardPasswords& users() { return *users_; }
  std::vector<std::unique_ptr<TestClient>>& clients() { return clients_; }

 private:
  ServerSetup setup(std::uint32_t at_once, std::uint32_t waiting, std::chrono::milliseconds login) {
    ServerSetup setup;
    setup.configure = [=, this](Config& config) {
      users_ = std::make_shared<HardPasswords>(TestTree::make(StorageKind::memory, {})->files());
      config.authenticator = users_;
      config.limits.password_checks = at_once;
      config.limits.password_checks_waiting = waiting;
      config.timeouts.login = login;
    };
    return setup;
  }

  std::shared_ptr<HardPasswords> users_;
  TestServer server_;
  std::vector<std::unique_ptr<TestClient>> clients_;
};

TEST(LoginFlood, FromOneAddressKeepsNobodyElseOut) {
  Flood flood(4);
  for (int i = 0; i < 50; ++i) flood.come();
  ASSERT_TRUE(flood.users().wait_for(2));
  // Not one of the flood's checks has ended.
  for (int i = 0; i < 3; ++i) {
    TestClient client(flood.server());
    client.login();
    EXPECT_EQ(client.download("NLST"), "");
    client.quit();
  }
  TestClient& hard_one = flood.come(IpAddress::v4({127, 0, 0, 1}));
  ASSERT_TRUE(flood.users().wait_for(3)) << "another address gets a place of its own";
  EXPECT_EQ(flood.users().most_at_once(), 3u);
  flood.users().finish_all();
  hard_one.expect_reply(230);
  for (const auto& client : flood.clients())
    if (client.get() != &hard_one) client->expect_reply(230);
}

TEST(LoginFlood, FromManyAddressesIsCheckedAFewAtATime) {
  Flood flood(4);
  for (std::uint8_t i = 2; i < 12; ++i)
    for (int n = 0; n < 4; ++n) flood.come(IpAddress::v4({127, 0, 0, i}));
  ASSERT_TRUE(flood.users().wait_for(4));
  flood.users().finish_all();
  for (const auto& client : flood.clients()) client->expect_reply(230);
  EXPECT_EQ(flood.users().most_at_once(), 4u);
  EXPECT_EQ(flood.users().in_all(), 40u);
}

TEST(LoginFlood, BeyondTheQueueIsRefusedAtOnce) {
  Flood flood(1, 4);
  for (int i = 0; i < 3; ++i) flood.come();  // one is checked, two wait: half of the queue
  ASSERT_TRUE(flood.users().wait_for(1));
  for (int i = 0; i < 10; ++i) {
    TestClient& client = flood.come();
    client.expect_reply(421);
    client.expect_closed();
  }
  EXPECT_EQ(flood.users().in_all(), 1u);
  flood.users().finish_all();
  for (std::size_t i = 0; i < 3; ++i) flood.clients()[i]->expect_reply(230);
}

TEST(LoginFlood, WaitsNoLongerThanALoginMayTake) {
  Flood flood(1, 1000, 200ms);
  flood.come();
  ASSERT_TRUE(flood.users().wait_for(1));
  TestClient& late = flood.come();
  late.expect_reply(421);
  late.expect_closed();
}

TEST(LoginFlood, CostsNothingMoreWhenTheServerStops) {
  Flood flood(4);
  for (int i = 0; i < 50; ++i) flood.come();
  ASSERT_TRUE(flood.users().wait_for(2));
  TestClient transferring(flood.server());
  transferring.login();
  transferring.extended_passive_endpoint();
  transferring.expect("LIST", 150);
  std::thread stopping([&] { flood.server().stop(); });
  transferring.expect_cut_off();  // and with it all the others
  flood.users().finish_all();
  stopping.join();
  EXPECT_EQ(flood.users().in_all(), 2u);
}

}  // namespace
}  // namespace ferry::test
