#include "session/command_set.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include <ferry/config.hpp>

namespace ferry::test {
namespace {

using testing::HasSubstr;
using testing::Optional;

Task<CommandReply> answer(CommandSession&, std::string_view) { co_return CommandReply{.code = 200, .text = "Done."}; }

OwnCommand own(std::string verb) {
  OwnCommand command;
  command.verb = std::move(verb);
  command.run = answer;
  command.replies = {200, 550};
  return command;
}

TEST(CommandSet, HoldsTheRowsThatAreEnabled) {
  Config config;
  EXPECT_EQ(CommandSet(config).find("AUTH"), nullptr);
  config.tls.emplace();
  config.permit_owner_changes = true;
  config.permit_foreign_addresses = true;
  const CommandSet commands(config);
  ASSERT_NE(commands.find("AUTH"), nullptr);
  EXPECT_EQ(commands.rows().size(), command_table().size());
  for (const CommandSpec* const row : commands.rows()) EXPECT_EQ(commands.find(row->verb), row) << row->verb;
  EXPECT_EQ(commands.find("AUT"), nullptr);
  EXPECT_EQ(commands.find(""), nullptr);
}

TEST(CommandSet, LeavesOutWhatIsDisabled) {
  Config config;
  config.disabled_commands = {"HASH", "SITE CHMOD"};
  const CommandSet commands(config);
  EXPECT_EQ(commands.find("HASH"), nullptr);
  EXPECT_EQ(commands.find("SITE CHMOD"), nullptr);
  EXPECT_NE(commands.find("SITE"), nullptr);
  EXPECT_EQ(trouble_with_disabled(config.disabled_commands), std::nullopt);
  EXPECT_TRUE(trouble_with_disabled({"hash"}));
  EXPECT_TRUE(trouble_with_disabled({"FETCH"}));
}

TEST(CommandSet, AnOwnCommandIsARowOfItsOwn) {
  Config config;
  OwnCommand tree = own("SITE RMTREE");
  tree.argument = ArgumentRule::required;
  tree.needs = Permission::remove;
  tree.help = "SITE RMTREE <SP> pathname";
  tree.feat = "RMTREE";
  config.commands = {tree};
  const CommandSet commands(config);
  const CommandSpec* const row = commands.find("SITE RMTREE");
  ASSERT_NE(row, nullptr);
  EXPECT_EQ(commands.rows().back(), row);
  EXPECT_EQ(row->when, When::logged_in);
  EXPECT_EQ(row->argument, ArgumentRule::required);
  EXPECT_EQ(row->needs, Permission::remove);
  EXPECT_EQ(row->during_transfer, DuringTransfer::waits);
  EXPECT_EQ(row->help, "SITE RMTREE <SP> pathname");
  EXPECT_EQ(row->feat, "RMTREE");
  EXPECT_TRUE(row->may_reply(200));
  EXPECT_FALSE(row->may_reply(250));
}

TEST(CommandSet, AnOwnCommandTakesThePlaceOfABuiltInOne) {
  Config config;
  config.commands = {own("NOOP")};
  const CommandSet commands(config);
  ASSERT_NE(commands.find("NOOP"), nullptr);
  EXPECT_EQ(commands.find("NOOP")->own, &config.commands.front());
  EXPECT_EQ(std::ranges::count(commands.rows(), "NOOP", &CommandSpec::verb), 1);
}

TEST(OwnCommands, ThatCannotBeRowsAreRefused) {
  EXPECT_EQ(trouble_with({own("XTREE"), own("SITE XTREE"), own("NOOP")}), std::nullopt);
  for (const char* verb : {"", "lower", "TWO WORDS", "SITE ", "SITE SITE X", "X1", "ABCDEFGHIJKLM"})
    EXPECT_THAT(trouble_with({own(verb)}), Optional(HasSubstr("is no verb"))) << verb;
  for (const char* verb : {"USER", "PASS", "REIN", "QUIT", "AUTH", "ABOR", "SITE", "RETR", "STOR", "LIST"})
    EXPECT_THAT(trouble_with({own(verb)}), Optional(HasSubstr("cannot be replaced"))) << verb;
  EXPECT_THAT(trouble_with({own("XA"), own("XA")}), Optional(HasSubstr("twice")));

  OwnCommand odd = own("XODD");
  odd.run = nullptr;
  EXPECT_THAT(trouble_with({odd}), Optional(HasSubstr("no handler")));
  odd = own("XODD");
  for (const std::vector<int>& codes : {std::vector<int>{}, {150}, {600}, std::vector<int>(17, 200)}) {
    odd.replies = codes;
    EXPECT_THAT(trouble_with({odd}), Optional(HasSubstr("replies")));
  }
  odd = own("XODD");
  odd.feat = "X\r\n211 End";
  EXPECT_THAT(trouble_with({odd}), Optional(HasSubstr("more than one line")));
  odd = own("XODD");
  odd.before_login = true;
  odd.needs = Permission::list;
  EXPECT_THAT(trouble_with({odd}), Optional(HasSubstr("before the login")));
}

}  // namespace
}  // namespace ferry::test
