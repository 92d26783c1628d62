#include "session/dispatch.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <vector>

#include "session/session.hpp"
#include "unit/net/on_loop.hpp"
#include "unit/net/socket_pair.hpp"

namespace ferry::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Task<Reply> done(Session&, Command) { co_return Reply(200, "Command okay."); }

// A row that needs everything: what is missing decides which refusal comes first.
constexpr CommandSpec demanding = {.verb = "DEMAND",
                                   .run = done,
                                   .argument = ArgumentRule::required,
                                   .needs = Permission::retrieve,
                                   .transfers = true,
                                   .replies = {200},
                                   .help = "DEMAND <SP> argument",
                                   .spec = "none"};

// A session without anybody at its other end, and what it logs.
class TestSession {
 public:
  explicit TestSession(Loop& loop, Config config = {})
      : services_(logging(std::move(config))), session_(7, loop, services_, socket_pair().ours, Endpoint()) {}

  Session& session() { return session_; }
  const std::vector<std::string>& logged() const { return logged_; }

  void log_in(Permissions permissions = Permissions::all()) {
    Account account;
    account.files = memory_file_system();
    account.permissions = permissions;
    session_.log_in("alice", std::move(account));
  }

  Task<int> run(const CommandSpec& spec, std::string argument = {}) {
    const FoundCommand found{&spec, argument, !argument.empty()};
    const Reply reply = co_await dispatch(session_, found);
    co_return reply.code();
  }

  Task<int> run(std::string verb, std::string argument = {}) {
    const CommandLine line{std::move(verb), argument, !argument.empty()};
    const Reply reply = co_await dispatch(session_, find_command(line, services_.commands));
    co_return reply.code();
  }

 private:
  Config logging(Config config) {
    config.log_level = LogLevel::debug;
    config.log = [this](const LogRecord& record) {
      logged_.push_back(std::string(record.event) + ": " + std::string(record.text));
    };
    return config;
  }

  std::vector<std::string> logged_;
  Services services_;
  Session session_;
};

TEST(Dispatch, AnUnknownCommandIs500) {
  on_loop([](Loop& loop) -> Task<void> {
    TestSession test(loop);
    EXPECT_EQ(co_await test.run("XYZZY"), 500);
  });
}

TEST(Dispatch, RefusesInTheOrderArgumentLoginPermissionProtectionDataPort) {
  on_loop([](Loop& loop) -> Task<void> {
    Config config;
    config.tls.emplace();
    config.tls->required_for_data = true;
    TestSession test(loop, std::move(config));
    EXPECT_EQ(co_await test.run(demanding), 501);
    EXPECT_EQ(co_await test.run(demanding, "x"), 530);
    test.log_in(Permissions::none());
    EXPECT_EQ(co_await test.run(demanding, "x"), 550);
    co_await test.session().log_out();
    test.log_in(Permissions::all());
    EXPECT_EQ(co_await test.run(demanding, "x"), 521);
    test.session().protection = ProtectionLevel::private_;
    EXPECT_EQ(co_await test.run(demanding, "x"), 425);
    test.session().data_port.connect_to({loopback(), 2000});
    EXPECT_EQ(co_await test.run(demanding, "x"), 200);
  });
}

TEST(Dispatch, RefusesAnArgumentWhereThereMustBeNone) {
  on_loop([](Loop& loop) -> Task<void> {
    TestSession test(loop);
    CommandSpec spec = demanding;
    spec.argument = ArgumentRule::none;
    EXPECT_EQ(co_await test.run(spec, "x"), 501);
    EXPECT_EQ(co_await test.run(spec), 530);
  });
}

TEST(Dispatch, ARowForAnybodyNeedsNoLogin) {
  on_loop([](Loop& loop) -> Task<void> {
    TestSession test(loop);
    const CommandSpec spec{.verb = "ANY", .run = done, .when = When::any, .replies = {200}, .help = "", .spec = ""};
    EXPECT_EQ(co_await test.run(spec), 200);
  });
}

TEST(Dispatch, ARowMayNeedTheLoginForItsArgumentOnly) {
  on_loop([](Loop& loop) -> Task<void> {
    TestSession test(loop);
    CommandSpec spec = demanding;
    spec.when = When::with_argument_logged_in;
    spec.argument = ArgumentRule::optional;
    spec.transfers = false;
    EXPECT_EQ(co_await test.run(spec), 200);
    EXPECT_EQ(co_await test.run(spec, "x"), 530);
    test.log_in(Permissions::none());
    EXPECT_EQ(co_await test.run(spec), 200);
    EXPECT_EQ(co_await test.run(spec, "x"), 550);
  });
}

TEST(Dispatch, TheRestartPointLastsUntilTheNextCommandThatIsNotAboutTheDataPort) {
  on_loop([](Loop& loop) -> Task<void> {
    TestSession test(loop);
    test.log_in();
    for (const auto& [verb, kept] : {std::pair{"EPSV", true}, {"NOOP", false}, {"XYZZY", false}, {"TYPE", false}}) {
      EXPECT_EQ(co_await test.run("REST", "100"), 350);
      EXPECT_EQ(restart_point_in(test.session().prepared), 100u);
      co_await test.run(verb);
      EXPECT_EQ(restart_point_in(test.session().prepared), kept ? 100u : 0u) << verb;
    }
  });
}

TEST(Dispatch, RenameFromLastsForTheNextCommandOnly) {
  on_loop([](Loop& loop) -> Task<void> {
    TestSession test(loop);
    test.log_in();
    for (const char* between : {"NOOP", "XYZZY", "EPSV", "RETR"}) {
      EXPECT_EQ(co_await test.run("MKD", "dir"), 257);
      EXPECT_EQ(co_await test.run("RNFR", "dir"), 350);
      EXPECT_TRUE(std::holds_alternative<RenameFrom>(test.session().prepared));
      co_await test.run(between);
      EXPECT_FALSE(std::holds_alternative<RenameFrom>(test.session().prepared)) << between;
      EXPECT_EQ(co_await test.run("RNTO", "other"), 503);
      EXPECT_EQ(co_await test.run("RMD", "dir"), 250);
    }
  });
}

TEST(Dispatch, RenameFromAndTheRestartPointExcludeEachOther) {
  on_loop([](Loop& loop) -> Task<void> {
    TestSession test(loop);
    test.log_in();
    EXPECT_EQ(co_await test.run("MKD", "dir"), 257);
    EXPECT_EQ(co_await test.run("REST", "100"), 350);
    EXPECT_EQ(co_await test.run("RNFR", "dir"), 350);
    EXPECT_EQ(restart_point_in(test.session().prepared), 0u);
    EXPECT_TRUE(std::holds_alternative<RenameFrom>(test.session().prepared));
    EXPECT_EQ(co_await test.run("REST", "100"), 350);
    EXPECT_FALSE(std::holds_alternative<RenameFrom>(test.session().prepared));
    EXPECT_EQ(restart_point_in(test.session().prepared), 100u);
  });
}

TEST(Dispatch, LogsCommandsButNoSecrets) {
  on_loop([](Loop& loop) -> Task<void> {
    TestSession test(loop);
    CommandSpec spec = demanding;
    spec.when = When::any;
    spec.transfers = false;
    co_await test.run(spec, "a\nb");
    spec.secret = true;
    co_await test.run(spec, "hunter2");
    EXPECT_THAT(test.logged(), ElementsAre("command: DEMAND a\\x0Ab", "command: DEMAND ***"));
  });
}

TEST(Dispatch, AReplyOutsideTheRowIsLoggedAsAnError) {
  on_loop([](Loop& loop) -> Task<void> {
    TestSession test(loop);
    const CommandSpec spec{.verb = "ODD", .run = done, .when = When::any, .replies = {250}, .help = "", .spec = ""};
    EXPECT_EQ(co_await test.run(spec), 200);
    CO_ASSERT_TRUE(!test.logged().empty());
    EXPECT_THAT(test.logged().back(), HasSubstr("ODD answered 200"));
  });
}

TEST(BadLine, IsASyntaxError) {
  EXPECT_EQ(reply_to_bad_line(LineErrc::too_long).code(), 500);
  EXPECT_EQ(reply_to_bad_line(LineErrc::malformed).code(), 500);
  EXPECT_EQ(reply_to_bad_line(LineErrc::bad_octet).code(), 501);
}

TEST(ForeignVerb, IsOneOfHttpOrSmtpAndNoneOfOurs) {
  for (const char* verb : {"GET", "POST", "HEAD", "OPTIONS", "CONNECT", "HELO", "EHLO", "MAIL", "RCPT", "DATA"})
    EXPECT_TRUE(is_foreign_verb(verb)) << verb;
  EXPECT_FALSE(is_foreign_verb("XYZZY"));
  for (const CommandSpec& spec : command_table()) EXPECT_FALSE(is_foreign_verb(spec.verb)) << spec.verb;
}

}  // namespace
}  // namespace ferry::test
