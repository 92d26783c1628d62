// Passive and active data connections: who may connect, to which port, and how often.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "support/descriptors.hpp"
#include "support/test_client.hpp"
#include "support/test_server.hpp"

namespace ferry::test {
namespace {

const IpAddress foreign_address = IpAddress::v4({127, 0, 0, 2});

// True when a connection is refused, or accepted by the kernel and then closed without an octet.
bool is_turned_away(const Endpoint& to, std::optional<IpAddress> from = {}) {
  const auto wire = Wire::try_connect(to, from);
  return !wire || wire->receive_all().empty();
}

class DataPort : public testing::Test {
 protected:
  DataPort() {
    server_.tree().make_file("/f", "data");
    client_.login();
    client_.expect("TYPE I", 200);
  }

  TestServer server_;
  TestClient client_{server_};
};

// RFC 2577 §4: whoever guesses the port must not get the file.
TEST_F(DataPort, TurnsAwayAStrangerAndGoesOnWaitingForTheRightPeer) {
  const Endpoint announced = client_.passive_endpoint();
  const auto thief = Wire::connect(announced, foreign_address);
  client_.send("RETR f");
  client_.expect_reply(150);
  EXPECT_EQ(thief->receive_all(), "");
  client_.use_data(DataChannel::connect(announced));
  EXPECT_EQ(client_.data().receive_all(), "data");
  client_.drop_data();
  client_.expect_reply(226);
}

TEST_F(DataPort, TurnsAwayManyStrangersBeforeTheRightPeer) {
  const Endpoint announced = client_.extended_passive_endpoint();
  std::vector<std::unique_ptr<Wire>> thieves;
  for (int i = 0; i < 5; ++i) thieves.push_back(Wire::connect(announced, foreign_address));
  client_.use_data(DataChannel::connect(announced));
  EXPECT_EQ(client_.download("RETR f"), "data");
  for (const auto& thief : thieves) EXPECT_EQ(thief->receive_all(), "");
}

TEST_F(DataPort, TakesNoUploadFromAStranger) {
  const Endpoint announced = client_.extended_passive_endpoint();
  const auto thief = Wire::connect(announced, foreign_address);
  thief->send("forged");
  thief->finish_sending();
  client_.use_data(DataChannel::connect(announced));
  client_.upload("STOR g", "genuine");
  EXPECT_EQ(server_.tree().content("/g"), "genuine");
}

TEST_F(DataPort, LetsAStrangerInWhereForeignAddressesArePermitted) {
  ServerSetup setup;
  setup.configure = [](Config& config) { config.permit_foreign_addresses = true; };
  TestServer server(setup);
  server.tree().make_file("/f", "data");
  TestClient client(server);
  client.login();
  client.expect("TYPE I", 200);
  client.use_data(DataChannel::connect(client.extended_passive_endpoint(), true, foreign_address));
  EXPECT_EQ(client.download("RETR f"), "data");
}

TEST_F(DataPort, IsNewAfterASecondPasvWithoutATransfer) {
  for (int i = 0; i < 5; ++i) {
    const Endpoint first = client_.passive_endpoint();
    const Endpoint second = client_.passive_endpoint();
    EXPECT_NE(first.port, second.port);
    EXPECT_TRUE(is_turned_away(first));
    client_.use_data(DataChannel::connect(second));
    EXPECT_EQ(client_.download("RETR f"), "data");
  }
}

TEST_F(DataPort, ServesOneConnectionForEachTransfer) {
  const Endpoint announced = client_.extended_passive_endpoint();
  client_.use_data(DataChannel::connect(announced));
  const auto second = Wire::connect(announced);
  EXPECT_EQ(client_.download("RETR f"), "data");
  // What came too early for the next transfer is not taken for it.
  client_.extended_passive();
  EXPECT_EQ(client_.download("RETR f"), "data");
  EXPECT_EQ(second->receive_all(), "");
}

TEST_F(DataPort, IsClosedByAbor) {
  const Endpoint announced = client_.extended_passive_endpoint();
  const int code = client_.command("ABOR").code;
  EXPECT_TRUE(code == 225 || code == 226);
  EXPECT_TRUE(is_turned_away(announced));
}

TEST_F(DataPort, IsClosedByReinAndByTheEndOfTheSession) {
  const Endpoint first = client_.extended_passive_endpoint();
  client_.expect("REIN", 220);
  EXPECT_TRUE(is_turned_away(first));
  client_.login();
  const Endpoint second = client_.extended_passive_endpoint();
  client_.quit();
  EXPECT_TRUE(is_turned_away(second));
}

TEST_F(DataPort, ToNobodyIs425) {
  for (const bool extended : {false, true}) {
    extended ? client_.extended_active() : client_.active();
    client_.drop_data();  // nobody listens any more
    client_.begin("RETR f");
    client_.expect_reply(425);
    client_.expect("NOOP", 200);
  }
}

TEST_F(DataPort, OfActiveModeComesFromTheControlConnectionsAddress) {
  client_.active();
  client_.begin("RETR f");
  EXPECT_EQ(client_.data().connection().peer().address, client_.control().peer().address);
  EXPECT_EQ(client_.data().receive_all(), "data");
  client_.drop_data();
  client_.expect_reply(226);
}

TEST_F(DataPort, TenThousandTimesLeaksNothing) {
  client_.expect("PASV", 227);
  const std::size_t before = open_descriptors();
  for (int i = 0; i < 10'000; ++i) client_.expect(i % 2 == 0 ? "PASV" : "EPSV", i % 2 == 0 ? 227 : 229);
  EXPECT_LE(open_descriptors(), before);
  client_.extended_passive();
  EXPECT_EQ(client_.download("RETR f"), "data");
}

TEST_F(DataPort, IsGoneWithItsSessionHoweverThatEnds) {
  client_.expect("NOOP", 200);
  const std::size_t before = open_descriptors();
  for (int i = 0; i < 100; ++i) {
    TestClient client(server_);
    client.login();
    client.extended_passive();
    if (i % 3 == 0) client.control().reset();
    if (i % 3 == 1) client.quit();
  }
  // Connections are accepted in order, so what was before this one has been dealt with when the server has forgotten
  // it.
  while (server_.server().statistics().sessions_now > 1) client_.expect("NOOP", 200);
  EXPECT_LE(open_descriptors(), before);
}

// RFC 2577 §8: who has seen one port must not know the next.
TEST_F(DataPort, IsChosenAtRandom) {
  std::set<int> ports;
  int neighbours = 0;
  int last = 0;
  for (int i = 0; i < 100; ++i) {
    const int port = client_.extended_passive_endpoint().port;
    EXPECT_GE(port, 49'152);
    neighbours += std::abs(port - last) <= 2 ? 1 : 0;
    ports.insert(last = port);
  }
  EXPECT_GE(ports.size(), 90u);
  EXPECT_LE(neighbours, 5);
  EXPECT_GE(*ports.rbegin() - *ports.begin(), 8'000);
}

TEST_F(DataPort, StaysWithinTheConfiguredRange) {
  ServerSetup setup;
  setup.configure = [](Config& config) { config.passive_ports = {50'000, 50'400}; };
  TestServer server(setup);
  TestClient client(server);
  client.login();
  for (int i = 0; i < 50; ++i) {
    const Endpoint announced = client.extended_passive_endpoint();
    EXPECT_GE(announced.port, 50'000);
    EXPECT_LE(announced.port, 50'400);
  }
}

TEST_F(DataPort, IsAnsweredWith425WhenTheRangeIsUsedUp) {
  // Some free port of the system's, taken by the test; the range is that one port.
  const WireListener taken(IpAddress::v4({127, 0, 0, 1}));
  ServerSetup setup;
  setup.configure = [port = taken.endpoint().port](Config& config) {
    config.passive_ports = {port, port};
    config.permit_foreign_addresses = true;
  };
  TestServer server(setup);
  TestClient client(server);
  client.auth_tls();
  client.login();
  client.protect_data();
  for (const char* command : {"PASV", "EPSV", "LPSV", "CPSV"}) client.expect(command, 425);
  client.expect("NOOP", 200);
}

TEST_F(DataPort, HasItsOwnMasqueradeAddressForEachLocalAddress) {
  ServerSetup setup;
  setup.address = "";
  setup.configure = [](Config& config) {
    config.masquerade_address = IpAddress::v4({192, 0, 2, 1});
    config.masquerade_map[IpAddress::v4({127, 0, 0, 3})] = IpAddress::v4({192, 0, 2, 3});
  };
  TestServer server(setup);
  TestClient one(server);
  one.login();
  EXPECT_EQ(one.passive_endpoint().address, IpAddress::v4({192, 0, 2, 1}));
  TestClient three({IpAddress::v4({127, 0, 0, 3}), server.endpoint().port});
  three.login();
  EXPECT_EQ(three.passive_endpoint().address, IpAddress::v4({192, 0, 2, 3}));
}

}  // namespace
}  // namespace ferry::test
