// What a stranger learns at the door (RFC 2577 §5 and §7), and that others do not wait for them.
#include <gtest/gtest.h>

#include <string>

#include "support/test_client.hpp"
#include "support/test_server.hpp"

namespace ferry::test {
namespace {

TEST(Login, TellsNothingAboutWhichNamesExist) {
  TestServer server;
  TestClient known(server);
  TestClient unknown(server);
  for (int attempt = 0; attempt < 3; ++attempt) {
    EXPECT_EQ(known.expect("USER alice", 331).text(), unknown.expect("USER nobody", 331).text());
    EXPECT_EQ(known.command("PASS wrong").text(), unknown.command("PASS wrong").text());
  }
}

TEST(Login, OfOneClientWaitsWithoutKeepingOthersWaiting) {
  ServerSetup setup;
  setup.configure = [](Config& config) { config.timeouts.login_delay = std::chrono::hours(1); };
  TestServer server(setup);
  TestClient guesser(server);
  guesser.expect("USER alice", 331);
  guesser.send("PASS wrong");
  TestClient client(server);
  client.login();
  EXPECT_EQ(client.download("NLST"), "");
  client.quit();
  EXPECT_TRUE(guesser.control().is_silent());
}

TEST(Login, ThatIsDelayedEndsWhenTheClientHangsUp) {
  ServerSetup setup;
  setup.configure = [](Config& config) { config.timeouts.login_delay = std::chrono::hours(1); };
  TestServer server(setup);
  {
    TestClient guesser(server);
    guesser.expect("USER alice", 331);
    guesser.send("PASS wrong");
  }
  TestClient client(server);
  client.login();
  client.quit();
}

TEST(Login, WritesNoPasswordIntoTheLog) {
  TestServer server;
  {
    TestClient client(server);
    client.expect("USER alice", 331);
    client.expect("PASS very-private", 530);
    client.expect("USER alice", 331);
    client.expect("PASS secret", 230);
    client.expect("ACCT very-private", 202);
    client.quit();
  }
  server.stop();
  EXPECT_FALSE(server.log().empty());
  for (const LogKeeper::Record& record : server.log()) {
    EXPECT_EQ(record.text.find("very-private"), std::string::npos) << record.text;
    EXPECT_EQ(record.text.find("secret"), std::string::npos) << record.text;
  }
}

TEST(Login, NeverForgesALogLineByItsName) {
  TestServer server;
  TestClient client(server);
  client.control().send(std::string("USER x\r\0\nforged\x01\r\n", 18));
  client.read_reply();
  client.login();
  client.command(std::string("MKD a\r\0\nforged", 14));
  client.command(std::string("CWD a\r\0\nforged", 14));
  client.quit();
  for (const LogKeeper::Record& record : server.log()) {
    for (const char octet : record.text + record.user) EXPECT_GE(static_cast<unsigned char>(octet), ' ') << record.text;
  }
}

TEST(Login, OfAUserThatWasRemovedIsRefusedWhileItsSessionsStay) {
  TestServer server;
  TestClient client(server);
  client.login("reader");
  EXPECT_TRUE(server.users().remove("reader"));
  client.expect("PWD", 257);
  TestClient late(server);
  late.expect("USER reader", 331);
  late.expect("PASS secret", 530);
}

TEST(Login, HasAsManySessionsAsTheUserMayHave) {
  TestServer server;
  Account account;
  account.files = server.tree().files();
  account.sessions = 2;
  server.users().add("bob", Secret("secret"), account);
  TestClient first(server);
  first.login("bob");
  TestClient second(server);
  second.login("bob");
  TestClient third(server);
  third.expect("USER bob", 331);
  third.expect("PASS secret", 530);
  third.login("alice");
  first.expect("REIN", 220);
  third.login("bob");
  first.expect("USER bob", 331);
  first.expect("PASS secret", 530);
  // A session that ended has given its place back before its last reply is read.
  second.login("alice");
  first.login("bob");
}

TEST(Login, MayHaveAnIdleTimeoutOfItsOwn) {
  TestServer server;
  Account account;
  account.files = server.tree().files();
  account.idle_timeout = std::chrono::milliseconds(30);
  server.users().add("bob", Secret("secret"), account);
  TestClient other(server);
  other.login();
  TestClient client(server);
  client.login("bob");
  client.expect_reply(421);
  client.expect_closed();
  other.expect("NOOP", 200);
}

TEST(Login, OfAUserThatWasChangedGetsTheNewPasswordAndPermissions) {
  TestServer server;
  Account account;
  account.files = server.tree().files();
  account.permissions = Permissions::all();
  server.users().add("reader", Secret("another"), account);
  TestClient client(server);
  client.expect("USER reader", 331);
  client.expect("PASS secret", 530);
  client.login("reader", "another");
  client.expect("MKD d", 257);
}

}  // namespace
}  // namespace ferry::test
