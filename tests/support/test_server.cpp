#include "support/test_server.hpp"

#include <gtest/gtest.h>

#include "support/certificate.hpp"

namespace ferry::test {

TestServer::TestServer(const ServerSetup& setup)
    : connect_to_(IpAddress::parse(setup.connect_to).value()),
      tree_(TestTree::make(setup.storage, setup.local_parent)),
      users_(std::make_shared<StaticUsers>()),
      log_(std::make_shared<LogKeeper>()) {
  Account account;
  account.files = tree_->files();
  account.login_message = setup.login_message;
  account.quit_message = setup.quit_message;
  users_->add("reader", Secret("secret"), account);
  users_->allow_anonymous(account);
  users_->accept_certificates(CertificateName::common_name);
  account.permissions = Permissions::all();
  users_->add("alice", Secret("secret"), account);

  Config config;
  config.interface = setup.address;
  config.port = 0;
  config.threads = 1;
  config.authenticator = users_;
  config.timeouts.login_delay = std::chrono::milliseconds(0);
  config.tls.emplace();
  config.tls->certificate_file = shared_certificate().certificate;
  config.tls->key_file = shared_certificate().key;
  config.log_level = LogLevel::debug;
  config.log = [log = log_](const LogRecord& record) { log->keep(record); };
  setup.configure(config);
  server_ = std::make_unique<Server>(std::move(config));
  server_->start();
}

TestServer::~TestServer() { stop(); }

void TestServer::stop() {
  if (!server_) return;
  server_->stop(std::chrono::milliseconds(0));
  EXPECT_EQ(server_->statistics().sessions_now, 0u) << "sessions that outlived stop()";
  server_.reset();
  for (const LogKeeper::Record& record : log_->errors())
    ADD_FAILURE() << "the server logged an error: " << record.event << ": " << record.text;
}

Endpoint TestServer::endpoint() const { return {connect_to_, server_->port()}; }
Endpoint TestServer::implicit_tls_endpoint() const { return {connect_to_, server_->implicit_tls_port()}; }

}  // namespace ferry::test
