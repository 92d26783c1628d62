// Commands of an embedder's own: rows like all others.
#include <gtest/gtest.h>

#include <any>
#include <stdexcept>
#include <string>

#include <ferry/command.hpp>

#include "support/test_client.hpp"
#include "support/test_server.hpp"

namespace ferry::test {
namespace {

// Removes a directory with all that is in it.
Task<Result<void>> remove_tree(FileSystem& files, FtpPath path) {
  const auto reader = co_await files.list(path, Detail::names);
  if (!reader) co_return std::unexpected(reader.error());
  for (;;) {
    const auto entries = co_await (*reader)->next();
    if (!entries) co_return std::unexpected(entries.error());
    if (entries->empty()) break;
    for (const DirectoryEntry& entry : *entries) {
      const FtpPath child = path.child(entry.name).value();
      const bool is_directory = entry.info.kind == FileKind::directory;
      Task<Result<void>> removal = is_directory ? remove_tree(files, child) : files.remove_file(child);
      const auto removed = co_await std::move(removal);
      if (!removed) co_return removed;
    }
  }
  co_return co_await files.remove_directory(path);
}

Task<CommandReply> site_rmtree(CommandSession& session, std::string_view argument) {
  const auto files = session.files();
  const auto removed = co_await remove_tree(*files, session.resolve(argument));
  if (!removed) co_return CommandReply{.code = 550, .text = "Not removed."};
  co_return CommandReply{.code = 250, .text = "Tree removed."};
}

// Says who asks, where, and what they may do there.
Task<CommandReply> xwho(CommandSession& session, std::string_view argument) {
  const SessionFacts facts = session.facts();
  const Permissions permissions = co_await session.permissions(session.resolve(argument));
  const std::string* const note = std::any_cast<std::string>(&facts.attachment);
  const std::string lines = "user " + facts.user + "\ndirectory " + session.directory().text() + "\nmay " +
                            permissions.letters() + "\nnote " + (note ? *note : "none");
  co_return CommandReply{.code = 211, .text = lines};
}

ServerSetup with_own_commands() {
  ServerSetup setup;
  setup.configure = [](Config& config) {
    config.commands.push_back({.verb = "SITE RMTREE",
                               .run = site_rmtree,
                               .argument = ArgumentRule::required,
                               .needs = Permission::remove,
                               .replies = {250, 550},
                               .help = "SITE RMTREE <SP> pathname",
                               .feat = "RMTREE"});
    config.commands.push_back({.verb = "XWHO", .run = xwho, .before_login = true, .replies = {211}});
    config.commands.push_back({.verb = "XBYE",
                               .run = [](CommandSession&, std::string_view) -> Task<CommandReply> {
                                 co_return CommandReply{.code = 221, .text = "See you.", .close = true};
                               },
                               .replies = {221}});
    config.commands.push_back({.verb = "SYST",
                               .run = [](CommandSession&, std::string_view) -> Task<CommandReply> {
                                 co_return CommandReply{.code = 215, .text = "A system of its own"};
                               },
                               .before_login = true,
                               .argument = ArgumentRule::none,
                               .replies = {215}});
  };
  return setup;
}

TEST(OwnCommand, DoesItsWork) {
  TestServer server(with_own_commands());
  server.tree().make_directory("/d");
  server.tree().make_directory("/d/e");
  server.tree().make_file("/d/e/f", "content");
  server.tree().make_file("/d/f", "content");
  TestClient client(server);
  client.login();
  EXPECT_EQ(client.expect("SITE RMTREE d", 250).lines.front(), "250 Tree removed.");
  client.expect("site rmtree d", 550);
  EXPECT_TRUE(server.tree().names("/").empty());
  client.quit();
}

TEST(OwnCommand, IsCheckedAsItsRowSays) {
  TestServer server(with_own_commands());
  server.tree().make_directory("/d");
  TestClient client(server);
  client.expect("SITE RMTREE d", 530);
  client.login("reader");
  client.expect("SITE RMTREE d", 550);
  client.login("alice");
  client.expect("SITE RMTREE", 501);
  client.expect("SYST x", 501);
  EXPECT_TRUE(server.tree().is_directory("/d"));
  client.quit();
}

TEST(OwnCommand, NeedsItsPermissionAtThePathThatItNames) {
  TestServer server(with_own_commands());
  server.tree().make_directory("/open");
  server.tree().make_directory("/shut");
  const FtpPath shut = FtpPath().child("shut").value();
  server.users().override_permissions("alice", {.directory = shut, .permissions = Permissions::read_only()});
  TestClient client(server);
  client.login();
  client.expect("SITE RMTREE shut", 550);
  client.expect("SITE RMTREE open", 250);
  client.quit();
}

TEST(OwnCommand, IsNamedByHelpAndFeat) {
  TestServer server(with_own_commands());
  TestClient client(server);
  EXPECT_NE(client.expect("HELP", 214).text().find(" XWHO"), std::string::npos);
  EXPECT_EQ(client.expect("HELP XWHO", 214).lines.front(), "214 Syntax: XWHO");
  EXPECT_NE(client.expect("SITE HELP", 214).text().find(" RMTREE"), std::string::npos);
  EXPECT_EQ(client.expect("SITE HELP rmtree", 214).lines.front(), "214 Syntax: SITE RMTREE <SP> pathname");
  EXPECT_NE(client.expect("FEAT", 211).text().find("\n RMTREE\n"), std::string::npos);
  client.quit();
}

TEST(OwnCommand, SeesTheSession) {
  TestServer server(with_own_commands());
  Account account;
  account.files = server.tree().files();
  account.permissions = Permissions::parse("el").value();
  account.attachment = std::string("customer 42");
  server.users().add("bob", Secret("secret"), account);
  server.tree().make_directory("/d");
  TestClient client(server);
  EXPECT_EQ(client.expect("XWHO", 211).text(), "211-user \n directory /\n may \n211 note none");
  client.login("bob");
  client.expect("CWD d", 250);
  EXPECT_EQ(client.expect("XWHO", 211).text(), "211-user bob\n directory /d\n may el\n211 note customer 42");
  client.quit();
}

TEST(OwnCommand, MayReplaceABuiltInOneAndMayEndTheSession) {
  TestServer server(with_own_commands());
  TestClient client(server);
  EXPECT_EQ(client.expect("SYST", 215).lines.front(), "215 A system of its own");
  client.login();
  EXPECT_EQ(client.expect("XBYE", 221).lines.front(), "221 See you.");
  client.expect_closed();
}

TEST(OwnCommand, ThatThrowsEndsItsSessionOnly) {
  auto log = std::make_shared<LogKeeper>();
  ServerSetup setup;
  setup.configure = [&](Config& config) {
    // Errors are what this test is about: the server's own keeper would fail it.
    config.log = [log](const LogRecord& record) { log->keep(record); };
    config.commands.push_back({.verb = "XFAIL",
                               .run = [](CommandSession&, std::string_view) -> Task<CommandReply> {
                                 throw std::runtime_error("a bug");
                                 co_return CommandReply{};
                               },
                               .replies = {200}});
    config.commands.push_back({.verb = "XODD",
                               .run = [](CommandSession&, std::string_view) -> Task<CommandReply> {
                                 co_return CommandReply{.code = 150, .text = "More to come"};
                               },
                               .replies = {200}});
  };
  TestServer server(setup);
  TestClient other(server);
  other.login();
  TestClient client(server);
  client.login();
  client.expect("XODD", 451);
  client.expect("XFAIL", 421);
  client.expect_closed();
  other.expect("NOOP", 200);
  EXPECT_EQ(log->errors().size(), 2u);
}

}  // namespace
}  // namespace ferry::test
