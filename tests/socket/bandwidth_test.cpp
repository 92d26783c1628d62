// Limits of bandwidth, as a peer sees them: octets against the time that they took.
#include <gtest/gtest.h>

#include <chrono>
#include <future>
#include <ostream>
#include <string>
#include <thread>
#include <vector>

#include "support/content.hpp"
#include "support/test_client.hpp"
#include "support/test_server.hpp"

namespace ferry::test {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

// Large enough that buffers of the kernel play no role, and little enough for a test.
constexpr std::uint64_t rate = 4'000'000;
constexpr std::size_t file_size = 4'000'000;

struct LimitedWay {
  const char* name;
  bool up;
  bool tls;
  StorageKind storage;
  friend std::ostream& operator<<(std::ostream& out, const LimitedWay& self) { return out << self.name; }
};

class Bandwidth : public testing::TestWithParam<LimitedWay> {
 protected:
  static Rate limit() { return GetParam().up ? Rate{.up = rate} : Rate{.down = rate}; }

  ServerSetup limited(std::function<void(Config&)> configure) {
    ServerSetup setup;
    setup.storage = GetParam().storage;
    setup.configure = [configure](Config& config) {
      config.threads = 2;
      configure(config);
    };
    return setup;
  }

  std::unique_ptr<TestClient> client(TestServer& server, const std::string& user = "alice") {
    auto made = std::make_unique<TestClient>(server);
    if (GetParam().tls) made->auth_tls();
    made->login(user);
    if (GetParam().tls) made->protect_data();
    made->expect("TYPE I", 200);
    return made;
  }

  // One whole transfer in the limited direction, or the other one.
  static std::chrono::duration<double> transfer(TestClient& client, const std::string& name, std::size_t octets_moved,
                                                bool other_direction = false) {
    const auto begin = Clock::now();
    client.extended_passive();
    if (GetParam().up != other_direction)
      client.upload("STOR " + name, octets(octets_moved));
    else
      EXPECT_EQ(client.download("RETR " + name).size(), octets_moved);
    return Clock::now() - begin;
  }

  // No more than the rate allows for the time, and a quarter of a second.
  static void expect_limited(std::uint64_t octets_moved, std::chrono::duration<double> time) {
    EXPECT_LE(static_cast<double>(octets_moved), static_cast<double>(rate) * (time.count() + 0.25)) << time.count();
    // The machine may be slow, but not without end.
    EXPECT_LE(time.count(), 10.0 * static_cast<double>(octets_moved) / static_cast<double>(rate));
  }
};

TEST_P(Bandwidth, OfTheServerIsForAllTransfersTogetherAndShared) {
  TestServer server(limited([](Config& config) { config.server_rate = limit(); }));
  for (const char* name : {"/a", "/b"}) server.tree().make_file(name, octets(file_size / 2));
  auto one = client(server);
  auto two = client(server);
  const auto begin = Clock::now();
  auto first = std::async(std::launch::async, [&] { return transfer(*one, "a", file_size / 2); });
  const auto second = transfer(*two, "b", file_size / 2);
  const auto of_first = first.get();
  const std::chrono::duration<double> time = Clock::now() - begin;
  expect_limited(file_size, time);
  // Neither had to wait for the other.
  EXPECT_GE(std::min(of_first, second).count(), 0.5 * time.count());
}

TEST_P(Bandwidth, OfASessionIsForItAlone) {
  TestServer server(limited([](Config& config) { config.rates.session = limit(); }));
  server.tree().make_file("/a", octets(file_size / 2));
  auto one = client(server);
  expect_limited(file_size / 2, transfer(*one, "a", file_size / 2));
}

TEST_P(Bandwidth, OfAUserIsForAllHisSessions) {
  TestServer server(limited([](Config& config) { config.rates.user = limit(); }));
  for (const char* name : {"/a", "/b"}) server.tree().make_file(name, octets(file_size / 4));
  auto one = client(server);
  auto two = client(server);
  const auto begin = Clock::now();
  auto first = std::async(std::launch::async, [&] { return transfer(*one, "a", file_size / 4); });
  transfer(*two, "b", file_size / 4);
  first.get();
  expect_limited(file_size / 2, Clock::now() - begin);
}

TEST_P(Bandwidth, OfAnAccountComesBeforeThatOfTheServer) {
  TestServer server(limited([](Config& config) { config.rates.session = {.down = 1, .up = 1}; }));
  Account account;
  account.files = server.tree().files();
  account.permissions = Permissions::all();
  account.rates.session = {.down = rate, .up = rate};
  server.users().add("bob", Secret("secret"), account);
  server.tree().make_file("/a", octets(file_size / 4));
  auto bob = client(server, "bob");
  expect_limited(file_size / 4, transfer(*bob, "a", file_size / 4));
}

TEST_P(Bandwidth, TheOtherDirectionIsFree) {
  TestServer server(
      limited([](Config& config) { config.server_rate = GetParam().up ? Rate{.up = 1000} : Rate{.down = 1000}; }));
  server.tree().make_file("/a", octets(file_size));
  auto one = client(server);
  EXPECT_LE(transfer(*one, "a", file_size, true), 60s);  // the limit would make it an hour
}

// What waits for bandwidth has not stalled, answers, and can be aborted.
TEST_P(Bandwidth, AWaitingTransferIsAliveAndCanBeAborted) {
  TestServer server(limited([](Config& config) {
    config.server_rate = GetParam().up ? Rate{.up = 1000} : Rate{.down = 1000};
    config.timeouts.data_stall = 100ms;
  }));
  server.tree().make_file("/a", octets(file_size));
  auto one = client(server);
  one->extended_passive();
  one->begin(GetParam().up ? "STOR a" : "RETR a");
  Wire& data = one->open_data();
  if (GetParam().up) data.send(octets(20'000));
  const auto begin = Clock::now();
  while (Clock::now() - begin < 400ms) one->expect("NOOP", 200);
  EXPECT_TRUE(one->control().is_silent());
  one->expect("ABOR", 426);
  one->expect_reply(226);
}

INSTANTIATE_TEST_SUITE_P(AllWays, Bandwidth,
                         testing::Values(LimitedWay{"download", false, false, StorageKind::local},
                                         LimitedWay{"download_without_sendfile", false, false, StorageKind::memory},
                                         LimitedWay{"download_under_tls", false, true, StorageKind::local},
                                         LimitedWay{"upload", true, false, StorageKind::local},
                                         LimitedWay{"upload_under_tls", true, true, StorageKind::local}),
                         [](const auto& test) { return std::string(test.param.name); });

}  // namespace
}  // namespace ferry::test
