#include <gtest/gtest.h>

#include <algorithm>
#include <new>

#include <ferry/authenticator.hpp>

namespace ferry::test {
namespace {

TEST(Secret, EqualsOnlyTheSameText) {
  const std::string with_nul("a\0b", 3);
  EXPECT_TRUE(Secret("password").equals(Secret("password")));
  EXPECT_TRUE(Secret().equals(Secret("")));
  EXPECT_TRUE(Secret(with_nul).equals(Secret(with_nul)));
  for (const std::string& other : {std::string(), std::string("Password"), std::string("passwor"),
                                   std::string("passwordx"), std::string("passwore"), std::string("password\0", 9)}) {
    EXPECT_FALSE(Secret("password").equals(Secret(other))) << other;
    EXPECT_FALSE(Secret(other).equals(Secret("password"))) << other;
  }
  EXPECT_FALSE(Secret(with_nul).equals(Secret(std::string("a\0c", 3))));
  EXPECT_FALSE(Secret("").equals(Secret(std::string("\0", 1))));
}

TEST(Secret, RevealsItsText) {
  Secret secret("short");
  EXPECT_EQ(secret.reveal(), "short");
  const Secret moved = std::move(secret);
  EXPECT_EQ(moved.reveal(), "short");
}

TEST(Secret, TakesTheTextOfAnother) {
  Secret secret("first");
  const Secret longer("a text that is too long to stand in the object itself");
  secret = longer;
  EXPECT_TRUE(secret.equals(longer));
  secret = Secret("short");
  EXPECT_EQ(secret.reveal(), "short");
  const Secret& itself = secret;
  secret = itself;
  EXPECT_EQ(secret.reveal(), "short");
}

TEST(Secret, IsWipedWhenItIsDestroyed) {
  alignas(Secret) unsigned char place[sizeof(Secret)];
  auto* const secret = new (place) Secret("hunter2hunter2");  // short enough to stand in the object itself
  const unsigned char* const begin = place;
  const std::string_view text = "hunter2";
  const auto found = [&] {
    return std::search(begin, begin + sizeof place, text.begin(), text.end()) != begin + sizeof place;
  };
  ASSERT_TRUE(found());
  secret->~Secret();
  EXPECT_FALSE(found());
}

}  // namespace
}  // namespace ferry::test
