#include "session/command_table.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <ranges>
#include <set>

#include <ferry/config.hpp>

#include "session/command_set.hpp"
#include "session/reply_for.hpp"
#include "unit/session/kinds.hpp"

namespace ferry::test {
namespace {

Config with_tls() {
  Config config;
  config.tls.emplace();
  return config;
}

const CommandSpec& row(std::string_view verb) {
  const auto found = std::ranges::find(command_table(), verb, &CommandSpec::verb);
  if (found == command_table().end()) throw std::runtime_error("no row " + std::string(verb));
  return *found;
}

CommandLine line(std::string verb) { return {std::move(verb), "", false}; }
CommandLine line(std::string verb, std::string argument) { return {std::move(verb), std::move(argument), true}; }

// The built-in row that a server with this configuration finds.
FoundCommand found_in(const Config& config, const CommandLine& given) {
  const CommandSet commands(config);
  return find_command(given, commands);
}

TEST(CommandTable, EveryRowIsComplete) {
  for (const CommandSpec& spec : command_table()) {
    EXPECT_NE(spec.run, nullptr) << spec.verb;
    EXPECT_FALSE(spec.spec.empty()) << spec.verb;
    EXPECT_FALSE(spec.replies.list().empty()) << spec.verb;
    EXPECT_TRUE(spec.help == spec.verb || spec.help.starts_with(std::string(spec.verb) + ' ')) << spec.help;
  }
}

TEST(CommandTable, EveryVerbHasOneRow) {
  std::set<std::string_view> seen;
  for (const CommandSpec& spec : command_table()) {
    EXPECT_TRUE(seen.insert(spec.verb).second) << spec.verb;
    EXPECT_EQ(spec.verb.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 "), std::string_view::npos)
        << spec.verb;
  }
}

TEST(CommandTable, RepliesAreReplyCodesAndEachIsNamedOnce) {
  for (const CommandSpec& spec : command_table()) {
    const std::set<short> codes(spec.replies.list().begin(), spec.replies.list().end());
    EXPECT_EQ(codes.size(), spec.replies.list().size()) << spec.verb;
    for (const short code : codes) EXPECT_TRUE(code >= 100 && code < 600) << spec.verb << " " << code;
  }
}

TEST(CommandTable, TheSyntaxSaysWhatTheArgumentRuleSays) {
  for (const CommandSpec& spec : command_table()) {
    const std::string_view rest = spec.help.substr(spec.verb.size());
    switch (spec.argument) {
      case ArgumentRule::none:
        EXPECT_EQ(rest, "") << spec.help;
        break;
      case ArgumentRule::optional:  // STOU and PASS take one that RFC 959 does not name as optional
        EXPECT_TRUE(rest.empty() || rest.starts_with(" [<SP> ") || spec.verb == "PASS") << spec.help;
        break;
      case ArgumentRule::required:
        EXPECT_TRUE(rest.starts_with(" <SP> ")) << spec.help;
        break;
    }
  }
}

TEST(CommandTable, PermissionsNeedALogin) {
  for (const CommandSpec& spec : command_table()) {
    if (spec.needs != Permission::none) {
      EXPECT_NE(spec.when, When::any) << spec.verb;
    }
  }
}

TEST(CommandTable, TransfersWaitForTheTransferBeforeThem) {
  for (const CommandSpec& spec : command_table()) {
    if (!spec.transfers) continue;
    EXPECT_EQ(spec.during_transfer, DuringTransfer::waits) << spec.verb;
    for (const int code : {150, 226, 425, 426}) EXPECT_TRUE(spec.replies.contains(code)) << spec.verb << " " << code;
  }
}

TEST(CommandTable, LongCommandsWaitForOneAnotherAndCanBeAborted) {
  for (const CommandSpec& spec : command_table()) {
    if (!spec.takes_long) continue;
    EXPECT_EQ(spec.during_transfer, DuringTransfer::waits) << spec.verb;
    EXPECT_NE(spec.when, When::any) << spec.verb;
    EXPECT_FALSE(spec.transfers) << spec.verb;
    EXPECT_TRUE(spec.replies.contains(426)) << spec.verb;
  }
}

// A row with a permission is one whose handler asks the storage.
TEST(CommandTable, NoStorageCanCauseAReplyOutsideTheRow) {
  for (const CommandSpec& spec : command_table()) {
    if (spec.needs == Permission::none) continue;
    for (const FsErrc error : every_fs_error) {
      EXPECT_TRUE(spec.replies.contains(reply_for(FsError(error)).code())) << spec.verb;
      EXPECT_TRUE(spec.replies.contains(reply_for_target(FsError(error)).code())) << spec.verb;
    }
  }
}

TEST(CommandTable, NoTransferCanEndWithAReplyOutsideTheRow) {
  for (const CommandSpec& spec : command_table()) {
    if (!spec.transfers) continue;
    for (const TransferEnd::Kind kind : every_transfer_end)
      EXPECT_TRUE(spec.replies.contains(reply_for(TransferEnd(kind)).code())) << spec.verb;
  }
}

TEST(CommandTable, OnlyPasswordsAndAccountsAreSecret) {
  for (const CommandSpec& spec : command_table())
    EXPECT_EQ(spec.secret, spec.verb == "PASS" || spec.verb == "ACCT") << spec.verb;
}

TEST(CommandTable, AFeatureHasOneLine) {
  std::set<std::string_view> seen;
  for (const CommandSpec& spec : command_table()) {
    EXPECT_TRUE(spec.feat.empty() || !spec.feat_now) << spec.verb;
    if (!spec.feat.empty()) {
      EXPECT_TRUE(seen.insert(spec.feat).second) << spec.feat;
    }
  }
}

TEST(MayReply, CountsTheRefusalsOfDispatch) {
  for (const CommandSpec& spec : command_table())
    for (const int code : {421, 451, 500, 501}) EXPECT_TRUE(spec.may_reply(code)) << spec.verb << " " << code;
  EXPECT_TRUE(row("PWD").may_reply(530));
  EXPECT_FALSE(row("NOOP").may_reply(530));
  EXPECT_TRUE(row("SIZE").may_reply(550));
  EXPECT_FALSE(row("PWD").may_reply(550));
  EXPECT_TRUE(row("LIST").may_reply(521));
  EXPECT_TRUE(row("LIST").may_reply(425));
  EXPECT_FALSE(row("PWD").may_reply(521));
  EXPECT_TRUE(row("NOOP").may_reply(200));
  EXPECT_FALSE(row("NOOP").may_reply(226));
}

TEST(FindCommand, FindsTheRowOfAVerb) {
  const CommandLine retr = line("RETR", " a b ");
  const FoundCommand found = found_in(Config(), retr);
  EXPECT_EQ(found.spec, &row("RETR"));
  EXPECT_EQ(found.argument, " a b ");  // RFC 2640 §3.1: spaces belong to the name
  EXPECT_TRUE(found.has_argument);
}

TEST(FindCommand, ASpaceAloneIsNoArgument) {
  const CommandLine cwd = line("CWD", "");
  EXPECT_FALSE(found_in(Config(), cwd).has_argument);
  const CommandLine noop = line("NOOP");
  EXPECT_FALSE(found_in(Config(), noop).has_argument);
}

TEST(FindCommand, FindsNothingForAnUnknownVerb) {
  for (const char* verb : {"XYZZY", "RET", "RETRX", "CHMOD"}) {
    const CommandLine unknown = line(verb);
    EXPECT_EQ(found_in(Config(), unknown).spec, nullptr) << verb;
  }
}

TEST(FindCommand, LooksBehindSite) {
  const CommandLine chmod = line("SITE", "chmod 644 a b");
  FoundCommand found = found_in(Config(), chmod);
  EXPECT_EQ(found.spec, &row("SITE CHMOD"));
  EXPECT_EQ(found.argument, "644 a b");
  EXPECT_TRUE(found.has_argument);

  const CommandLine site_help = line("SITE", "HELP");
  found = found_in(Config(), site_help);
  EXPECT_EQ(found.spec, &row("SITE HELP"));
  EXPECT_FALSE(found.has_argument);

  for (const char* argument : {"UNKNOWN x", "CHMODX", " CHMOD 644 f"}) {
    const CommandLine unknown = line("SITE", argument);
    found = found_in(Config(), unknown);
    EXPECT_EQ(found.spec, &row("SITE")) << argument;
    EXPECT_EQ(found.argument, argument);
  }
  const CommandLine alone = line("SITE");
  EXPECT_EQ(found_in(Config(), alone).spec, &row("SITE"));
}

TEST(FindCommand, RowsThatAreNotEnabledDoNotExist) {
  for (const char* verb : {"AUTH", "PBSZ", "PROT", "CCC", "ADAT", "MIC", "CONF", "ENC"}) {
    const CommandLine protection = line(verb, "x");
    EXPECT_EQ(found_in(Config(), protection).spec, nullptr) << verb;
    EXPECT_EQ(found_in(with_tls(), protection).spec, &row(verb)) << verb;
  }
}

}  // namespace
}  // namespace ferry::test
