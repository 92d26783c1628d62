// Names that can be told apart by the time that their refusal takes: where the password of a user is hashed and that of
// nobody is not, ten tries tell who exists.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <string>
#include <vector>

#include <ferry/system_users.hpp>

#include "support/test_client.hpp"
#include "support/test_server.hpp"
#include "support/throwaway_accounts.hpp"

namespace ferry::test {
namespace {

using Seconds = std::chrono::duration<double>;

double median(std::vector<double> of) {
  std::ranges::sort(of);
  return of[of.size() / 2];
}

// By how much the refusals of a user and of nobody differ, where each is to take `delay`. The hashes of
// ThrowawayAccounts cost little, that for unknown names what this machine likes best: so it is where users have kept
// old hashes.
double difference(std::chrono::milliseconds delay) {
  ThrowawayAccounts accounts;
  accounts.add("ann", "secret");
  ServerSetup setup;
  setup.configure = [&](Config& config) {
    config.authenticator = system_users(accounts.options());
    config.limits.login_attempts = 0;
    config.timeouts.login_delay = delay;
  };
  TestServer server(setup);
  TestClient client(server);
  const auto refusal = [&](const std::string& user) {
    client.expect("USER " + user, 331);
    const auto begun = std::chrono::steady_clock::now();
    client.expect("PASS wrong", 530);
    return Seconds(std::chrono::steady_clock::now() - begun).count();
  };
  std::vector<double> known;
  std::vector<double> unknown;
  // In turns, so that whatever else the machine does is the same for both.
  for (int round = 0; round < 11; ++round) {
    known.push_back(refusal("ann"));
    unknown.push_back(refusal("somebody"));
  }
  return std::abs(median(unknown) - median(known));
}

TEST(UserNameOracle, ByTimeTellsNothingOfTheUsersOfTheMachine) {
  // Long enough for each hash.
  EXPECT_LT(difference(std::chrono::milliseconds(300)), difference(std::chrono::milliseconds(0)) / 2);
}

}  // namespace
}  // namespace ferry::test
