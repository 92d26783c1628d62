// A server as its embedder sees it: start, stop, statistics, several of them, many clients.
#include <gtest/gtest.h>

#include <filesystem>
#include <future>
#include <iterator>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "support/content.hpp"
#include "support/test_client.hpp"
#include "support/test_server.hpp"

namespace ferry::test {
namespace {

std::size_t entries_of(const char* directory) {
  const std::filesystem::directory_iterator entries(directory);
  return static_cast<std::size_t>(std::distance(begin(entries), end(entries)));
}

ServerSetup on_two_loops(StorageKind storage) {
  ServerSetup setup;
  setup.storage = storage;
  setup.configure = [](Config& config) { config.threads = 2; };
  return setup;
}

TEST(Server, ServesManyClientsAtOnceOnTwoLoops) {
  for (const auto storage : {StorageKind::memory, StorageKind::local}) {
    TestServer server(on_two_loops(storage));
    const auto work = [&server](unsigned number) {
      ClientOptions options;
      options.tls.max_version = number % 4 == 1 ? TLS1_2_VERSION : TLS1_3_VERSION;
      for (unsigned round = 0; round < 4; ++round) {
        TestClient client(server, options);
        if (number % 2 == 1) client.auth_tls();
        client.login();
        if (number % 2 == 1) client.protect_data();
        client.expect("TYPE I", 200);
        const std::string file = "f" + std::to_string(number);
        const std::string content = octets(50'000 * (number + 1), number + round);
        number % 3 == 0 ? client.active() : client.passive();
        client.upload("STOR " + file, content);
        if (client.download("RETR " + file) != content) throw Failure("the content changed on its way");
        if (client.download("NLST").find(file) == std::string::npos) throw Failure("the file is not listed");
        client.quit();
      }
    };
    std::vector<std::future<void>> clients;
    for (unsigned i = 0; i < 16; ++i) clients.push_back(std::async(std::launch::async, work, i));
    for (auto& client : clients) EXPECT_NO_THROW(client.get());
    EXPECT_EQ(server.server().statistics().sessions_total, 64u);
  }
}

TEST(Server, CountsSessionsAndOctets) {
  TestServer server;
  EXPECT_EQ(server.server().statistics().sessions_now, 0u);
  TestClient client(server);
  client.login();
  client.expect("TYPE I", 200);
  EXPECT_EQ(server.server().statistics().sessions_now, 1u);
  client.upload("STOR f", octets(1000));
  client.download("RETR f");
  client.download("RETR f");
  EXPECT_EQ(server.server().statistics().octets_received, 1000u);
  EXPECT_GE(server.server().statistics().octets_sent, 2000u);
  EXPECT_EQ(server.server().statistics().sessions_total, 1u);
}

TEST(Server, HasNoPortsBeforeItStartsAndStartsOnce) {
  Config config;
  config.interface = "127.0.0.1";
  config.port = 0;
  config.authenticator = std::make_shared<StaticUsers>();
  Server server(config);
  EXPECT_EQ(server.port(), 0);
  EXPECT_EQ(server.implicit_tls_port(), 0);
  server.start();
  const auto port = server.port();
  EXPECT_NE(port, 0);
  server.start();
  EXPECT_EQ(server.port(), port);
  TestClient client({IpAddress::v4({127, 0, 0, 1}), port});
  client.quit();
}

TEST(Server, RefusesAPortThatIsTaken) {
  const WireListener taken(IpAddress::v4({127, 0, 0, 1}));
  Config config;
  config.interface = "127.0.0.1";
  config.port = taken.endpoint().port;
  config.authenticator = std::make_shared<StaticUsers>();
  Server server(config);
  EXPECT_THROW(server.start(), ConfigError);
}

TEST(Server, RefusesAConfigurationThatCannotWork) {
  const auto refused = [](const std::function<void(Config&)>& spoil) {
    Config config;
    config.port = 0;
    config.authenticator = std::make_shared<StaticUsers>();
    spoil(config);
    try {
      Server server(config);
      return std::string();
    } catch (const ConfigError& error) {
      return std::string(error.what());
    }
  };
  EXPECT_NE(refused([](Config& c) { c.authenticator = nullptr; }), "");
  EXPECT_NE(refused([](Config& c) { c.encoding = "no such encoding"; }), "");
  EXPECT_NE(refused([](Config& c) { c.interface = "not an address"; }), "");
  EXPECT_NE(refused([](Config& c) { c.passive_ports = {200, 100}; }), "");
  EXPECT_NE(refused([](Config& c) { c.plain_port = false; }), "");
  for (const std::string& text : {refused([](Config& c) { c.encoding = "no such encoding"; })})
    EXPECT_EQ(text.find('\n'), std::string::npos);
}

TEST(Server, ListensOnIpv4AndIpv6AtOnce) {
  ServerSetup setup;
  setup.address = "";
  TestServer server(setup);
  for (const IpAddress& address : {IpAddress::v4({127, 0, 0, 1}), *IpAddress::parse("::1")}) {
    TestClient client({address, server.endpoint().port});
    client.login();
    EXPECT_EQ(client.download("NLST"), "");
    client.quit();
  }
}

TEST(Server, ListensOnLocalhostByItsName) {
  ServerSetup setup;
  setup.address = "localhost";
  TestServer server(setup);
  TestClient client(server);
  client.login();
  client.quit();
}

TEST(Server, LetsAV4ClientOfADualStackSocketUseV4) {
  ServerSetup setup;
  setup.address = "";
  TestServer server(setup);
  TestClient client(server);
  client.login();
  client.passive();
  EXPECT_EQ(client.download("NLST"), "");
  client.active();
  EXPECT_EQ(client.download("NLST"), "");
}

TEST(Server, LivesBesideAnotherOne) {
  TestServer one;
  TestServer two;
  one.tree().make_file("/one", "1");
  two.tree().make_file("/two", "2");
  TestClient client_one(one);
  TestClient client_two(two);
  client_one.login();
  client_two.login();
  EXPECT_EQ(client_one.download("NLST"), "one\r\n");
  one.stop();
  EXPECT_EQ(client_two.download("NLST"), "two\r\n");
  client_two.quit();
}

TEST(Server, SaysGoodByeToIdleSessionsWhenItStops) {
  TestServer server;
  const Endpoint listening = server.endpoint();
  auto client = std::make_unique<TestClient>(server);
  client->login();
  auto stopped = std::async(std::launch::async, [&server] { server.server().stop(std::chrono::hours(1)); });
  client->expect_reply(421);
  client->expect_closed();
  client.reset();
  stopped.get();
  EXPECT_EQ(Wire::try_connect(listening), nullptr);
}

TEST(Server, LetsATransferFinishWhenItStopsWithGrace) {
  TestServer server;
  const Endpoint listening = server.endpoint();
  const std::string content = octets(more_than_buffers_take);
  server.tree().make_file("/f", content);
  auto client = std::make_unique<TestClient>(server);
  client->login();
  client->expect("TYPE I", 200);
  client->extended_passive();
  client->begin("RETR f");
  auto stopped = std::async(std::launch::async, [&server] { server.server().stop(std::chrono::hours(1)); });
  EXPECT_TRUE(client->open_data().receive_all() == content);
  client->drop_data();
  client->expect_reply(226);
  client->expect_reply(421);
  client->expect_closed();
  client.reset();
  stopped.get();
  EXPECT_EQ(Wire::try_connect(listening), nullptr);
}

TEST(Server, CutsATransferThatOutlivesTheGrace) {
  TestServer server;
  server.tree().make_file("/f", octets(more_than_buffers_take));
  TestClient client(server);
  client.login();
  client.expect("TYPE I", 200);
  client.extended_passive();
  client.begin("RETR f");
  server.server().stop(std::chrono::milliseconds(50));
  EXPECT_LT(client.open_data().receive_all().size(), more_than_buffers_take);
  client.expect_cut_off();
}

TEST(Server, StopsSoonerWhenASecondCallHasLessGrace) {
  TestServer server;
  server.tree().make_file("/f", octets(more_than_buffers_take));
  TestClient client(server);
  client.login();
  client.expect("TYPE I", 200);
  client.extended_passive();
  client.begin("RETR f");
  auto stopped = std::async(std::launch::async, [&server] { server.server().stop(std::chrono::hours(10)); });
  server.server().stop(std::chrono::milliseconds(0));
  stopped.get();
  EXPECT_EQ(server.server().statistics().sessions_now, 0u);
}

TEST(Server, StopsWhatRunStarted) {
  Config config;
  config.interface = "127.0.0.1";
  config.port = 0;
  config.authenticator = std::make_shared<StaticUsers>();
  Server server(config);
  server.start();
  auto ran = std::async(std::launch::async, [&server] { server.run(); });
  auto client = std::make_unique<TestClient>(Endpoint{IpAddress::v4({127, 0, 0, 1}), server.port()});
  auto stopped = std::async(std::launch::async, [&server] { server.stop(); });
  client->expect_reply(421);
  client.reset();
  stopped.get();
  ran.get();
}

TEST(Server, MayBeStoppedBeforeItStartsAndTwice) {
  Config config;
  config.interface = "127.0.0.1";
  config.port = 0;
  config.authenticator = std::make_shared<StaticUsers>();
  Server server(config);
  server.stop();
  Server other(config);
  other.start();
  other.stop();
  other.stop();
}

// In whatever state its sessions are, a server that goes leaves no descriptor and no thread behind.
TEST(Server, MayBeDestroyedWithLiveSessions) {
  // The thread sanitizer starts a thread of its own beside the first one of the program's.
  std::thread([] {}).join();
  for (const auto storage : {StorageKind::memory, StorageKind::local}) {
    const std::size_t descriptors = entries_of("/proc/self/fd");
    const std::size_t threads = entries_of("/proc/self/task");
    {
      ServerSetup setup = on_two_loops(storage);
      setup.configure = [](Config& config) {
        config.threads = 2;
        config.timeouts.login_delay = std::chrono::hours(1);
      };
      auto server = std::make_unique<TestServer>(setup);
      server->tree().make_file("/f", octets(more_than_buffers_take));
      TestClient greeted(*server);
      TestClient in_handshake(*server);
      in_handshake.expect("AUTH TLS", 234);
      TestClient delayed(*server);
      delayed.expect("USER alice", 331);
      delayed.send("PASS wrong");
      TestClient idle(*server);
      idle.auth_tls();
      idle.login();
      TestClient waiting(*server);
      waiting.login();
      waiting.use_data(DataChannel::connect(waiting.extended_passive_endpoint(), false));
      waiting.begin("RETR f");
      TestClient loading(*server);
      loading.login();
      loading.expect("TYPE I", 200);
      loading.extended_passive();
      loading.begin("RETR f");
      TestClient storing(*server);
      storing.auth_tls();
      storing.login();
      storing.protect_data();
      storing.extended_passive();
      storing.begin("STOR g");
      storing.open_data().send("half");
      server.reset();
    }
    EXPECT_EQ(entries_of("/proc/self/fd"), descriptors);
    EXPECT_EQ(entries_of("/proc/self/task"), threads);
  }
}

TEST(Server, SurvivesAHundredSessionsThatEndRudely) {
  TestServer server;
  server.tree().make_file("/f", octets(more_than_buffers_take));
  for (int i = 0; i < 100; ++i) {
    TestClient client(server);
    if (i % 2 == 0) client.auth_tls();
    client.login();
    client.expect("TYPE I", 200);
    client.extended_passive();
    client.begin(i % 3 == 0 ? "STOR g" : "RETR f");
    if (i % 5 == 0) client.data().connection().reset();
    if (i % 7 == 0) client.control().reset();
  }
  TestClient client(server);
  client.login();
  EXPECT_EQ(client.download("NLST").substr(0, 1), "f");
}

}  // namespace
}  // namespace ferry::test
