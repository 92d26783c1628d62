// What may be said on the control connection while data flows (RFC 959 §4.2), and above all ABOR.
#include <gtest/gtest.h>

#include <string>

#include "scene.hpp"
#include "support/content.hpp"
#include "support/test_client.hpp"
#include "support/test_server.hpp"

namespace ferry::test {
namespace {

class DuringTransfer : public testing::TestWithParam<Scene> {
 protected:
  static ServerSetup setup() {
    ServerSetup setup;
    setup.storage = GetParam().storage;
    return setup;
  }

  DuringTransfer() {
    server_.tree().make_file("/large", content_);
    server_.tree().make_file("/small", "small");
    if (GetParam().tls) client_.auth_tls();
    client_.login();
    if (GetParam().tls) client_.protect_data();
    client_.expect("TYPE I", 200);
  }

  std::string content_ = octets(more_than_buffers_take);
  TestServer server_{setup()};
  TestClient client_{server_};
};

TEST_P(DuringTransfer, NoopAndStatAreAnsweredAtOnce) {
  client_.extended_passive();
  client_.begin("RETR large");
  Wire& data = client_.open_data();
  for (int i = 0; i < 20; ++i) {
    client_.expect("NOOP", 200);
    client_.expect("STAT", 211);
  }
  EXPECT_TRUE(data.receive_all() == content_);
  client_.drop_data();
  client_.expect_reply(226);
}

// lftp asks for the next data connection, and for the next file, before it has read the 226.
TEST_P(DuringTransfer, NextTransferWaitsItsTurn) {
  client_.extended_passive();
  client_.begin("RETR large");
  client_.open_data();
  client_.send("EPSV");
  client_.send("RETR small");
  EXPECT_TRUE(client_.data().receive_all() == content_);
  client_.drop_data();
  client_.expect_reply(226);
  const std::string reply = client_.expect_reply(229).text();
  const auto port = static_cast<std::uint16_t>(std::stoi(reply.substr(reply.find("|||") + 3)));
  client_.use_data(DataChannel::connect({client_.control().peer().address, port}));
  client_.expect_reply(150);
  EXPECT_EQ(client_.open_data().receive_all(), "small");
  client_.drop_data();
  client_.expect_reply(226);
  client_.quit();
}

TEST_P(DuringTransfer, ManyCommandsThatWaitKeepTheirOrder) {
  client_.extended_passive();
  client_.begin("RETR large");
  client_.open_data();
  // More than any queue holds: the rest stays in the socket.
  for (int i = 0; i < 300; ++i) {
    client_.send("REST " + std::to_string(i));
    client_.send("NOOP");
  }
  EXPECT_TRUE(client_.data().receive_all() == content_);
  client_.drop_data();
  client_.expect_reply(226);
  for (int i = 0; i < 300; ++i) {
    EXPECT_NE(client_.expect_reply(350).text().find(std::to_string(i)), std::string::npos);
    client_.expect_reply(200);
  }
  client_.quit();
}

TEST_P(DuringTransfer, QuitUserAndReinLetItFinish) {
  for (const char* command : {"USER reader", "REIN", "QUIT"}) {
    SCOPED_TRACE(command);
    TestClient client(server_);
    client.login();
    client.expect("TYPE I", 200);
    client.extended_passive();
    client.begin("RETR large");
    client.open_data();
    client.send(command);
    EXPECT_TRUE(client.data().receive_all() == content_);
    client.drop_data();
    client.expect_reply(226);
    client.expect_reply(std::string(command) == "QUIT" ? 221 : std::string(command) == "REIN" ? 220 : 331);
  }
}

// Wherever the transfer stands, ABOR has exactly two replies, and the session is as good as new.
TEST_P(DuringTransfer, AborHasTwoRepliesAtEveryPointOfADownload) {
  for (const std::size_t octets_read : {std::size_t{0}, std::size_t{1}, std::size_t{1000}, std::size_t{100'000},
                                        std::size_t{3'000'000}, std::size_t{29'000'000}, more_than_buffers_take}) {
    SCOPED_TRACE(octets_read);
    client_.extended_passive();
    client_.begin("RETR large");
    Wire& data = client_.open_data();
    for (std::size_t got = 0; got < octets_read;)
      got += data.receive(std::min<std::size_t>(octets_read - got, 65'536)).size();
    client_.send("ABOR");
    const int first = client_.read_reply().code;
    EXPECT_TRUE(first == 426 || (first == 226 && octets_read + 12'000'000 > more_than_buffers_take)) << first;
    client_.expect_reply(226);
    try {
      data.receive_all();  // cut somewhere, perhaps within a TLS record
    } catch (const Failure&) {
    }
    client_.drop_data();
    client_.expect("NOOP", 200);
    EXPECT_EQ(client_.download("RETR small"), "small");
  }
  client_.quit();
}

TEST_P(DuringTransfer, AborHasTwoRepliesAtEveryPointOfAnUpload) {
  for (const std::size_t octets_sent : {0u, 1u, 1000u, 100'000u, 3'000'000u}) {
    SCOPED_TRACE(octets_sent);
    client_.extended_passive();
    client_.begin("STOR small");
    Wire& data = client_.open_data();
    data.send(content_.substr(0, octets_sent));
    client_.send("ABOR");
    client_.expect_reply(426);
    client_.expect_reply(226);
    client_.drop_data();
    EXPECT_EQ(server_.tree().content("/small"), "small");
  }
  EXPECT_EQ(server_.tree().names("/"), (std::vector<std::string>{"large", "small"}));
  client_.quit();
}

TEST_P(DuringTransfer, AborHasTwoRepliesWhileTheDataConnectionIsAwaited) {
  for (const bool connected : {false, true}) {
    SCOPED_TRACE(connected);
    client_.use_data(DataChannel::connect(client_.extended_passive_endpoint(), connected));
    client_.begin("RETR large");
    client_.send("ABOR");
    const int first = client_.read_reply().code;
    EXPECT_TRUE(first == 425 || first == 426) << first;
    client_.expect_reply(226);
    client_.drop_data();
    client_.expect("NOOP", 200);
  }
  client_.quit();
}

TEST_P(DuringTransfer, TwoAborsHaveThreeReplies) {
  client_.extended_passive();
  client_.begin("RETR large");
  client_.open_data();
  client_.control().send("ABOR\r\nABOR\r\n");
  client_.expect_reply(426);
  client_.expect_reply(226);
  client_.expect_reply(226);
  client_.drop_data();
  client_.quit();
}

TEST_P(DuringTransfer, HangingUpEndsItAndLeavesNothingBehind) {
  {
    TestClient client(server_);
    client.login();
    client.expect("TYPE I", 200);
    client.extended_passive();
    client.begin("STOR new");
    client.open_data().send("half");
    client.control().reset();
    EXPECT_EQ(client.data().receive_all(), "");
  }
  client_.expect("SIZE new", 550);
  EXPECT_EQ(server_.tree().names("/"), (std::vector<std::string>{"large", "small"}));
}

INSTANTIATE_TEST_SUITE_P(AllWays, DuringTransfer,
                         testing::Values(Scene{"memory", StorageKind::memory, false},
                                         Scene{"local", StorageKind::local, false},
                                         Scene{"memory_under_tls", StorageKind::memory, true},
                                         Scene{"local_under_tls", StorageKind::local, true}),
                         [](const auto& test) { return std::string(test.param.name); });

}  // namespace
}  // namespace ferry::test
