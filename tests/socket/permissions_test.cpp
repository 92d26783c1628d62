// Each permission letter at each command that needs it, where it differs by directory: it is asked for at the path that
// the command touches, whatever the rest of the tree allows.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <ferry/testing/storage_calls.hpp>

#include "support/test_client.hpp"
#include "support/test_server.hpp"

namespace ferry::test {
namespace {

using contract::at;

enum class Kind : std::uint8_t { plain, download, upload };

// {} stands for a directory that holds the file "f" and the empty directory "e".
struct Row {
  char letter;
  std::string command;
  Kind kind = Kind::plain;
  std::string before = {};  // a command that has to come first
  std::string start = "/";  // where the session starts
};

const Row rows[] = {
    {'e', "CWD {}"},
    {'e', "XCWD {}"},
    {.letter = 'e', .command = "CDUP", .start = "{}/e"},
    {.letter = 'e', .command = "XCUP", .start = "{}/e"},
    {'l', "LIST {}", Kind::download},
    {'l', "LIST -la {}", Kind::download},
    {'l', "NLST {}", Kind::download},
    {'l', "MLSD {}", Kind::download},
    {.letter = 'l', .command = "MLSD", .kind = Kind::download, .start = "{}"},
    {'l', "MLST {}/f"},
    {'l', "STAT {}/f"},
    {'l', "STAT -l {}"},
    {'l', "SIZE {}/f"},
    {'l', "MDTM {}/f"},
    {'r', "RETR {}/f", Kind::download},
    {'a', "APPE {}/f", Kind::upload},
    {'a', "STOR {}/f", Kind::upload, "REST 1"},
    {'d', "DELE {}/f"},
    {'d', "RMD {}/e"},
    {'d', "XRMD {}/e"},
    {'f', "RNFR {}/f"},
    {'f', "RNTO {}/g", Kind::plain, "RNFR {}/f"},
    {'m', "MKD {}/new"},
    {'m', "XMKD {}/new"},
    {'w', "STOR {}/new", Kind::upload},
    {'w', "STOR {}/f", Kind::upload},
    {.letter = 'w', .command = "STOU", .kind = Kind::upload, .start = "{}"},
    {'M', "SITE CHMOD 600 {}/f"},
    {'T', "MFMT 20200101000000 {}/f"},
    {'T', "MFCT 20200101000000 {}/f"},
    {'T', "MFF modify=20200101000000; {}/f"},
    {'M', "MFF UNIX.mode=600; {}/f"},
    {'T', "MDTM 20200101000000 {}/f"},
    {'T', "SITE UTIME 20200101000000 {}/f"},
    {.letter = 'M', .command = "SITE UMASK 022", .start = "{}"},
    {'l', "AVBL {}"},
    {'l', "DSIZ {}"},
    {'d', "RMDA {}/e"},
    {'d', "SITE RMDIR {}/e"},
    {'m', "SITE MKDIR {}/new"},
    {'r', "XCRC {}/f"},
    {'r', "XMD5 {}/f"},
    {'r', "XSHA {}/f"},
    {'r', "XSHA1 {}/f"},
    {'r', "XSHA256 {}/f"},
    {'r', "XSHA512 {}/f"},
    {'r', "MD5 {}/f"},
    {'r', "MMD5 {}/f"},
    {'a', "STOR {}/f", Kind::upload, "RANG 0 3"},
    {'r', "SITE CPFR {}/f"},
    {'w', "SITE CPTO {}/new", Kind::plain, "SITE CPFR {}/f"},
    {'r', "COMB /new {}/f"},
    {'w', "COMB {}/new /here/f /there/f"},
};

std::string in(const std::string& directory, std::string text) {
  if (const std::size_t place = text.find("{}"); place != std::string::npos) text.replace(place, 2, directory);
  return text;
}

Permissions all_but(char letter) {
  std::string letters = Permissions::all().letters();
  std::erase(letters, letter);
  return Permissions::parse(letters).value();
}

class PermissionsByDirectory : public testing::TestWithParam<Row> {
 protected:
  PermissionsByDirectory() {
    for (const std::string directory : {"/here", "/there"}) {
      server_.tree().make_directory(directory);
      server_.tree().make_directory(directory + "/e");
      server_.tree().make_file(directory + "/f", "content");
    }
  }

  // The first digit of the last reply to the row's command in `directory`, or 0 where that is a 550.
  int outcome(const Row& row, const std::string& directory, Permissions everywhere, Permissions there) {
    Account account;
    account.files = server_.tree().files();
    account.permissions = everywhere;
    account.overrides = {{.directory = at("/there"), .permissions = there, .recursive = true}};
    account.directory = at(in(directory, row.start));
    server_.users().add("bob", Secret("secret"), account);
    TestClient client(server_);
    client.login("bob");
    client.expect("TYPE I", 200);
    if (row.kind != Kind::plain) client.extended_passive();
    if (!row.before.empty() && client.command(in(directory, row.before)).code == 550) return 0;
    Reply reply = client.command(in(directory, row.command));
    if (reply.code == 150) {
      if (row.kind == Kind::upload) client.open_data().finish_sending();
      if (row.kind == Kind::download) client.open_data().receive_all();
      reply = client.read_reply();
    }
    return reply.code == 550 ? 0 : reply.code / 100;
  }

  TestServer server_;
};

TEST_P(PermissionsByDirectory, AreThoseOfThePath) {
  const Row& row = GetParam();
  const Permissions less = all_but(row.letter);
  EXPECT_EQ(outcome(row, "/there", Permissions::all(), less), 0) << "taken away there";
  EXPECT_EQ(outcome(row, "/here", less, Permissions::all()), 0) << "given there only";
  EXPECT_THAT((std::vector{2, 3}), testing::Contains(outcome(row, "/there", less, Permissions::all())))
      << "given there";
  EXPECT_THAT((std::vector{2, 3}), testing::Contains(outcome(row, "/here", Permissions::all(), less)))
      << "taken away elsewhere";
}

INSTANTIATE_TEST_SUITE_P(Each, PermissionsByDirectory, testing::ValuesIn(rows), [](const auto& parameter) {
  std::string name = std::to_string(parameter.index) + "_" + parameter.param.letter + "_" + parameter.param.command;
  std::erase_if(name, [](char c) { return c != '_' && !std::isalnum(static_cast<unsigned char>(c)); });
  return name;
});

bool is_in_table(const std::string& verb) {
  return std::ranges::any_of(rows, [&](const Row& row) { return (row.command + ' ').starts_with(verb + ' '); });
}

TEST(PermissionsByDirectory, AreTestedForEveryCommandThatNeedsOne) {
  TestServer server;
  Account account;
  account.files = server.tree().files();
  account.permissions = Permissions::none();
  server.users().add("nobody", Secret("secret"), account);
  TestClient client(server);
  client.login("nobody");
  std::vector<std::string> verbs = verbs_of(client.expect("HELP", 214));
  for (const std::string& verb : verbs_of(client.expect("SITE HELP", 214))) verbs.push_back("SITE " + verb);
  EXPECT_GT(verbs.size(), 50u);
  const std::string ending[] = {"USER", "PASS", "REIN", "QUIT", "AUTH"};
  // A link would be a way around rights that differ by directory, so there nobody makes one.
  const std::string never = "SITE SYMLINK";
  for (const std::string& verb : verbs) {
    if (verb == never || std::ranges::find(ending, verb) != std::end(ending)) continue;
    for (const std::string argument : {"", " 1 /f"})
      if (client.command(verb + argument).text() == "550 Permission denied.") {
        EXPECT_TRUE(is_in_table(verb)) << verb;
      }
  }
  client.quit();
}

// What a user may do in one directory where the rest of the tree allows everything else.
class Target : public testing::Test {
 protected:
  TestClient& client_with(const char* letters, const char* letters_there) {
    server_.tree().make_file("/f", "new");
    server_.tree().make_directory("/d");
    server_.tree().make_directory("/there");
    server_.tree().make_file("/there/old", "old");
    Account account;
    account.files = server_.tree().files();
    account.permissions = Permissions::parse(letters).value();
    account.overrides = {
        {.directory = at("/there"), .permissions = Permissions::parse(letters_there).value(), .recursive = true}};
    server_.users().add("bob", Secret("secret"), account);
    client_.emplace(server_);
    client_->login("bob");
    return *client_;
  }
  int rename(const char* from, const char* to) {
    client_->expect(std::string("RNFR ") + from, 350);
    return client_->command(std::string("RNTO ") + to).code;
  }

  TestServer server_;
  std::optional<TestClient> client_;
};

TEST_F(Target, OfARenamedFileNeedsTheRightToStore) {
  client_with("elradfmwMT", "elradfmMT");
  EXPECT_EQ(rename("/f", "/there/f"), 550);
  EXPECT_EQ(rename("/d", "/there/d"), 250);
}

TEST_F(Target, OfARenamedDirectoryNeedsTheRightToMakeOne) {
  client_with("elradfmwMT", "elradfwMT");
  EXPECT_EQ(rename("/d", "/there/d"), 550);
  EXPECT_EQ(rename("/f", "/there/f"), 250);
}

TEST_F(Target, NeedsNoMoreThanTheEffectDoes) {
  client_with("elf", "w");
  EXPECT_EQ(rename("/f", "/g"), 250) << "within a directory";
  EXPECT_EQ(rename("/g", "/there/f"), 250) << "into another";
}

TEST_F(Target, ThatExistsNeedsTheRightToDelete) {
  client_with("elradfmwMT", "elrafmwMT");
  EXPECT_EQ(rename("/f", "/there/old"), 553);
  EXPECT_EQ(server_.tree().content("/there/old"), "old");
}

TEST_F(Target, MayBeReplacedWhereItMayBeDeleted) {
  client_with("elrafmwMT", "elradfmwMT");
  EXPECT_EQ(rename("/f", "/there/old"), 250);
  EXPECT_EQ(server_.tree().content("/there/old"), "new");
}

TEST(PermissionOverride, ThatIsNotRecursiveLeavesDirectoriesInItAlone) {
  TestServer server;
  server.tree().make_directory("/box");
  server.tree().make_directory("/box/sub");
  Account account;
  account.files = server.tree().files();
  account.overrides = {{.directory = at("/box"), .permissions = Permissions::all()}};
  server.users().add("bob", Secret("secret"), account);
  TestClient client(server);
  client.login("bob");
  client.upload("STOR /box/f", "content");
  client.expect("MKD /box/new", 257);
  client.expect("RMD /box/sub", 550);
  client.extended_passive();
  client.expect("STOR /box/sub/f", 550);
  client.expect("DELE /box/f", 250);
  client.expect("MKD /outside", 550);
  client.quit();
}

TEST(PermissionOverride, IsWhatMlsdAndMlstTell) {
  TestServer server;
  server.tree().make_directory("/d");
  server.tree().make_directory("/shut");
  Account account;
  account.files = server.tree().files();
  account.permissions = Permissions::all();
  account.overrides = {{.directory = at("/shut"), .permissions = Permissions::none(), .recursive = true}};
  server.users().add("bob", Secret("secret"), account);
  TestClient client(server);
  client.login("bob");
  client.expect("OPTS MLST perm;", 200);
  EXPECT_EQ(client.download("MLSD"), "perm=cdeflmp; d\r\nperm=; shut\r\n");
  EXPECT_NE(client.expect("MLST d", 250).text().find("perm=cdeflmp; /d"), std::string::npos);
  client.expect("MLST shut", 550);
  client.quit();
}

}  // namespace
}  // namespace ferry::test
