// The TLS session as proof that a data connection belongs to its control connection (RFC 4217 §10).
#include <gtest/gtest.h>

#include <memory>
#include <ostream>
#include <string>

#include "support/test_client.hpp"
#include "support/test_server.hpp"

namespace ferry::test {
namespace {

ServerSetup with_policy(SessionReuse policy) {
  ServerSetup setup;
  setup.configure = [policy](Config& config) { config.tls->session_reuse = policy; };
  return setup;
}

struct Version {
  const char* name;
  int version;
  bool tickets;
  friend std::ostream& operator<<(std::ostream& out, const Version& self) { return out << self.name; }
};

class TlsSessionReuse : public testing::TestWithParam<Version> {
 protected:
  TlsSessionReuse() {
    for (TestServer* server : {&requiring_, &preferring_}) server->tree().make_file("/f", "data");
  }

  std::unique_ptr<TestClient> log_in(TestServer& server, std::string_view user = "alice",
                                     std::optional<IpAddress> from = {}) const {
    ClientOptions options;
    options.tls.min_version = options.tls.max_version = GetParam().version;
    options.tls.tickets = GetParam().tickets;
    options.from = from;
    auto client = std::make_unique<TestClient>(server, options);
    client->auth_tls();
    client->login(user);
    client->protect_data();
    client->expect("TYPE I", 200);
    return client;
  }

  // A download whose data connection offers this session; the code of its last reply.
  static int download_with(TestClient& client, TlsSession session) {
    const TlsClient tls(client.tls_options());
    client.extended_passive();
    client.begin("RETR f");
    client.data().use_tls(tls, std::move(session));
    std::string content;
    try {
      content = client.data().receive_all();
    } catch (const Failure&) {  // a refusal may be seen within the handshake already
    }
    client.drop_data();
    const int code = client.read_reply().code;
    EXPECT_EQ(content, code == 226 ? "data" : "");
    return code;
  }

  TestServer requiring_{with_policy(SessionReuse::require)};
  TestServer preferring_{with_policy(SessionReuse::prefer)};
};

TEST_P(TlsSessionReuse, LastsForHundredsOfTransfers) {
  const auto client = log_in(requiring_);
  for (int i = 0; i < 150; ++i) {
    client->extended_passive();
    ASSERT_EQ(client->download("RETR f"), "data") << i;
    client->active();
    client->upload("STOR g", "up");
  }
  client->quit();
}

TEST_P(TlsSessionReuse, OffersTheSessionWithEveryWayToADataConnection) {
  const auto client = log_in(requiring_);
  for (int i = 0; i < 10; ++i) {
    client->passive();
    EXPECT_EQ(client->download("RETR f"), "data");
    client->extended_passive();
    EXPECT_EQ(client->download("RETR f"), "data");
    client->active();
    EXPECT_EQ(client->download("RETR f"), "data");
    client->extended_active();
    EXPECT_EQ(client->download("RETR f"), "data");
  }
}

TEST_P(TlsSessionReuse, IsResumedIndeed) {
  const auto client = log_in(preferring_);
  client->extended_passive();
  client->begin("RETR f");
  EXPECT_TRUE(client->open_data().resumed());
  EXPECT_EQ(client->data().receive_all(), "data");
  client->drop_data();
  client->expect_reply(226);
}

// Parallel clients share one cache of sessions among their connections.
TEST_P(TlsSessionReuse, TakesTheSessionOfASiblingLogin) {
  const auto client = log_in(requiring_);
  const auto sibling = log_in(requiring_);
  EXPECT_EQ(download_with(*client, sibling->control().take_session()), 226);
  EXPECT_EQ(download_with(*sibling, client->control().take_session()), 226);
}

TEST_P(TlsSessionReuse, RefusesTheSessionOfAnotherUser) {
  for (TestServer* server : {&requiring_, &preferring_}) {
    const auto client = log_in(*server);
    const auto stranger = log_in(*server, "reader");
    EXPECT_EQ(download_with(*client, stranger->control().take_session()), 522);
    EXPECT_EQ(download_with(*stranger, client->control().take_session()), 522);
    client->extended_passive();
    EXPECT_EQ(client->download("RETR f"), "data");
  }
}

TEST_P(TlsSessionReuse, RefusesTheSessionOfTheSameUserFromAnotherAddress) {
  for (TestServer* server : {&requiring_, &preferring_}) {
    const auto client = log_in(*server);
    const auto stranger = log_in(*server, "alice", IpAddress::v4({127, 0, 0, 2}));
    EXPECT_EQ(download_with(*client, stranger->control().take_session()), 522);
  }
}

TEST_P(TlsSessionReuse, RefusesTheSessionOfALoginThatHasEnded) {
  const auto client = log_in(requiring_);
  TlsSession old;
  {
    const auto sibling = log_in(requiring_);
    old = sibling->control().take_session();
    sibling->quit();
  }
  while (requiring_.server().statistics().sessions_now > 1) client->expect("NOOP", 200);
  EXPECT_EQ(download_with(*client, old), 522);
}

TEST_P(TlsSessionReuse, FollowsTheUserThatLogsInLater) {
  const auto client = log_in(requiring_);
  const auto sibling = log_in(requiring_);
  client->login("reader");
  EXPECT_EQ(download_with(*client, sibling->control().take_session()), 522);
  client->extended_passive();
  EXPECT_EQ(client->download("RETR f"), "data");
}

TEST_P(TlsSessionReuse, RefusesAnOwnSessionWhereReuseIsRequired) {
  const auto client = log_in(requiring_);
  EXPECT_EQ(download_with(*client, {}), 522);
  EXPECT_EQ(download_with(*client, client->control().take_session()), 226);
}

TEST_P(TlsSessionReuse, TakesAnOwnSessionWhereReuseIsPreferred) {
  const auto client = log_in(preferring_);
  EXPECT_EQ(download_with(*client, {}), 226);
}

TEST_P(TlsSessionReuse, DoesNotMatterWhereItIsOff) {
  TestServer server(with_policy(SessionReuse::off));
  server.tree().make_file("/f", "data");
  const auto client = log_in(server);
  const auto stranger = log_in(server, "reader");
  EXPECT_EQ(download_with(*client, {}), 226);
  EXPECT_EQ(download_with(*client, stranger->control().take_session()), 226);
}

// A client that uploads and closes without reading would be reset over tickets that nobody has read.
TEST_P(TlsSessionReuse, HandsOutNoTicketsOnDataConnections) {
  const auto client = log_in(preferring_);
  client->extended_passive();
  client->begin("RETR f");
  Wire& data = client->open_data();
  EXPECT_EQ(data.receive_all(), "data");
  EXPECT_EQ(data.sessions_left(), 0u);
  client->drop_data();
  client->expect_reply(226);
}

// A transfer that was cut says nothing against the session that its data connection resumed.
TEST_P(TlsSessionReuse, SurvivesTransfersThatWereCut) {
  const auto client = log_in(requiring_);
  client->extended_passive();
  client->begin("STOR g");
  client->open_data().reset();
  client->drop_data();
  client->expect_reply(426);
  client->extended_passive();
  client->begin("STOR g");
  client->open_data().cut();
  client->expect_reply(426);
  client->drop_data();
  client->extended_passive();
  client->begin("STOR g");
  client->open_data();
  client->send("ABOR");
  client->expect_reply(426);
  client->expect_reply(226);
  client->drop_data();
  client->extended_passive();
  EXPECT_EQ(client->download("RETR f"), "data");
}

INSTANTIATE_TEST_SUITE_P(Versions, TlsSessionReuse,
                         testing::Values(Version{"tls_1_2", TLS1_2_VERSION, true},
                                         Version{"tls_1_2_without_tickets", TLS1_2_VERSION, false},
                                         Version{"tls_1_3", TLS1_3_VERSION, true}),
                         [](const auto& test) { return std::string(test.param.name); });

}  // namespace
}  // namespace ferry::test
