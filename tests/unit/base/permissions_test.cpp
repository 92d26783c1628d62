#include <ferry/permissions.hpp>

#include <gtest/gtest.h>

namespace ferry::test {
namespace {

TEST(Permissions, EachLetterIsOnePermission) {
  const std::pair<std::string_view, Permission> letters[] = {
      {"e", Permission::enter},          {"l", Permission::list},   {"r", Permission::retrieve},
      {"a", Permission::append},         {"d", Permission::remove}, {"f", Permission::rename},
      {"m", Permission::make_directory}, {"w", Permission::store},  {"M", Permission::change_mode},
      {"T", Permission::change_time},
  };
  for (const auto& [letter, permission] : letters) {
    EXPECT_EQ(Permissions::parse(letter), Permissions::none().with(permission)) << letter;
    EXPECT_EQ(Permissions::none().with(permission).letters(), letter);
  }
}

TEST(Permissions, SurviveTheirLetters) {
  EXPECT_EQ(Permissions::parse("elradfmwMT"), Permissions::all());
  EXPECT_EQ(Permissions::all().letters(), "elradfmwMT");
  EXPECT_EQ(Permissions::parse("rlee"), Permissions::read_only());
  EXPECT_EQ(Permissions::parse(""), Permissions::none());
  EXPECT_EQ(Permissions::none().letters(), "");
}

TEST(Permissions, UnknownLettersAreRefused) {
  for (std::string_view bad : {"x", "elrx", "E", "e l", "t", "W"}) EXPECT_EQ(Permissions::parse(bad), std::nullopt);
}

TEST(Permissions, TellWhatTheyAllow) {
  const Permissions permissions = Permissions::read_only().with(Permission::store);
  EXPECT_TRUE(permissions.allows(Permission::retrieve));
  EXPECT_TRUE(permissions.allows(Permission::store));
  EXPECT_FALSE(permissions.allows(Permission::append));
  EXPECT_FALSE(permissions.without(Permission::store).allows(Permission::store));
  EXPECT_TRUE(permissions.allows(Permission::none));
}

TEST(Permissions, OnlyReadingChangesNothing) {
  EXPECT_FALSE(Permissions::read_only().may_change_anything());
  for (const char letter : std::string_view("adfmwMT"))
    EXPECT_TRUE(Permissions::parse(std::string(1, letter))->may_change_anything()) << letter;
}

}  // namespace
}  // namespace ferry::test
