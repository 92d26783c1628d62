#include <gtest/gtest.h>

#include <stdexcept>
#include <thread>

#include <ferry/authenticator.hpp>

#include <ferry/sync_wait.hpp>

namespace ferry::test {
namespace {

Account account(std::string message = "") {
  Account result;
  result.files = memory_file_system();
  result.login_message = std::move(message);
  return result;
}

std::expected<Account, AuthErrc> login(StaticUsers& users, std::string name, std::string password) {
  LoginRequest request;
  request.user = std::move(name);
  request.password = Secret(std::move(password));
  return sync_wait(users.authenticate(request));
}

AuthErrc refusal(StaticUsers& users, std::string name, std::string password) {
  const auto result = login(users, std::move(name), std::move(password));
  EXPECT_FALSE(result);
  return result ? AuthErrc::unavailable : result.error();
}

TEST(StaticUsers, LetAUserInWithThePassword) {
  StaticUsers users;
  const Account alices = account("hello alice");
  users.add("alice", Secret("wonder"), alices);
  users.add("bob", Secret("builder"), account("hello bob"));
  const auto result = login(users, "alice", "wonder");
  ASSERT_TRUE(result);
  EXPECT_EQ(result->login_message, "hello alice");
  EXPECT_EQ(result->files, alices.files);
  EXPECT_EQ(result->permissions, Permissions::read_only());
}

TEST(StaticUsers, RefuseAllElseAlike) {
  StaticUsers users;
  users.add("alice", Secret("wonder"), account());
  for (const char* password : {"", "Wonder", "wonder ", "wonde", "wonderx"})
    EXPECT_EQ(refusal(users, "alice", password), AuthErrc::rejected);
  for (const char* name : {"", "Alice", "alice ", "bob", "anonymous", "ftp"})
    for (const char* password : {"", "wonder"}) EXPECT_EQ(refusal(users, name, password), AuthErrc::rejected);
}

TEST(StaticUsers, LetAnonymousUsersInWithAnyPasswordWhereThatIsAllowed) {
  StaticUsers users;
  users.allow_anonymous(account("welcome"));
  for (const char* name : {"anonymous", "ftp"})
    for (const char* password : {"", "guest@example.org"}) {
      const auto result = login(users, name, password);
      ASSERT_TRUE(result);
      EXPECT_EQ(result->login_message, "welcome");
    }
  EXPECT_EQ(refusal(users, "guest", ""), AuthErrc::rejected);
}

TEST(StaticUsers, PreferAUserCalledFtpToTheAnonymousOne) {
  StaticUsers users;
  users.allow_anonymous(account("anonymous"));
  users.add("ftp", Secret("secret"), account("own"));
  EXPECT_EQ(login(users, "ftp", "secret")->login_message, "own");
  EXPECT_EQ(refusal(users, "ftp", "guess"), AuthErrc::rejected);
  EXPECT_EQ(login(users, "anonymous", "guess")->login_message, "anonymous");
}

TEST(StaticUsers, ForgetAUserThatIsRemovedAndTakeANewPassword) {
  StaticUsers users;
  users.add("alice", Secret("one"), account());
  users.add("alice", Secret("two"), account());
  EXPECT_EQ(refusal(users, "alice", "one"), AuthErrc::rejected);
  EXPECT_TRUE(login(users, "alice", "two"));
  EXPECT_TRUE(users.remove("alice"));
  EXPECT_FALSE(users.remove("alice"));
  EXPECT_EQ(refusal(users, "alice", "two"), AuthErrc::rejected);
}

TEST(StaticUsers, RefuseUsersThatCannotWork) {
  StaticUsers users;
  EXPECT_THROW(users.add("", Secret("x"), account()), std::invalid_argument);
  EXPECT_THROW(users.add("alice", Secret(), account()), std::invalid_argument);
  EXPECT_THROW(users.add("alice", Secret("x"), Account()), std::invalid_argument);
  EXPECT_THROW(users.allow_anonymous(Account()), std::invalid_argument);
  EXPECT_EQ(refusal(users, "alice", ""), AuthErrc::rejected);
}

TEST(StaticUsers, MayBeChangedWhileOthersLogIn) {
  StaticUsers users;
  users.add("alice", Secret("wonder"), account());
  std::thread changes([&] {
    for (int i = 0; i < 500; ++i) {
      users.add("bob", Secret("builder"), account());
      users.remove("bob");
    }
  });
  for (int i = 0; i < 500; ++i) EXPECT_TRUE(login(users, "alice", "wonder"));
  changes.join();
}

}  // namespace
}  // namespace ferry::test
