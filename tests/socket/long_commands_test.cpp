// Commands that take long and use no data connection run beside the conversation: HASH and its kin.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include <ferry/testing/faulty_filesystem.hpp>

#include "support/test_client.hpp"
#include "support/test_server.hpp"

namespace ferry::test {
namespace {

// A file without blocks, of so many octets that its digest takes a minute.
constexpr std::uintmax_t endless = 64ull << 30;

class LongCommands : public testing::Test {
 protected:
  LongCommands() {
    const std::string path = server_.tree().directory() + "/large";
    std::ofstream(path).close();
    std::filesystem::resize_file(path, endless);
    server_.tree().make_file("/small", "hello world\n");
    client_.login();
  }

  static ServerSetup setup() {
    ServerSetup setup;
    setup.storage = StorageKind::local;
    return setup;
  }

  // The command runs, others are answered meanwhile, and ABOR ends it.
  void abort(const std::string& command) {
    client_.send(command);
    client_.expect("NOOP", 200);
    client_.send("ABOR");
    client_.expect_reply(426);
    client_.expect_reply(226);
  }

  TestServer server_{setup()};
  TestClient client_{server_};
};

TEST_F(LongCommands, OthersAreAnsweredWhileOneRuns) {
  client_.send("HASH large");
  client_.expect("NOOP", 200);
  EXPECT_NE(client_.expect("STAT", 211).text().find("211"), std::string::npos);
  client_.send("ABOR");
  client_.expect_reply(426);
  client_.expect_reply(226);
  client_.expect("HASH small", 213);
  client_.quit();
}

TEST_F(LongCommands, EachKindIsEndedByAbor) {
  for (const char* command : {"HASH large", "XCRC large", "XMD5 large", "XSHA large", "XSHA1 large", "XSHA256 large",
                              "XSHA512 large", "MD5 large", "MMD5 small, large", "COMB copy large large"})
    abort(command);
  client_.expect("SITE CPFR large", 350);
  abort("SITE CPTO copy");
  EXPECT_EQ(server_.tree().names("/"), (std::vector<std::string>{"large", "small"}));
  client_.quit();
}

TEST_F(LongCommands, WalksThroughATreeAreEndedByAborToo) {
  // Each operation takes so long that the whole tree takes some seconds.
  server_.tree().make_directory("/tree");
  for (int i = 0; i < 1000; ++i) server_.tree().make_directory("/tree/" + std::to_string(i));
  const auto faults = std::make_shared<Faults>();
  faults->slow_down(std::chrono::milliseconds(5));
  Account account;
  account.files = faulty(server_.tree().files(), faults);
  account.permissions = Permissions::all();
  server_.users().add("slow", Secret("secret"), account);
  client_.login("slow");
  for (const char* command : {"DSIZ tree", "RMDA tree", "SITE RMDIR tree"}) abort(command);
  EXPECT_FALSE(server_.tree().names("/tree").empty());
  client_.quit();
}

// The slices of all digests take turns, so that a short one is not held up by a long one.
TEST_F(LongCommands, AnotherSessionGetsItsDigestMeanwhile) {
  client_.send("HASH large");
  client_.expect("NOOP", 200);
  TestClient other(server_);
  other.login();
  other.expect("HASH small", 213);
  other.quit();
  client_.send("ABOR");
  client_.expect_reply(426);
  client_.expect_reply(226);
}

TEST_F(LongCommands, ASecondOneOfTheSameSessionWaits) {
  client_.send("HASH large");
  client_.send("HASH small");
  client_.send("NOOP");
  client_.send("ABOR");
  client_.expect_reply(426);
  client_.expect_reply(213);
  client_.expect_reply(200);
  client_.expect_reply(226);
}

TEST_F(LongCommands, WhoHangsUpEndsIt) {
  client_.send("HASH large");
  client_.expect("NOOP", 200);
  client_.control().cut();
  server_.stop();  // returns although the digest was far from its end
}

TEST_F(LongCommands, WhatIsPreparedMeanwhileIsKept) {
  std::filesystem::resize_file(server_.tree().directory() + "/large", 256ull << 20);
  client_.send("HASH large");
  client_.expect("RNFR small", 350);
  client_.expect_reply(213);
  client_.expect("RNTO renamed", 250);
  EXPECT_EQ(server_.tree().content("/renamed"), "hello world\n");
}

// The digest of a file that has not changed is known; that of a changed one is computed anew.
TEST_F(LongCommands, AChangedFileHasANewDigest) {
  const std::string path = server_.tree().directory() + "/small";
  const std::string first = client_.expect("XMD5 small", 250).text();
  EXPECT_EQ(client_.expect("XMD5 small", 250).text(), first);
  std::fstream(path, std::ios::in | std::ios::out) << 'J';
  EXPECT_NE(client_.expect("XMD5 small", 250).text(), first);
}

}  // namespace
}  // namespace ferry::test
