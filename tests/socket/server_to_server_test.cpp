// Transfers between two servers under TLS: one of them has to begin the handshake, and SSCN or CPSV says which.
//
// The client has a control connection to each and arranges the data connection between them (RFC 959 §5.2, figure 3).
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <string>

#include "support/content.hpp"
#include "support/test_client.hpp"
#include "support/test_server.hpp"

namespace ferry::test {
namespace {

ServerSetup setup_at(const std::string& address, const std::function<void(Config&)>& configure) {
  ServerSetup setup;
  setup.address = setup.connect_to = address;
  setup.configure = [configure](Config& config) {
    config.permit_foreign_addresses = true;
    configure(config);
  };
  return setup;
}

std::string as_port(const Endpoint& endpoint) {
  std::string text = "PORT " + endpoint.address.text();
  std::ranges::replace(text, '.', ',');
  return text + ',' + std::to_string(endpoint.port >> 8) + ',' + std::to_string(endpoint.port & 0xFF);
}

// Two servers at two addresses, so that each is foreign to the other's client.
class ServerToServer : public testing::TestWithParam<TlsVersion> {
 protected:
  static void configure(Config& config) { config.tls->least_version = config.tls->most_version = GetParam(); }

  static void begin(TestClient& client) {
    client.auth_tls();
    client.login();
    client.protect_data();
    client.expect("TYPE I", 200);
  }

  void begin_both() {
    begin(left_client_);
    begin(right_client_);
  }

  Endpoint passive_of_right() { return right_client_.passive_endpoint(); }
  Endpoint cpsv_of_right() {
    const std::string text = right_client_.expect("CPSV", 227).text();
    return {right_.endpoint().address, port_of_227(text)};
  }
  static std::uint16_t port_of_227(const std::string& text) {
    const std::size_t low = text.rfind(',');
    const std::size_t high = text.rfind(',', low - 1);
    return static_cast<std::uint16_t>(std::stoi(text.substr(high + 1)) * 256 + std::stoi(text.substr(low + 1)));
  }

  // Right waits at `there`, left connects.
  void transfer(const Endpoint& there, const std::string& of_left, const std::string& of_right) {
    left_client_.expect(as_port(there), 200);
    right_client_.expect(of_right, 150);
    left_client_.expect(of_left, 150);
    left_client_.expect_reply(226);
    right_client_.expect_reply(226);
  }

  void expect_all_sizes_arrive(const std::function<Endpoint()>& arrange) {
    for (const std::size_t size : {0u, 1u, 16'384u, 3'000'001u}) {
      const std::string content = octets(size);
      left_.tree().make_file("/f", content);
      transfer(arrange(), "RETR f", "STOR copy");
      ASSERT_TRUE(right_.tree().content("/copy") == content) << size;
      transfer(arrange(), "STOR back", "RETR copy");
      ASSERT_TRUE(left_.tree().content("/back") == content) << size;
    }
  }

  TestServer left_{setup_at("127.0.0.1", configure)};
  TestServer right_{setup_at("127.0.0.2", configure)};
  TestClient left_client_{left_};
  TestClient right_client_{right_};
};

TEST_P(ServerToServer, SscnMakesTheActiveOneTheTlsClient) {
  begin_both();
  left_client_.expect("SSCN ON", 200);
  expect_all_sizes_arrive([this] { return passive_of_right(); });
  left_client_.quit();
  right_client_.quit();
}

TEST_P(ServerToServer, SscnMakesThePassiveOneTheTlsClient) {
  begin_both();
  right_client_.expect("SSCN ON", 200);
  expect_all_sizes_arrive([this] { return passive_of_right(); });
  left_client_.quit();
  right_client_.quit();
}

TEST_P(ServerToServer, CpsvMakesThePassiveOneTheTlsClientOnce) {
  begin_both();
  expect_all_sizes_arrive([this] { return cpsv_of_right(); });
  // The next arrangement is for the client itself.
  EXPECT_EQ(right_client_.download("RETR copy"), octets(3'000'001));
  left_client_.quit();
  right_client_.quit();
}

TEST_P(ServerToServer, TheConnectionOfModeBServesManyTransfers) {
  begin_both();
  left_client_.expect("SSCN ON", 200);
  left_client_.expect("MODE B", 200);
  right_client_.expect("MODE B", 200);
  left_.tree().make_file("/f", octets(200'000));
  left_client_.expect(as_port(passive_of_right()), 200);
  for (const int preliminary : {150, 125, 125}) {
    right_client_.expect("STOR copy", preliminary);
    left_client_.expect("RETR f", preliminary);
    left_client_.expect_reply(250);
    right_client_.expect_reply(250);
    EXPECT_TRUE(right_.tree().content("/copy") == octets(200'000));
    right_client_.expect("DELE copy", 250);
  }
  // It is as it is: another role needs another connection.
  left_client_.expect("SSCN OFF", 200);
  left_client_.expect("RETR f", 425);
  left_client_.quit();
}

TEST_P(ServerToServer, WithoutSscnNobodyBeginsAndBothSaySo) {
  for (TestServer* server : {&left_, &right_}) server->stop();
  const auto impatient = [](Config& config) {
    configure(config);
    config.timeouts.tls_handshake = std::chrono::milliseconds(100);
  };
  TestServer left(setup_at("127.0.0.1", impatient));
  TestServer right(setup_at("127.0.0.2", impatient));
  left.tree().make_file("/f", "text");
  TestClient left_client(left);
  TestClient right_client(right);
  begin(left_client);
  begin(right_client);
  left_client.expect(as_port(right_client.passive_endpoint()), 200);
  right_client.expect("STOR copy", 150);
  left_client.expect("RETR f", 150);
  left_client.expect_reply(522);
  right_client.expect_reply(522);
  EXPECT_FALSE(right.tree().content("/copy"));
  left_client.quit();
  right_client.quit();
}

TEST_P(ServerToServer, AServerThatRequiresReuseTakesNoPartInIt) {
  TestServer strict(setup_at("127.0.0.3", [](Config& config) {
    configure(config);
    config.tls->session_reuse = SessionReuse::require;
  }));
  TestClient strict_client(strict);
  begin(left_client_);
  begin(strict_client);
  left_.tree().make_file("/f", "text");
  strict_client.expect("SSCN ON", 500);
  left_client_.expect("SSCN ON", 200);
  left_client_.expect(as_port(strict_client.passive_endpoint()), 200);
  strict_client.expect("STOR copy", 150);
  left_client_.expect("RETR f", 150);
  strict_client.expect_reply(522);
  EXPECT_FALSE(strict.tree().content("/copy"));
  const int left_code = left_client_.read_reply().code;
  EXPECT_TRUE(left_code == 226 || left_code == 426) << left_code;
  left_client_.quit();
  strict_client.quit();
}

INSTANTIATE_TEST_SUITE_P(Tls, ServerToServer, testing::Values(TlsVersion::v1_2, TlsVersion::v1_3),
                         [](const auto& version) {
                           return version.param == TlsVersion::v1_2 ? std::string("v1_2") : std::string("v1_3");
                         });

}  // namespace
}  // namespace ferry::test
