// Connections that are reset at one octet or another of a TLS handshake, in clear and within TLS: the server goes on,
// and keeps nothing of them. (tests/daemon/exhaustion_test.py does the same to commands and uploads in clear.)
#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include <chrono>
#include <memory>
#include <string>
#include <thread>

#include "support/descriptors.hpp"
#include "support/test_client.hpp"
#include "support/test_server.hpp"

namespace ferry::test {
namespace {

using namespace std::chrono_literals;

// What a client says first.
std::string client_hello() {
  const TlsClient tls;
  const std::unique_ptr<SSL, void (*)(SSL*)> ssl(SSL_new(tls.context()), SSL_free);
  SSL_set_bio(ssl.get(), BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
  SSL_connect(ssl.get());
  const char* octets = nullptr;
  const auto size = BIO_get_mem_data(SSL_get_wbio(ssl.get()), &octets);
  return {octets, static_cast<std::size_t>(size)};
}

void expect_nothing_left(TestServer& server, std::size_t descriptors) {
  for (int i = 0; i < 6000 && server.server().statistics().sessions_now != 0; ++i) std::this_thread::sleep_for(10ms);
  EXPECT_EQ(server.server().statistics().sessions_now, 0u);
  for (int i = 0; i < 1000 && open_descriptors() > descriptors; ++i) std::this_thread::sleep_for(10ms);
  EXPECT_LE(open_descriptors(), descriptors);
}

class ResetInTls : public testing::Test {
 protected:
  ResetInTls() {
    server_.tree().make_file("/file", "the old content");
    TestClient client(server_);
    client.auth_tls();
    client.login();
    client.quit();
  }
  void expect_all_is_well(std::size_t descriptors) {
    expect_nothing_left(server_, descriptors);
    EXPECT_EQ(server_.tree().content("/file"), "the old content");
    EXPECT_EQ(server_.tree().names("/"), std::vector<std::string>{"file"});
  }
  TestServer server_;
};

TEST_F(ResetInTls, AtAnyOctetOfTheHandshakeDoesNoHarm) {
  const std::string hello = client_hello();
  ASSERT_GT(hello.size(), 100u);
  const std::size_t before = open_descriptors();
  for (std::size_t octets = 0; octets <= hello.size(); ++octets) {
    TestClient client(server_);
    client.expect("AUTH TLS", 234);
    client.control().send(hello.substr(0, octets));
    client.control().reset();
  }
  expect_all_is_well(before);
}

TEST_F(ResetInTls, AtAnyOctetOfTheHandshakeOfAnUploadStoresNothing) {
  const std::string hello = client_hello();
  const std::size_t before = open_descriptors();
  {
    TestClient client(server_);
    client.auth_tls();
    client.login();
    client.protect_data();
    for (std::size_t octets = 0; octets <= hello.size(); octets += 3) {
      const Endpoint port = client.extended_passive_endpoint();
      client.expect("STOR file", 150);
      const auto data = Wire::connect(port);
      data->send(hello.substr(0, octets));
      data->reset();
      const int code = client.read_reply().code;
      EXPECT_TRUE(code == 522 || code == 426 || code == 425) << code;
    }
    client.quit();
  }
  expect_all_is_well(before);
}

TEST_F(ResetInTls, AfterAnyOctetOfAnUploadStoresNothing) {
  const std::size_t before = open_descriptors();
  for (std::size_t octets = 0; octets < 200; ++octets) {
    TestClient client(server_);
    client.auth_tls();
    client.login();
    client.protect_data();
    client.extended_passive();
    client.begin("STOR file");
    Wire& data = client.open_data();
    if (octets > 0) data.send(std::string(octets, 'x'));
    data.reset();
    client.expect_reply(426);
    client.control().reset();
  }
  expect_all_is_well(before);
}

}  // namespace
}  // namespace ferry::test
