// Users of the machine over FTP, with throw-away accounts. Needs root, as the server does that serves them.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <any>
#include <atomic>
#include <chrono>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include <ferry/sync_wait.hpp>
#include <ferry/system_users.hpp>
#include <ferry/unix_identity.hpp>

#include "support/test_client.hpp"
#include "support/test_server.hpp"
#include "support/throwaway_accounts.hpp"

namespace ferry::test {
namespace {

using namespace std::chrono_literals;

ServerSetup serving(const SystemUserOptions& options) {
  ServerSetup setup;
  setup.configure = [options](Config& config) {
    config.authenticator = system_users(options);
    config.threads = 2;
    // As whom a pool thread of the server itself works.
    config.commands.push_back({.verb = "XUID",
                               .run = [](CommandSession&, std::string_view) -> Task<CommandReply> {
                                 const auto look = [] {
                                   return std::to_string(::geteuid()) + "/" + std::to_string(::getegid());
                                 };
                                 const std::string ids = co_await run_blocking(look);
                                 co_return CommandReply{.code = 200, .text = ids};
                               },
                               .before_login = true,
                               .replies = {200}});
  };
  return setup;
}

struct stat facts(const std::string& path) {
  struct stat result{};
  EXPECT_EQ(::stat(path.c_str(), &result), 0) << path;
  return result;
}

void expect_refused(TestServer& server, const std::string& user, const std::string& password = "secret") {
  TestClient client(server);
  client.expect("USER " + user, 331);
  client.expect("PASS " + password, 530);
}

// By threads of the server that act as the users, and by processes of their own.
class SystemUsers : public testing::TestWithParam<bool> {
 protected:
  SystemUserOptions options() const {
    SystemUserOptions result = accounts_.options();
    result.separate_process = GetParam();
    return result;
  }

  ThrowawayAccounts accounts_;
  const ThrowawayAccounts::Account ann_ = accounts_.add("ann", "secret");
  const ThrowawayAccounts::Account ben_ = accounts_.add("ben", "other");
};

TEST_P(SystemUsers, SeeTheirHomesAndOwnTheirFiles) {
  TestServer server(serving(options()));
  TestClient client(server);
  client.login("ann");
  client.upload("STOR f", "content");
  client.expect("MKD d", 257);
  client.upload("STOU", "unique");
  EXPECT_EQ(client.download("RETR f"), "content");
  for (const std::string name : {"f", "d"}) {
    EXPECT_EQ(facts(ann_.home + "/" + name).st_uid, ann_.user);
    EXPECT_EQ(facts(ann_.home + "/" + name).st_gid, ann_.group);
  }
  client.expect("SITE CHMOD 640 f", 200);
  EXPECT_EQ(facts(ann_.home + "/f").st_mode & 07777u, 0640u);
  client.expect("DELE f", 250);
  client.expect("RMD d", 250);
  client.quit();
}

TEST_P(SystemUsers, NeedTheirOwnPasswords) {
  TestServer server(serving(options()));
  expect_refused(server, "ann", "wrong");
  expect_refused(server, "ann", "other");
  expect_refused(server, "ann", "");
  expect_refused(server, "nobody-of-that-name");
  expect_refused(server, "anonymous");
  TestClient client(server);
  client.login("ben", "other");
}

TEST_P(SystemUsers, AreRefusedByNameShellAndAge) {
  accounts_.add("shell-less", "secret", "/usr/sbin/nologin");
  SystemUserOptions options = this->options();
  options.rejected = {"ann"};
  {
    TestServer server(serving(options));
    expect_refused(server, "ann");
    expect_refused(server, "shell-less");
    TestClient client(server);
    client.login("ben", "other");
  }
  options.rejected.clear();
  options.allowed = {"shell-less", "ann"};
  options.require_valid_shell = false;
  {
    TestServer server(serving(options));
    expect_refused(server, "ben", "other");
    TestClient client(server);
    client.login("ann");
    client.login("shell-less");
  }
  accounts_.set_ageing("ann", "secret", "0:0:99999:7:::");
  TestServer server(serving(options));
  expect_refused(server, "ann");
}

TEST_P(SystemUsers, MayBeOverriddenOneByOne) {
  SystemUserOptions options = this->options();
  options.login_message = "Welcome.";
  SystemUserOverride& own = options.users["ann"];
  own.password = Secret("another");
  own.home = ben_.home;
  own.permissions = Permissions::read_only();
  own.login_message = "Welcome, Ann.";
  own.quit_message = "Bye, Ann.";
  ASSERT_EQ(::chmod(ben_.home.c_str(), 0755), 0);
  std::ofstream(ben_.home + "/of-ben") << "content";
  TestServer server(serving(options));
  expect_refused(server, "ann");
  TestClient client(server);
  client.expect("USER ann", 331);
  EXPECT_EQ(client.expect("PASS another", 230).lines.front(), "230 Welcome, Ann.");
  EXPECT_EQ(client.download("RETR of-ben"), "content");
  client.expect("MKD d", 550);
  EXPECT_EQ(client.expect("QUIT", 221).lines.front(), "221 Bye, Ann.");
  TestClient other(server);
  other.expect("USER ben", 331);
  EXPECT_EQ(other.expect("PASS other", 230).lines.front(), "230 Welcome.");
}

TEST_P(SystemUsers, HaveLimitsRatesAndPoliciesAsStaticUsersHave) {
  SystemUserOptions options = this->options();
  options.sessions = 7;
  options.idle_timeout = 7s;
  options.uploads = UploadPolicy{.durability = Durability::file};
  options.rates.session.up = 7000;
  options.anonymous_user = "ben";
  SystemUserOverride& own = options.users["ann"];
  own.sessions = 1;
  own.idle_timeout = 1s;
  own.uploads = UploadPolicy{.atomic = Atomicity::always};
  own.rates = RateLimits{.session = {.down = 1000}, .user = {}};
  own.administrator = true;
  own.attachment = std::string("her own");
  const auto users = system_users(options);
  const auto log_in = [&](const char* name, const char* password) {
    LoginRequest request;
    request.user = name;
    request.password = Secret(password);
    return sync_wait(users->authenticate(request)).value();
  };
  const Account ann = log_in("ann", "secret");
  EXPECT_EQ(ann.sessions, 1u);
  EXPECT_EQ(ann.idle_timeout, 1s);
  EXPECT_EQ(ann.uploads, own.uploads);
  EXPECT_EQ(ann.rates, own.rates);
  EXPECT_TRUE(ann.administrator);
  EXPECT_EQ(std::any_cast<std::string>(ann.attachment), "her own");
  const Account ben = log_in("ben", "other");
  EXPECT_EQ(ben.sessions, 7u);
  EXPECT_EQ(ben.idle_timeout, 7s);
  EXPECT_EQ(ben.uploads, options.uploads);
  EXPECT_EQ(ben.rates, options.rates);
  EXPECT_FALSE(ben.administrator);
  EXPECT_FALSE(ben.attachment.has_value());
  EXPECT_EQ(log_in("anonymous", "x@y").sessions, 0u);
}

// What a killed server has left in a home goes in the background when its user comes for the first time.
TEST_P(SystemUsers, FindTheirHomesClearedOfLeftOvers) {
  ASSERT_EQ(::mkdir((ann_.home + "/d").c_str(), 0700), 0);
  ASSERT_EQ(::chown((ann_.home + "/d").c_str(), ann_.user, ann_.group), 0);
  const std::string abandoned = ann_.home + "/d/.ferry-0123456789abcdef";
  const std::string written = ann_.home + "/.ferry-fedcba9876543210";
  const std::string of_ben = ben_.home + "/.ferry-0123456789abcdef";
  for (const std::string& path : {abandoned, written, of_ben}) std::ofstream(path) << "half";
  for (const std::string& path : {abandoned, written}) ASSERT_EQ(::chown(path.c_str(), ann_.user, ann_.group), 0);
  const int writer = ::open(written.c_str(), O_RDONLY | O_CLOEXEC);
  ASSERT_EQ(::flock(writer, LOCK_EX), 0);
  TestServer server(serving(options()));
  TestClient client(server);
  client.login("ann");
  while (::access(abandoned.c_str(), F_OK) == 0) client.expect("NOOP", 200);
  client.quit();
  server.stop();
  ::close(writer);
  EXPECT_EQ(::access(written.c_str(), F_OK), 0);
  EXPECT_EQ(::access(of_ben.c_str(), F_OK), 0);
}

TEST_P(SystemUsers, HaveTheLimitsOfTheirSessions) {
  SystemUserOptions options = this->options();
  options.sessions = 1;
  TestServer server(serving(options));
  TestClient client(server);
  client.login("ann");
  expect_refused(server, "ann");
  TestClient other(server);
  other.login("ben", "other");
}

TEST_P(SystemUsers, StandInForAnonymous) {
  SystemUserOptions options = this->options();
  options.anonymous_user = "ben";
  std::ofstream(ben_.home + "/f") << "content";
  ASSERT_EQ(::chown((ben_.home + "/f").c_str(), ben_.user, ben_.group), 0);
  TestServer server(serving(options));
  for (const char* name : {"anonymous", "ftp"}) {
    TestClient client(server);
    client.login(name, "me@example.org");
    EXPECT_EQ(client.download("RETR f"), "content");
    client.expect("DELE f", 550);
    client.quit();
  }
  expect_refused(server, "ben", "me@example.org");
}

TEST_P(SystemUsers, MayHaveTheWholeMachineWithTheirOwnRights) {
  SystemUserOptions options = this->options();
  options.confined = false;
  TestServer server(serving(options));
  TestClient client(server);
  client.login("ann");
  EXPECT_NE(client.expect("PWD", 257).text().find('"' + ann_.home + '"'), std::string::npos);
  client.upload("STOR f", "content");
  EXPECT_EQ(facts(ann_.home + "/f").st_uid, ann_.user);
  client.expect("CWD " + ben_.home, 550);
  client.expect("CWD /usr", 250);
  client.expect("MKD d", 550);
  client.expect("CWD /proc/self", 250);
  client.quit();
}

TEST_P(SystemUsers, HaveTheRightsOfTheirGroups) {
  const gid_t team = accounts_.add_group("team", "someone,ann");
  const std::string shared = accounts_.path("shared");
  ASSERT_EQ(::mkdir(shared.c_str(), 0700), 0);
  ASSERT_EQ(::chown(shared.c_str(), 0, team), 0);
  ASSERT_EQ(::chmod(shared.c_str(), 02770), 0);
  SystemUserOptions options = this->options();
  options.users["ann"].home = shared;
  options.users["ben"].home = shared;
  TestServer server(serving(options));
  TestClient client(server);
  client.login("ann");
  client.upload("STOR f", "content");
  EXPECT_EQ(facts(shared + "/f").st_uid, ann_.user);
  EXPECT_EQ(facts(shared + "/f").st_gid, team);
  expect_refused(server, "ben", "other");
}

TEST_P(SystemUsers, NeverActAsOneAnother) {
  constexpr int rounds = 25;
  std::vector<ThrowawayAccounts::Account> users{ann_};
  for (const std::string name : {"u1", "u2", "u3", "u4", "u5"}) users.push_back(accounts_.add(name, "secret"));
  const std::vector<std::string> names{"ann", "u1", "u2", "u3", "u4", "u5"};
  TestServer server(serving(options()));

  std::atomic<int> running = static_cast<int>(users.size());
  std::atomic<int> failures = 0;
  std::vector<std::thread> threads;
  for (const std::string& name : names)
    threads.emplace_back([&server, &running, &failures, &name] {
      try {
        TestClient client(server);
        client.login(name);
        for (int i = 0; i < rounds; ++i) {
          const std::string number = std::to_string(i);
          client.upload("STOR f" + number, name);
          client.upload("APPE f" + number, name);
          client.expect("MKD d" + number, 257);
          if (client.download("RETR f" + number) != name + name) ++failures;
          client.expect("RNFR f" + number, 350);
          client.expect("RNTO d" + number + "/f", 250);
        }
        client.quit();
      } catch (const std::exception& error) {
        ADD_FAILURE() << name << ": " << error.what();
      }
      --running;
    });
  // Meanwhile the server's own work is done as the server itself.
  {
    TestClient watcher(server);
    do {
      EXPECT_EQ(watcher.expect("XUID", 200).lines.front(), "200 0/0");
    } while (running > 0);
  }
  for (std::thread& thread : threads) thread.join();

  EXPECT_EQ(failures, 0);
  for (const ThrowawayAccounts::Account& user : users)
    for (int i = 0; i < rounds; ++i) {
      const std::string directory = user.home + "/d" + std::to_string(i);
      for (const std::string& path : {directory, directory + "/f"}) {
        EXPECT_EQ(facts(path).st_uid, user.user) << path;
        EXPECT_EQ(facts(path).st_gid, user.group) << path;
      }
    }
  EXPECT_EQ(::geteuid(), 0u);
}

TEST_P(SystemUsers, MayBeAskedOfPam) {
  ASSERT_TRUE(has_pam()) << "built without libpam0g-dev";
  // A service of the test's own: a script that knows one password.
  const std::string service = accounts_.path("pam.d");
  const std::string script = accounts_.path("check");
  ASSERT_EQ(::mkdir(service.c_str(), 0755), 0);
  std::ofstream(script)
      << "#!/bin/sh\nread -r password\n[ \"$PAM_USER:$PAM_RHOST:$password\" = ann:127.0.0.1:of-pam ]\n";
  ASSERT_EQ(::chmod(script.c_str(), 0755), 0);
  std::ofstream(service + "/ferry-test") << "auth required pam_exec.so quiet expose_authtok " << script << "\n"
                                         << "account required pam_permit.so\n";
  SystemUserOptions options = this->options();
  options.passwords = SystemUserOptions::Passwords::pam;
  options.pam_service = "ferry-test";
  options.pam_directory = service;
  TestServer server(serving(options));
  expect_refused(server, "ann", "secret");
  expect_refused(server, "ben", "of-pam");
  TestClient client(server);
  client.login("ann", "of-pam");
  client.upload("STOR f", "content");
  EXPECT_EQ(facts(ann_.home + "/f").st_uid, ann_.user);
  client.quit();
}

TEST_P(SystemUsers, ThatCannotBeServedAreAMistakeOfTheProgram) {
  const auto refuses = [&](auto change) {
    SystemUserOptions options = this->options();
    change(options);
    EXPECT_THROW(system_users(options), ConfigError);
  };
  refuses([](SystemUserOptions& o) { o.allowed = o.rejected = {"ann"}; });
  refuses([](SystemUserOptions& o) { o.allowed = {"nobody-of-that-name"}; });
  refuses([](SystemUserOptions& o) { o.anonymous_user = "nobody-of-that-name"; });
  refuses([](SystemUserOptions& o) { o.users["nobody-of-that-name"].home = "/"; });
  refuses([](SystemUserOptions& o) { o.users["ann"].password = Secret(); });
  EXPECT_TRUE(system_users(options()));
}

INSTANTIATE_TEST_SUITE_P(By, SystemUsers, testing::Values(false, true),
                         [](const auto& parameter) { return std::string(parameter.param ? "Processes" : "Threads"); });

}  // namespace
}  // namespace ferry::test
