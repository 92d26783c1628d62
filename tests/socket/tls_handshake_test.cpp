// How TLS begins: what was sent in clear stays outside, ALPN, versions, certificates, and the port for implicit TLS.
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>

#include "support/certificate.hpp"
#include "support/temporary_directory.hpp"
#include "support/test_client.hpp"
#include "support/test_server.hpp"

namespace ferry::test {
namespace {

// An attacker on the wire puts commands behind the client's AUTH TLS; they must never run inside TLS.
TEST(TlsHandshake, NeverExecutesWhatCameInClearBehindAuth) {
  TestServer server;
  for (const char* injected :
       {"NOOP\r\n", "USER alice\r\nPASS secret\r\nMKD injected\r\n", "NOOP", "\xff", "\r\n", " "}) {
    SCOPED_TRACE(injected);
    TestClient client(server);
    client.control().send(std::string("AUTH TLS\r\n") + injected);
    // Either no 234 at all, or one and then no handshake.
    std::string said;
    try {
      client.expect_reply(234);
      client.start_tls();
      said = client.command("NOOP").text();
    } catch (const Failure&) {
    }
    EXPECT_EQ(said, "") << "the session went on";
  }
  EXPECT_TRUE(server.tree().names("/").empty());
}

TEST(TlsHandshake, NeverExecutesWhatCameInClearBehindThe234) {
  TestServer server;
  TestClient client(server);
  client.expect("AUTH TLS", 234);
  client.control().send("MKD injected\r\n");
  client.expect_cut_off();
  EXPECT_TRUE(server.tree().names("/").empty());
}

TEST(TlsHandshake, NeverExecutesWhatCameInClearBehindReinUnderTls) {
  TestServer server;
  TestClient client(server);
  client.auth_tls();
  client.expect("REIN", 220);
  client.end_tls();
  client.expect("NOOP", 200);
  client.auth_tls();
  client.login();
  client.quit();
}

TEST(TlsHandshake, AcceptsAlpnFtpAndConnectionsWithoutAlpn) {
  TestServer server;
  for (const std::vector<std::string>& offered :
       {std::vector<std::string>{"ftp"}, std::vector<std::string>{"h2", "ftp"}, std::vector<std::string>{}}) {
    ClientOptions options;
    options.tls.alpn = offered;
    TestClient client(server, options);
    client.auth_tls();
    EXPECT_EQ(client.control().alpn(), offered.empty() ? "" : "ftp");
    client.login();
  }
}

TEST(TlsHandshake, RefusesAlpnOfOtherProtocols) {
  TestServer server;
  for (const std::vector<std::string>& offered :
       {std::vector<std::string>{"h2"}, std::vector<std::string>{"http/1.1", "imap"}}) {
    ClientOptions options;
    options.tls.alpn = offered;
    TestClient client(server, options);
    client.expect("AUTH TLS", 234);
    client.expect_tls_refused();
  }
}

TEST(TlsHandshake, RefusesVersionsBefore12) {
  TestServer server;
  for (const int version : {TLS1_VERSION, TLS1_1_VERSION}) {
    ClientOptions options;
    options.tls.min_version = options.tls.max_version = version;
    TestClient client(server, options);
    client.expect("AUTH TLS", 234);
    client.expect_tls_refused();
  }
}

TEST(TlsHandshake, ComesFirstOnTheImplicitPort) {
  ServerSetup setup;
  setup.configure = [](Config& config) { config.tls->implicit_port = 0; };
  TestServer server(setup);
  server.tree().make_file("/f", "data");
  ASSERT_NE(server.implicit_tls_endpoint().port, 0);
  ASSERT_NE(server.implicit_tls_endpoint().port, server.endpoint().port);
  ClientOptions options;
  options.implicit_tls = true;
  TestClient client(server, options);
  client.login();
  client.protect_data();
  client.expect("TYPE I", 200);
  EXPECT_EQ(client.download("RETR f"), "data");
  client.quit();
  TestClient plain(server);
  plain.login();
  plain.quit();
}

TEST(TlsHandshake, ThatIsNoneOnTheImplicitPortEndsTheConnection) {
  ServerSetup setup;
  setup.configure = [](Config& config) {
    config.tls->implicit_port = 0;
    config.plain_port = false;
  };
  TestServer server(setup);
  EXPECT_EQ(server.endpoint().port, 0);
  const auto wire = Wire::connect(server.implicit_tls_endpoint());
  wire->send("USER alice\r\n");
  EXPECT_EQ(wire->receive_all().find("220"), std::string::npos);
}

void copy_file(const std::string& from, const std::string& to) {
  std::ifstream in(from);
  std::ofstream(to) << in.rdbuf();
}

class Certificates : public testing::Test {
 protected:
  Certificates() {
    write_certificate(directory_.path() + "/first.pem", directory_.path() + "/first.key");
    write_certificate(directory_.path() + "/second.pem", directory_.path() + "/second.key");
    install("first");
    ServerSetup setup;
    setup.configure = [this](Config& config) {
      config.tls->certificate_file = directory_.path() + "/certificate.pem";
      config.tls->key_file = directory_.path() + "/certificate.key";
    };
    server_ = std::make_unique<TestServer>(setup);
  }

  void install(const std::string& name) {
    copy_file(directory_.path() + "/" + name + ".pem", directory_.path() + "/certificate.pem");
    copy_file(directory_.path() + "/" + name + ".key", directory_.path() + "/certificate.key");
  }

  ClientOptions trusting(const std::string& name) const {
    ClientOptions options;
    options.tls.trusted_certificate = directory_.path() + "/" + name + ".pem";
    return options;
  }

  TemporaryDirectory directory_;
  std::unique_ptr<TestServer> server_;
};

TEST_F(Certificates, AreReadAgainOnDemandForNewConnections) {
  server_->tree().make_file("/f", "data");
  TestClient before(*server_, trusting("first"));
  before.auth_tls();
  before.login();
  before.protect_data();
  install("second");
  TestClient still(*server_, trusting("first"));
  still.auth_tls();
  server_->server().reload_certificates();
  TestClient after(*server_, trusting("second"));
  after.auth_tls();
  EXPECT_NE(before.control().certificate_serial(), after.control().certificate_serial());
  // A session that began before goes on, its data connections included.
  before.expect("TYPE I", 200);
  EXPECT_EQ(before.download("RETR f"), "data");
  after.login();
  after.protect_data();
  after.expect("TYPE I", 200);
  EXPECT_EQ(after.download("RETR f"), "data");
}

TEST_F(Certificates, ThatDoNotWorkLeaveTheOldOnesInUse) {
  std::ofstream(directory_.path() + "/certificate.pem") << "no certificate";
  EXPECT_THROW(server_->server().reload_certificates(), ConfigError);
  copy_file(directory_.path() + "/second.pem", directory_.path() + "/certificate.pem");  // not the key's
  EXPECT_THROW(server_->server().reload_certificates(), ConfigError);
  TestClient client(*server_, trusting("first"));
  client.auth_tls();
  client.login();
}

TEST_F(Certificates, ThatDoNotWorkKeepAServerFromStarting) {
  for (const char* bad : {"/nowhere.pem", "/first.key"}) {
    ServerSetup setup;
    setup.configure = [this, bad](Config& config) {
      config.tls->certificate_file = directory_.path() + bad;
      config.tls->key_file = directory_.path() + "/second.key";
    };
    EXPECT_THROW(TestServer server(setup), ConfigError) << bad;
  }
}

}  // namespace
}  // namespace ferry::test
