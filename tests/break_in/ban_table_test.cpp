// Tables of attackers that are filled until they forget the one who matters, or until there is no memory left. ferry
// remembers nobody who is not connected: what slows an attacker down is kept with his own connections.
#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <vector>

#include "support/test_client.hpp"
#include "support/test_server.hpp"

namespace ferry::test {
namespace {

TEST(BanTable, ManyAddressesThatFailToLogInPushNobodyOut) {
  constexpr std::uint32_t most_of_one = 3;
  ServerSetup setup;
  setup.configure = [](Config& config) { config.limits.connections_per_address = most_of_one; };
  TestServer server(setup);
  ClientOptions attacker;
  attacker.from = IpAddress::v4({127, 0, 0, 2});
  std::vector<std::unique_ptr<TestClient>> held;
  for (std::uint32_t i = 0; i < most_of_one; ++i) held.push_back(std::make_unique<TestClient>(server, attacker));
  const auto attacker_is_refused = [&] {
    ClientOptions options = attacker;
    options.greeting = false;
    TestClient another(server, options);
    return another.read_reply().code == 421;
  };
  EXPECT_TRUE(attacker_is_refused());

  const auto fail_from = [&](unsigned number) {
    ClientOptions options;
    options.from = IpAddress::v4({127, 1, static_cast<std::uint8_t>(number >> 8), static_cast<std::uint8_t>(number)});
    TestClient client(server, options);
    client.expect("USER alice", 331);
    client.expect("PASS wrong", 530);
  };
  for (unsigned number = 1; number <= 1'000; ++number) fail_from(number);
  EXPECT_TRUE(attacker_is_refused()) << "others have pushed him out";
}

}  // namespace
}  // namespace ferry::test
