// Peers that stop in the middle, at every step there is: the server ends the session by itself after the deadline of
// that step, and keeps nothing of it.
#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "support/descriptors.hpp"
#include "support/test_client.hpp"
#include "support/test_server.hpp"

namespace ferry::test {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t much = 16u << 20;  // more than the kernel takes for a peer that does not read

ServerSetup impatient() {
  ServerSetup setup;
  setup.configure = [](Config& config) {
    config.timeouts.idle = 200ms;
    config.timeouts.login = 200ms;
    config.timeouts.tls_handshake = 200ms;
    config.timeouts.data_connect = 200ms;
    config.timeouts.data_stall = 200ms;
    config.timeouts.command_write = 200ms;
  };
  return setup;
}

// What a peer does until it stops. Its connections stay open.
using Beginning = std::function<void(TestClient&)>;

void upload(TestClient& client, std::string_view octets) {
  client.login();
  client.expect("TYPE I", 200);
  client.extended_passive();
  client.begin("STOR new");
  client.open_data();
  if (!octets.empty()) client.data().connection().send(octets);
}

const std::vector<std::pair<std::string, Beginning>> beginnings = {
    {"BeforeAWord", [](TestClient&) {}},
    {"InHalfACommand", [](TestClient& client) { client.control().send("USE"); }},
    {"InHalfACommandAfterTheLogin",
     [](TestClient& client) {
       client.login();
       client.control().send("NOO");
     }},
    {"InATelnetCommand",
     [](TestClient& client) {
       client.login();
       client.control().send("\xFF\xFA\x01");
     }},
    {"BeforeTheTlsHandshake", [](TestClient& client) { client.expect("AUTH TLS", 234); }},
    {"InTheTlsHandshake",
     [](TestClient& client) {
       client.expect("AUTH TLS", 234);
       client.control().send(std::string("\x16\x03\x01\x02\x00\x01", 6));
     }},
    {"BeforeTheDataConnection",
     [](TestClient& client) {
       client.login();
       client.extended_passive_endpoint();
       client.expect("STOR new", 150);
     }},
    {"BeforeTheTlsHandshakeOfTheDataConnection",
     [](TestClient& client) {
       client.auth_tls();
       client.login();
       client.protect_data();
       client.extended_passive();
       client.expect("STOR new", 150);
     }},
    {"BeforeTheFirstOctetOfAnUpload", [](TestClient& client) { upload(client, ""); }},
    {"InAnUpload", [](TestClient& client) { upload(client, "half of"); }},
    {"InTheHeaderOfABlock",
     [](TestClient& client) {
       client.login();
       client.expect("MODE B", 200);
       upload(client, std::string("\0\0", 2));
     }},
    {"InABlock",
     [](TestClient& client) {
       client.login();
       client.expect("MODE B", 200);
       upload(client, std::string("\0\0\x09half of", 10));
     }},
    {"InADownload",
     [](TestClient& client) {
       client.login();
       client.expect("TYPE I", 200);
       client.extended_passive();
       client.begin("RETR big");
     }},
    {"BeforeItsReplies",
     [](TestClient& client) {
       client.login();
       // Until the server, which gets no reply out, has given up.
       for (int i = 0; i < 1'000'000 && client.control().try_send("HELP\r\n"); ++i) {
       }
     }},
};

class StalledPeer : public testing::TestWithParam<std::size_t> {};

TEST_P(StalledPeer, IsLeftAloneAfterTheDeadlineOfItsStep) {
  TestServer server(impatient());
  server.tree().make_file("/big", std::string(much, 'b'));
  server.tree().make_file("/new", "the old content");
  {
    TestClient client(server);
    client.login();
    client.download("NLST");
    client.quit();
  }
  const auto gone = [&] {
    for (int i = 0; i < 6000 && server.server().statistics().sessions_now != 0; ++i) std::this_thread::sleep_for(10ms);
    return server.server().statistics().sessions_now == 0;
  };
  ASSERT_TRUE(gone());
  const std::size_t before = open_descriptors();
  {
    TestClient client(server);
    beginnings[GetParam()].second(client);
    EXPECT_TRUE(gone());
  }
  for (int i = 0; i < 1000 && open_descriptors() > before; ++i) std::this_thread::sleep_for(10ms);
  EXPECT_LE(open_descriptors(), before);
  EXPECT_EQ(server.tree().content("/new"), "the old content");
  EXPECT_EQ(server.tree().names("/"), (std::vector<std::string>{"big", "new"}));
}

INSTANTIATE_TEST_SUITE_P(Each, StalledPeer, testing::Range(std::size_t{0}, beginnings.size()),
                         [](const auto& parameter) { return beginnings[parameter.param].first; });

}  // namespace
}  // namespace ferry::test
