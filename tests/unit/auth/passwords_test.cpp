#include "auth/system/passwords.hpp"

#include <gtest/gtest.h>

#include <ferry/system_users.hpp>

namespace ferry::test {
namespace {

// What perl's crypt makes of these two.
constexpr const char* hello =
    "$6$saltstring$svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/O817G3uBnIFNjnQJuesI68u4OTLiBFdcbYEdFCoEOfaS35inz1";

TEST(Passwords, MatchTheirHash) {
  EXPECT_TRUE(matches(Secret("Hello world!"), hello));
  for (const char* wrong : {"", "hello world!", "Hello world! ", "Hello world"})
    EXPECT_FALSE(matches(Secret(wrong), hello)) << wrong;
  EXPECT_FALSE(matches(Secret(std::string("Hello world!\0more", 17)), hello));
}

TEST(Passwords, OfLockedAccountsMatchNothing) {
  const std::string locked = std::string("!") + hello;
  for (const std::string& hash : {std::string(), std::string("*"), std::string("!"), std::string("!!"), locked})
    for (const char* password : {"", "*", "!", "Hello world!"})
      EXPECT_FALSE(matches(Secret(password), hash)) << hash << " " << password;
}

TEST(Passwords, TakeAsLongForNobody) {
  const std::string hash = nobodys_hash();
  EXPECT_GT(hash.size(), 13u);
  EXPECT_FALSE(matches(Secret("guess"), hash));
}

TEST(Shadow, SaysWhenAnAccountOrItsPasswordHasRunOut) {
  const long today = 20'000;
  EXPECT_TRUE(is_current({.hash = ""}, today));
  EXPECT_TRUE(is_current({.hash = "", .changed = 19'990, .longest = 10}, today));
  EXPECT_FALSE(is_current({.hash = "", .changed = 19'989, .longest = 10}, today));
  EXPECT_TRUE(is_current({.hash = "", .changed = 1, .longest = 99'999}, today));
  EXPECT_FALSE(is_current({.hash = "", .changed = 0}, today)) << "must be changed";
  EXPECT_TRUE(is_current({.hash = "", .expires = today + 1}, today));
  EXPECT_FALSE(is_current({.hash = "", .expires = today}, today));
}

TEST(Shells, AreThoseOfTheFile) {
  EXPECT_TRUE(is_valid_shell("/no/such/file", "/bin/sh"));
  EXPECT_TRUE(is_valid_shell("/no/such/file", ""));
  EXPECT_FALSE(is_valid_shell("/no/such/file", "/usr/sbin/nologin"));
  EXPECT_TRUE(is_valid_shell("/etc/shells", "/bin/sh"));
  EXPECT_FALSE(is_valid_shell("/etc/shells", "/bin/false"));
}

TEST(Accounts, OfTheMachineAreFound) {
  const SystemUserOptions options;
  const auto root = find_account(options, "root");
  ASSERT_TRUE(root);
  EXPECT_EQ(root->user, 0u);
  EXPECT_FALSE(groups_of(options, *root).empty());
  EXPECT_FALSE(find_account(options, "no-such-user"));
  EXPECT_FALSE(find_shadow(options, "no-such-user"));
}

}  // namespace
}  // namespace ferry::test
