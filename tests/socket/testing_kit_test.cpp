// ferry::testing as the tests of a client use it: each fault as the client meets it, and the record of the
// conversation.
#include <ferry/testing/test_server.hpp>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <chrono>
#include <string>
#include <vector>

#include "support/content.hpp"
#include "support/failure.hpp"
#include "support/socket_address.hpp"
#include "support/test_client.hpp"

namespace ferry::test {
namespace {

using ferry::testing::Ftps;
using ferry::testing::TestSetup;
using namespace std::chrono_literals;
using Kit = ferry::testing::TestServer;

Endpoint endpoint_of(const Kit& server, bool implicit_tls = false) {
  return {IpAddress::v4({127, 0, 0, 1}), implicit_tls ? server.tls_port() : server.port()};
}

ClientOptions trusting(const Kit& server) {
  ClientOptions options;
  options.tls.trusted_certificate = server.certificate_file();
  return options;
}

struct LoggedIn : TestClient {
  explicit LoggedIn(const Kit& server, const ClientOptions& options = {}) : TestClient(endpoint_of(server), options) {
    login("test", "secret");
    expect("TYPE I", 200);
  }
};

const std::string& content() {
  static const std::string text = [] {
    std::string all;
    while (all.size() < 300'000) all += std::to_string(all.size()) + ' ';
    return all;
  }();
  return text;
}

// What arrives of a RETR, how it ends, and the reply.
struct Outcome {
  std::string octets;
  WireEnd end = WireEnd::open;
  int reply = 0;
};

Outcome retrieve(TestClient& client, std::string_view command = "RETR /f") {
  Outcome outcome;
  client.passive();
  client.begin(command);
  Wire& wire = client.open_data();
  outcome.octets = wire.receive_all();
  outcome.end = wire.end();
  outcome.reply = client.read_reply().code;
  client.drop_data();
  return outcome;
}

TEST(TestingKit, ServesWhatWasPutThereAndShowsWhatCame) {
  Kit server;
  server.put("/pub/deep/hello.txt", "hello\n");
  LoggedIn client(server);
  EXPECT_EQ(client.download("RETR /pub/deep/hello.txt"), "hello\n");
  client.upload("STOR /pub/new.txt", "new");
  EXPECT_EQ(server.content("/pub/new.txt"), "new");
  EXPECT_EQ(server.content("/pub/none.txt"), std::nullopt);
  EXPECT_EQ(server.names("/pub"), (std::vector<std::string>{"deep", "new.txt"}));
  EXPECT_EQ(server.names("/nowhere"), std::vector<std::string>{});
  EXPECT_EQ(server.url(), "ftp://test:secret@127.0.0.1:" + std::to_string(server.port()) + "/");
}

TEST(TestingKit, RecordsTheConversationInOrderWithoutSecrets) {
  Kit server;
  {
    TestClient client(endpoint_of(server));
    client.login("test", "secret");
    client.expect("NOSUCH thing", 500);
    client.expect("PWD", 257);
    client.quit();
  }
  EXPECT_EQ(server.commands(), (std::vector<std::string>{"USER test", "PASS ***", "NOSUCH thing", "PWD", "QUIT"}));
  const std::vector<std::string> lines = server.conversation(1);
  ASSERT_GE(lines.size(), 4u);
  EXPECT_EQ(lines[0].substr(0, 6), "< 220 ");
  EXPECT_EQ(lines[1], "> USER test");
  EXPECT_EQ(lines[2].substr(0, 6), "< 331 ");
  EXPECT_EQ(lines[3], "> PASS ***");
  for (const std::string& line : lines) EXPECT_EQ(line.find("secret"), std::string::npos) << line;
  EXPECT_EQ(server.conversation(2), std::vector<std::string>{});
  EXPECT_TRUE(server.wait_for_command("QUIT"));
  EXPECT_FALSE(server.wait_for_command("RETR", 1ms));
}

TEST(TestingKit, DropResetsTheDataConnectionAtAnOctet) {
  Kit server;
  server.put("/f", content());
  LoggedIn client(server);
  for (const std::size_t octets : {1000u, 200'000u, 0u}) {
    server.clear_faults();
    server.fault("RETR:drop@" + std::to_string(octets));
    const Outcome outcome = retrieve(client);
    EXPECT_TRUE(outcome.octets == content().substr(0, octets)) << outcome.octets.size();
    EXPECT_EQ(outcome.end, WireEnd::reset);
    EXPECT_EQ(outcome.reply, 426);
  }
}

TEST(TestingKit, CloseEndsTheDataConnectionInOrderAtAnOctet) {
  Kit server;
  server.put("/f", content());
  server.fault("RETR:close@1000");
  LoggedIn client(server);
  const Outcome outcome = retrieve(client);
  EXPECT_TRUE(outcome.octets == content().substr(0, 1000));
  EXPECT_EQ(outcome.end, WireEnd::orderly);
  EXPECT_EQ(outcome.reply, 426);
}

TEST(TestingKit, CountsTheOctetsOfTheFileUnderTls) {
  Kit server({.ftps = Ftps::required});
  server.put("/f", content());
  server.fault("RETR:drop@100001");
  TestClient client(endpoint_of(server), trusting(server));
  client.auth_tls();
  client.login("test", "secret");
  client.protect_data();
  client.expect("TYPE I", 200);
  const Outcome outcome = retrieve(client);
  EXPECT_TRUE(outcome.octets == content().substr(0, 100001)) << outcome.octets.size();
  EXPECT_EQ(outcome.end, WireEnd::reset);
  EXPECT_EQ(outcome.reply, 426);
}

TEST(TestingKit, CutsListingsToo) {
  Kit server;
  for (int i = 0; i < 10; ++i) server.put("/" + std::to_string(i), "");
  server.fault("NLST:close@6");
  LoggedIn client(server);
  EXPECT_EQ(retrieve(client, "NLST").octets, "0\r\n1\r\n");
}

TEST(TestingKit, AFaultBeyondTheEndDoesNotDisturb) {
  Kit server;
  server.put("/f", content());
  server.fault("RETR:drop@" + std::to_string(content().size()));
  server.fault("STOR:drop@3");
  LoggedIn client(server);
  const Outcome outcome = retrieve(client);
  EXPECT_TRUE(outcome.octets == content());
  EXPECT_EQ(outcome.reply, 226);
  client.upload("STOR /g", "abc");
  EXPECT_EQ(server.content("/g"), "abc");
}

TEST(TestingKit, ADroppedUploadLeavesNoFile) {
  Kit server;
  server.fault("STOR:drop@100000");
  LoggedIn client(server);
  client.passive();
  client.begin("STOR /f");
  client.open_data().try_send(content());
  EXPECT_EQ(client.read_reply().code, 426);
  EXPECT_EQ(server.content("/f"), std::nullopt);
}

TEST(TestingKit, StallHoldsTheTransferUntilSomebodyGivesUp) {
  Kit server({.configure = [](Config& config) { config.timeouts.data_stall = 100ms; }});
  server.put("/f", content());
  server.fault("RETR#1:stall@1000");
  LoggedIn client(server);
  const Outcome outcome = retrieve(client);
  EXPECT_TRUE(outcome.octets == content().substr(0, 1000)) << outcome.octets.size();
  EXPECT_EQ(outcome.reply, 426);
  EXPECT_EQ(retrieve(client).reply, 226);
}

TEST(TestingKit, AStalledTransferCanBeAborted) {
  Kit server;
  server.put("/f", content());
  server.fault("RETR:stall@1000");
  LoggedIn client(server);
  client.passive();
  client.begin("RETR /f");
  std::string got;
  while (got.size() < 1000) got += client.open_data().receive();
  EXPECT_TRUE(client.open_data().is_silent());
  client.send("ABOR");
  EXPECT_EQ(client.read_reply().code, 426);
  EXPECT_EQ(client.read_reply().code, 226);
  EXPECT_EQ(got.size(), 1000u);
}

TEST(TestingKit, ReplyStandsForCarryingTheCommandOut) {
  Kit server;
  server.put("/f", "x");
  server.fault("DELE#2:reply=450 Busy.");
  server.fault("PWD:reply=257-One\n257 \"/two\"");
  server.put("/g", "x");
  LoggedIn client(server);
  client.expect("DELE /f", 250);
  EXPECT_EQ(client.expect("DELE /g", 450).lines, std::vector<std::string>{"450 Busy."});
  EXPECT_EQ(server.content("/g"), "x");
  client.expect("DELE /g", 250);
  EXPECT_EQ(client.expect("PWD", 257).lines, (std::vector<std::string>{"257-One", "257 \"/two\""}));
  EXPECT_EQ(server.conversation().back(), "< 257 \"/two\"");
}

TEST(TestingKit, TheEndOfATransferMayHaveAnotherReply) {
  Kit server;
  server.put("/f", content());
  server.fault("RETR#1:final-reply=550 Sorry.");
  server.fault("RETR#2:drop@1000");
  server.fault("RETR#2:final-reply=226 Done.");
  server.fault("STOR:final-reply=452-No room\n452 at all.");
  server.fault("MLSD:final-reply=226");
  LoggedIn client(server);
  Outcome outcome = retrieve(client);
  EXPECT_TRUE(outcome.octets == content());
  EXPECT_EQ(outcome.end, WireEnd::orderly);
  EXPECT_EQ(outcome.reply, 550);
  outcome = retrieve(client);  // a lie
  EXPECT_TRUE(outcome.octets == content().substr(0, 1000));
  EXPECT_EQ(outcome.end, WireEnd::reset);
  EXPECT_EQ(outcome.reply, 226);
  client.passive();
  client.begin("STOR /g");
  client.open_data();
  client.data().send_all("stored all the same");
  EXPECT_EQ(client.expect_reply(452).lines, (std::vector<std::string>{"452-No room", "452 at all."}));
  client.drop_data();
  EXPECT_EQ(server.content("/g"), "stored all the same");
  EXPECT_EQ(server.conversation().back(), "< 452 at all.");
  EXPECT_EQ(retrieve(client).reply, 226);  // the third one
  client.expect("NOOP", 200);
  // A refusal is not the end of a transfer.
  client.passive();
  client.expect("STOR /none/g", 553);
}

TEST(TestingKit, TheEndOfATransferMayHaveNoReply) {
  for (const bool tls : {false, true}) {
    Kit server({.ftps = tls ? Ftps::required : Ftps::off});
    server.put("/f", content());
    server.fault("RETR#1:final-silence");
    server.fault("RETR#2:final-hangup");
    server.fault("RETR#3:final-reset");
    const auto ready = [&] {
      auto client = std::make_unique<TestClient>(endpoint_of(server), tls ? trusting(server) : ClientOptions());
      if (tls) client->auth_tls();
      client->login("test", "secret");
      if (tls) client->protect_data();
      client->expect("TYPE I", 200);
      client->passive();
      client->begin("RETR /f");
      EXPECT_TRUE(client->open_data().receive_all() == content());
      client->drop_data();
      return client;
    };
    auto client = ready();
    client->expect("NOOP", 200);  // that is the next reply
    client = ready();
    EXPECT_EQ(client->control().receive_all(), "");
    client = ready();
    EXPECT_EQ(client->control().receive_all(), "");
    EXPECT_EQ(client->control().end(), WireEnd::reset);
  }
}

TEST(TestingKit, TheReplyToTheEndOfATransferMayComeLate) {
  Kit server;
  server.put("/f", content());
  server.fault("RETR#1:final-delay=0.2");
  LoggedIn client(server);
  client.passive();
  client.begin("RETR /f");
  EXPECT_TRUE(client.open_data().receive_all() == content());  // the data connection has ended
  const auto begun = std::chrono::steady_clock::now();
  client.send("NOOP");  // is answered meanwhile
  client.expect_reply(200);
  client.expect_reply(226);
  EXPECT_GE(std::chrono::steady_clock::now() - begun, 50ms);
  client.drop_data();
  EXPECT_EQ(retrieve(client).reply, 226);
}

TEST(TestingKit, TheGreetingMayBeAnother) {
  Kit server;
  server.fault("CONNECT#1:reply=421 Too many users.");
  ClientOptions options;
  options.greeting = false;
  TestClient first(endpoint_of(server), options);
  EXPECT_EQ(first.read_reply().code, 421);
  LoggedIn second(server);
}

TEST(TestingKit, SilenceLeavesTheClientWaiting) {
  Kit server;
  server.fault("NOOP#1:silence");
  LoggedIn client(server);
  client.send("NOOP");
  client.expect("PWD", 257);  // the first reply that comes is of the second command
  client.expect("NOOP", 200);
}

TEST(TestingKit, HangUpAndResetEndTheControlConnection) {
  Kit server;
  server.fault("CWD:hangup");
  server.fault("PWD:reset");
  LoggedIn first(server);
  first.send("CWD /");
  EXPECT_EQ(first.control().receive(), "");
  EXPECT_EQ(first.control().end(), WireEnd::orderly);
  LoggedIn second(server);
  second.send("PWD");
  EXPECT_EQ(second.control().receive(), "");
  EXPECT_EQ(second.control().end(), WireEnd::reset);
}

TEST(TestingKit, DelayHoldsUpOneSessionOnly) {
  Kit server;
  server.fault("PWD#1:delay=0.3");
  LoggedIn slow(server);
  LoggedIn fast(server);
  const auto begun = std::chrono::steady_clock::now();
  slow.send("PWD");
  ASSERT_TRUE(server.wait_for_command("PWD"));
  fast.expect("NOOP", 200);
  EXPECT_TRUE(slow.control().is_silent());
  slow.expect_reply(257);
  EXPECT_GE(std::chrono::steady_clock::now() - begun, 300ms);
}

TEST(TestingKit, FaultsOfSeveralRulesComeTogether) {
  Kit server;
  server.put("/f", content());
  server.fault("RETR:delay=0.1");
  server.fault("RETR:close@5");
  server.fault("*:delay=0.05");
  LoggedIn client(server);
  client.passive();
  const auto begun = std::chrono::steady_clock::now();
  client.begin("RETR /f");
  EXPECT_GE(std::chrono::steady_clock::now() - begun, 100ms);
  EXPECT_EQ(client.open_data().receive_all(), content().substr(0, 5));
  client.expect_reply(426);
}

// The error of a connection that is tried for a while; EINPROGRESS where nobody has answered by then.
int connect_error(const Endpoint& to) {
  const Descriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(to.port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) return 0;
  pollfd poll_socket{socket.get(), POLLOUT, 0};
  if (::poll(&poll_socket, 1, 200) == 0) return EINPROGRESS;
  int error = 0;
  socklen_t size = sizeof error;
  ::getsockopt(socket.get(), SOL_SOCKET, SO_ERROR, &error, &size);
  return error;
}

TEST(TestingKit, AnnouncedPortsMayRefuseOrNotAnswer) {
  Kit server({.configure = [](Config& config) { config.timeouts.data_connect = 100ms; }});
  server.put("/f", "x");
  server.fault("PASV:refused");
  server.fault("EPSV:unanswered");
  LoggedIn client(server);
  EXPECT_EQ(connect_error(client.passive_endpoint()), ECONNREFUSED);
  EXPECT_EQ(connect_error(client.extended_passive_endpoint()), EINPROGRESS);
  client.expect("RETR /f", 150);
  client.expect_reply(425);
  server.clear_faults();
  EXPECT_EQ(client.download("RETR /f"), "x");
}

TEST(TestingKit, ACertificateOfItsOwnIsShownAndTrusted) {
  Kit server({.ftps = Ftps::implicit});
  server.put("/f", "x");
  ClientOptions options = trusting(server);
  options.implicit_tls = true;
  TestClient client(endpoint_of(server, true), options);
  client.login("test", "secret");
  client.protect_data();
  EXPECT_EQ(client.download("RETR /f"), "x");
  EXPECT_NE(server.certificate().find("BEGIN CERTIFICATE"), std::string::npos);
  EXPECT_EQ(server.certificate().find("PRIVATE KEY"), std::string::npos);
}

TEST(TestingKit, TlsSessionsAreNotResumedWhereThatIsSwitchedOff) {
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    for (const bool tickets : {true, false}) {
      Kit server({.ftps = Ftps::offered, .configure = [](Config& config) { config.tls->resumption = false; }});
      server.put("/f", "x");
      ClientOptions options = trusting(server);
      options.tls.min_version = options.tls.max_version = version;
      options.tls.tickets = tickets;
      TestClient client(endpoint_of(server), options);
      client.auth_tls();
      client.login("test", "secret");
      client.protect_data();
      client.passive();
      client.begin("RETR /f");
      Wire& wire = client.open_data();
      EXPECT_FALSE(wire.resumed());
      EXPECT_EQ(wire.receive_all(), "x");
      client.expect_reply(226);
    }
  }
}

TEST(TestingKit, ASlowDiskSlowsItsSessionDown) {
  Kit server;
  server.put("/f", "x");
  server.fault("DISK:delay=0.1");
  LoggedIn client(server);
  const auto begun = std::chrono::steady_clock::now();
  client.expect("SIZE /f", 213);
  EXPECT_GE(std::chrono::steady_clock::now() - begun, 100ms);
  EXPECT_EQ(client.download("RETR /f"), "x");
}

TEST(TestingKit, AMistakeInARuleIsThrownWithItsRemedy) {
  Kit server;
  try {
    server.fault("RETR:explode");
    FAIL() << "no exception";
  } catch (const std::invalid_argument& error) {
    EXPECT_EQ(std::string(error.what()).substr(0, 16), "\"RETR:explode\" n");
  }
  EXPECT_THROW(server.fault("TLS:no-resumption"), std::invalid_argument);
}

}  // namespace
}  // namespace ferry::test
