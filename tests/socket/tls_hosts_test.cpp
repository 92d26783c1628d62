// Which certificate is shown, what is stapled to it, and what clients show themselves.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>

#include "support/certificate.hpp"
#include "support/sync.hpp"
#include "support/temporary_directory.hpp"
#include "support/test_client.hpp"
#include "support/test_server.hpp"

namespace ferry::test {
namespace {

VirtualHost host_with_certificate(const std::string& name) {
  VirtualHost host;
  host.name = name;
  host.certificate_file = host_certificate(name).certificate;
  host.key_file = host_certificate(name).key;
  return host;
}

ServerSetup with_two_hosts() {
  ServerSetup setup;
  setup.configure = [](Config& config) {
    config.hosts = {host_with_certificate("a.example"), host_with_certificate("B.example")};
  };
  return setup;
}

ClientOptions naming(const std::string& server_name, const std::string& trusted) {
  ClientOptions options;
  options.tls.server_name = server_name;
  options.tls.trusted_certificate = trusted;
  return options;
}

TEST(TlsHosts, EachHasItsOwnCertificate) {
  TestServer server(with_two_hosts());
  server.tree().make_file("/f", "data");
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    for (const char* name : {"a.example", "b.example"}) {
      SCOPED_TRACE(name);
      ClientOptions options =
          naming(name, host_certificate(name == std::string("a.example") ? name : "B.example").certificate);
      options.tls.min_version = options.tls.max_version = version;
      TestClient client(server, options);
      client.auth_tls();
      client.login();
      client.protect_data();
      client.expect("TYPE I", 200);
      EXPECT_EQ(client.download("RETR f"), "data");
      EXPECT_EQ(client.download("RETR f"), "data");
      client.quit();
    }
  }
}

TEST(TlsHosts, AreKnownInAnyCaseAndOthersSeeTheServersCertificate) {
  TestServer server(with_two_hosts());
  TestClient upper(server, naming("A.EXAMPLE", host_certificate("a.example").certificate));
  upper.auth_tls();
  EXPECT_EQ(upper.control().certificate_name(), "a.example");
  for (const char* name : {"", "c.example", "sub.a.example", "localhost"}) {
    TestClient other(server, naming(name, shared_certificate().certificate));
    other.auth_tls();
    EXPECT_EQ(other.control().certificate_name(), "localhost");
  }
}

TEST(TlsHosts, AreChosenByHostBeforeTheHandshake) {
  TestServer server(with_two_hosts());
  server.tree().make_file("/f", "data");
  TestClient client(server, naming("", host_certificate("a.example").certificate));
  client.expect("HOST a.example", 220);
  client.auth_tls();
  EXPECT_EQ(client.control().certificate_name(), "a.example");
  client.login();
  client.protect_data();
  client.set_resume_data(false);
  EXPECT_EQ(client.download("NLST"), "f\r\n");  // the data connection shows the host's certificate too
}

TEST(TlsHosts, ReadTheirCertificatesAgain) {
  TemporaryDirectory directory;
  const CertificateFiles files{directory.path() + "/a.pem", directory.path() + "/a.key"};
  write_certificate(files.certificate, files.key);
  ServerSetup setup;
  setup.configure = [&](Config& config) {
    VirtualHost host;
    host.name = "a.example";
    host.certificate_file = files.certificate;
    host.key_file = files.key;
    config.hosts = {host};
  };
  TestServer server(setup);
  TestClient before(server, naming("a.example", files.certificate));
  before.auth_tls();
  write_certificate(files.certificate, files.key);
  server.server().reload_certificates();
  TestClient after(server, naming("a.example", files.certificate));
  after.auth_tls();
  EXPECT_NE(before.control().certificate_serial(), after.control().certificate_serial());
}

std::string content_of(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

class Stapling : public testing::Test {
 protected:
  ServerSetup setup() {
    ServerSetup setup;
    setup.configure = [this](Config& config) { config.tls->ocsp_file = file_; };
    return setup;
  }

  static std::string stapled(TestServer& server, bool asked = true) {
    ClientOptions options;
    options.tls.ask_for_ocsp = asked;
    TestClient client(server, options);
    client.auth_tls();
    return client.control().ocsp_response();
  }

  TemporaryDirectory directory_;
  std::string file_ = directory_.path() + "/ocsp.der";
};

TEST_F(Stapling, SendsTheResponseToThoseWhoAsk) {
  write_ocsp_response(shared_certificate(), file_, 3600);
  TestServer server(setup());
  EXPECT_EQ(stapled(server), content_of(file_));
  EXPECT_EQ(stapled(server, false), "");
}

TEST_F(Stapling, ReadsANewerResponseWithTheCertificates) {
  write_ocsp_response(shared_certificate(), file_, 3600);
  TestServer server(setup());
  write_ocsp_response(shared_certificate(), file_, 7200);
  server.server().reload_certificates();
  EXPECT_EQ(stapled(server), content_of(file_));
}

TEST_F(Stapling, SendsNoResponseThatHasExpired) {
  write_ocsp_response(shared_certificate(), file_, -60);
  TestServer server(setup());
  EXPECT_EQ(stapled(server), "");
}

TEST_F(Stapling, RefusesFilesThatAreNoAnswerAboutTheCertificate) {
  std::ofstream(file_) << "no response";
  EXPECT_THROW(TestServer server(setup()), ConfigError);
  write_ocsp_response(host_certificate("a.example"), file_, 3600);
  EXPECT_THROW(TestServer server(setup()), ConfigError);
  file_ = directory_.path() + "/missing.der";
  EXPECT_THROW(TestServer server(setup()), ConfigError);
}

TEST(TlsPolicy, OffersOnlyTheCiphersThatWereChosen) {
  ServerSetup setup;
  setup.configure = [](Config& config) {
    config.tls->ciphers = "ECDHE-ECDSA-CHACHA20-POLY1305";
    config.tls->cipher_suites = "TLS_CHACHA20_POLY1305_SHA256";
  };
  TestServer server(setup);
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    ClientOptions options;
    options.tls.min_version = options.tls.max_version = version;
    TestClient client(server, options);
    client.auth_tls();
    EXPECT_NE(client.command("STAT").text().find("CHACHA20"), std::string::npos);
  }
}

TEST(TlsPolicy, MayEndBelowTls13) {
  ServerSetup setup;
  setup.configure = [](Config& config) { config.tls->most_version = TlsVersion::v1_2; };
  TestServer server(setup);
  TestClient client(server);
  client.auth_tls();
  EXPECT_EQ(client.control().tls_version(), TLS1_2_VERSION);
}

TEST(TlsPolicy, ThatOpensslDoesNotKnowKeepsAServerFromStarting) {
  for (auto spoil :
       {+[](TlsConfig& tls) { tls.ciphers = "NONSENSE"; }, +[](TlsConfig& tls) { tls.cipher_suites = "TLS_NONSENSE"; },
        +[](TlsConfig& tls) {
          tls.least_version = TlsVersion::v1_3;
          tls.most_version = TlsVersion::v1_2;
        },
        +[](TlsConfig& tls) { tls.client_certificates = ClientCertificates::required; },
        +[](TlsConfig& tls) {
          tls.client_certificates = ClientCertificates::optional;
          tls.client_ca_file = "/nowhere.pem";
        }}) {
    ServerSetup setup;
    setup.configure = [&](Config& config) { spoil(*config.tls); };
    EXPECT_THROW(TestServer server(setup), ConfigError);
  }
}

ServerSetup asking(ClientCertificates mode, std::string revocations = {}) {
  ServerSetup setup;
  setup.configure = [=](Config& config) {
    config.tls->client_certificates = mode;
    config.tls->client_ca_file = client_authority().certificate;
    config.tls->client_crl_file = revocations;
  };
  return setup;
}

ClientOptions showing(const CertificateFiles& certificate) {
  ClientOptions options;
  options.tls.certificate = certificate;
  return options;
}

// Under TLS 1.3 a client learns only from what follows its handshake that it was refused.
bool is_refused(TestServer& server, const ClientOptions& options) {
  TestClient client(server, options);
  client.expect("AUTH TLS", 234);
  try {
    client.start_tls();
    return client.command("NOOP").code != 200;
  } catch (const Failure&) {
    return true;
  }
}

TEST(TlsClientCertificates, AreALoginUnderBothVersionsAndOnResumedDataConnections) {
  TestServer server(asking(ClientCertificates::required));
  server.tree().make_file("/f", "data");
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    ClientOptions options = showing(client_certificate("alice"));
    options.tls.min_version = options.tls.max_version = version;
    TestClient client(server, options);
    client.auth_tls();
    client.expect("USER alice", 232);
    client.protect_data();
    client.expect("TYPE I", 200);
    EXPECT_EQ(client.download("RETR f"), "data");
    client.set_resume_data(false);
    EXPECT_EQ(client.download("RETR f"), "data");
    client.quit();
  }
}

TEST(TlsClientCertificates, AreRefusedUnlessTheAuthorityHasSignedThem) {
  for (const ClientCertificates mode : {ClientCertificates::optional, ClientCertificates::required}) {
    TestServer server(asking(mode));
    EXPECT_TRUE(is_refused(server, showing(shared_certificate())));
    EXPECT_EQ(is_refused(server, {}), mode == ClientCertificates::required);
    EXPECT_FALSE(is_refused(server, showing(client_certificate("alice"))));
  }
}

TEST(TlsClientCertificates, AreRefusedWhenTheyWereRevoked) {
  const CertificateFiles lost = client_certificate("alice");
  TestServer server(asking(ClientCertificates::optional, write_revocation_list(lost.certificate)));
  EXPECT_TRUE(is_refused(server, showing(lost)));
  EXPECT_FALSE(is_refused(server, showing(client_certificate("alice"))));
}

// Whoever stole a data port cannot use it with a certificate of its own.
TEST(TlsClientCertificates, OfADataConnectionMustBeTheOneOfItsControlConnection) {
  TestServer server(asking(ClientCertificates::optional));
  server.tree().make_file("/f", "data");
  TestClient client(server, showing(client_certificate("alice")));
  client.auth_tls();
  client.expect("USER alice", 232);
  client.protect_data();
  const Endpoint port = client.passive_endpoint();
  client.send("RETR f");
  client.expect_reply(150);
  const auto wire = Wire::connect(port);
  const TlsClient other(showing(client_certificate("mallory")).tls);
  try {
    wire->start_tls(other);
    EXPECT_EQ(wire->receive_all(), "");
  } catch (const Failure&) {
  }
  client.expect_reply(522);
}

// Remembers what an embedder's Authenticator is told.
class Curious final : public Authenticator {
 public:
  Task<std::expected<Account, AuthErrc>> authenticate(const LoginRequest& request) override {
    requests.push(request);
    co_return std::unexpected(AuthErrc::rejected);
  }
  Task<std::expected<Account, AuthErrc>> authenticate_certificate(const LoginRequest& request) override {
    requests.push(request);
    co_return std::unexpected(AuthErrc::rejected);
  }
  struct Requests {
    std::mutex mutex;
    std::vector<LoginRequest> kept;
    void push(const LoginRequest& request) {
      const std::lock_guard lock(mutex);
      kept.push_back(request);
    }
  } requests;
};

TEST(TlsClientCertificates, AreShownToTheAuthenticatorWithTheirNames) {
  const auto curious = std::make_shared<Curious>();
  ServerSetup setup = asking(ClientCertificates::optional);
  const auto ask = setup.configure;
  setup.configure = [&](Config& config) {
    ask(config);
    VirtualHost host;
    host.name = "a.example";
    host.authenticator = curious;
    config.hosts = {host};
  };
  TestServer server(setup);
  ClientOptions options = showing(client_certificate(
      "Jos\xC3\xA9", "email:jose@example.org,DNS:jose.example.org,DNS:j.example.org,URI:ftp://jose"));
  options.tls.server_name = "a.example";
  TestClient client(server, options);
  client.auth_tls();
  client.expect("USER jose", 331);
  client.expect("PASS guess", 530);
  ASSERT_EQ(curious->requests.kept.size(), 2u);
  const LoginRequest& without_password = curious->requests.kept.front();
  EXPECT_EQ(without_password.user, "jose");
  EXPECT_EQ(without_password.password.reveal(), "");
  EXPECT_EQ(without_password.host, "a.example");
  ASSERT_TRUE(without_password.tls_facts && without_password.tls_facts->client);
  const ClientCertificate& shown = *without_password.tls_facts->client;
  EXPECT_EQ(shown.subject, "CN=Jos\xC3\xA9");
  EXPECT_EQ(shown.common_name, "Jos\xC3\xA9");
  EXPECT_EQ(shown.email_addresses, std::vector<std::string>{"jose@example.org"});
  EXPECT_EQ(shown.dns_names, (std::vector<std::string>{"jose.example.org", "j.example.org"}));
  EXPECT_EQ(shown.uris, std::vector<std::string>{"ftp://jose"});
  EXPECT_EQ(shown.fingerprint.size(), 64u);
  EXPECT_EQ(curious->requests.kept.back().password.reveal(), "guess");
}

TEST(TlsLog, TellsWhatEachConnectionNegotiated) {
  TestServer server(asking(ClientCertificates::optional));
  server.tree().make_file("/f", "data");
  TestClient client(server, showing(client_certificate("alice")));
  client.auth_tls();
  client.expect("USER alice", 232);
  client.protect_data();
  client.expect("TYPE I", 200);
  EXPECT_EQ(client.download("RETR f"), "data");
  client.quit();
  const auto log = server.log();
  const auto tells = [&](std::string_view event, std::string_view text) {
    return std::ranges::any_of(
        log, [&](const auto& record) { return record.event == event && record.text.find(text) != std::string::npos; });
  };
  EXPECT_TRUE(tells("tls", "TLSv1.3 TLS_AES_128_GCM_SHA256, server name localhost, client CN=alice"));
  EXPECT_TRUE(tells("transfer", "complete, TLSv1.3 TLS_AES_128_GCM_SHA256, resumed"));
}

}  // namespace
}  // namespace ferry::test
