#include <ferry/path.hpp>

#include <gtest/gtest.h>

namespace ferry::test {
namespace {

using std::string_view_literals::operator""sv;

FtpPath path(std::string_view text) { return FtpPath::resolve(FtpPath(), text).value(); }

std::string resolved(std::string_view base, std::string_view pathname) {
  return FtpPath::resolve(path(base), pathname).value().text();
}

TEST(FtpPathResolve, TakesAPathnameFromTheBaseUnlessItIsAbsolute) {
  EXPECT_EQ(resolved("/", "a"), "/a");
  EXPECT_EQ(resolved("/a", "b/c"), "/a/b/c");
  EXPECT_EQ(resolved("/a", "/b/c"), "/b/c");
  EXPECT_EQ(resolved("/a/b", ""), "/a/b");
  EXPECT_EQ(resolved("/a/b", "/"), "/");
}

TEST(FtpPathResolve, DropsEmptyComponentsDotsAndTrailingSlashes) {
  EXPECT_EQ(resolved("/x", "a//b///c/"), "/x/a/b/c");
  EXPECT_EQ(resolved("/x", "//a"), "/a");
  EXPECT_EQ(resolved("/x", "./a/./b/."), "/x/a/b");
  EXPECT_EQ(resolved("/x", "."), "/x");
}

TEST(FtpPathResolve, TakesDotDotLexically) {
  EXPECT_EQ(resolved("/a/b", ".."), "/a");
  EXPECT_EQ(resolved("/a/b", "../c"), "/a/c");
  EXPECT_EQ(resolved("/a/b", "c/../../d/"), "/a/d");
  EXPECT_EQ(resolved("/a", "/b/c/../.."), "/");
}

TEST(FtpPathResolve, StopsAtTheRoot) {
  EXPECT_EQ(resolved("/", ".."), "/");
  EXPECT_EQ(resolved("/a/b", "../../../../etc/passwd"), "/etc/passwd");
  EXPECT_EQ(resolved("/a", "/../../x/../.."), "/");
}

TEST(FtpPathResolve, KeepsNamesThatOnlyLookLikeDots) {
  EXPECT_EQ(resolved("/", "..."), "/...");
  EXPECT_EQ(resolved("/", ".. /. /..a/.a"), "/.. /. /..a/.a");
  EXPECT_EQ(resolved("/", "..\\..\\x"), "/..\\..\\x");
}

TEST(FtpPathResolve, KeepsAllOctetsButNul) {
  EXPECT_EQ(resolved("/", " \xFF\r\n\"\xC3\xA4 "), "/ \xFF\r\n\"\xC3\xA4 ");
  EXPECT_EQ(FtpPath::resolve(FtpPath(), "a\0b"sv), std::nullopt);
  EXPECT_EQ(FtpPath::resolve(FtpPath(), "\0"sv), std::nullopt);
}

TEST(FtpPathResolve, NeverLeavesANormalPathForAnyShortPathname) {
  // All strings of up to 7 octets from "/", "." and "a", from a base two deep.
  constexpr std::string_view alphabet = "/.a";
  const FtpPath base = path("/b/c");
  for (int length = 0; length <= 7; ++length) {
    int count = 1;
    for (int i = 0; i < length; ++i) count *= 3;
    for (int number = 0; number < count; ++number) {
      std::string pathname;
      for (int i = 0, rest = number; i < length; ++i, rest /= 3)
        pathname += alphabet[static_cast<std::size_t>(rest % 3)];
      const std::string text = FtpPath::resolve(base, pathname).value().text();
      ASSERT_TRUE(text.starts_with('/')) << pathname;
      ASSERT_EQ(text.find("//"), std::string::npos) << pathname;
      ASSERT_TRUE(text.size() == 1 || !text.ends_with('/')) << pathname;
      const std::string closed = text + '/';
      ASSERT_EQ(closed.find("/./"), std::string::npos) << pathname;
      ASSERT_EQ(closed.find("/../"), std::string::npos) << pathname;
      ASSERT_EQ(path(text).text(), text) << pathname;
    }
  }
}

TEST(FtpPathChild, NamesAnEntryOfTheDirectory) {
  EXPECT_EQ(FtpPath().child("a")->text(), "/a");
  EXPECT_EQ(path("/a").child(" b ")->text(), "/a/ b ");
  EXPECT_EQ(path("/a").child("...")->text(), "/a/...");
}

TEST(FtpPathChild, RefusesAllThatIsNotOnePlainComponent) {
  for (std::string_view bad : {""sv, "."sv, ".."sv, "/"sv, "a/b"sv, "a/"sv, "/a"sv, "a\0b"sv, "\0"sv})
    EXPECT_EQ(path("/x").child(bad), std::nullopt);
}

TEST(FtpPathParent, IsTheDirectoryThatHoldsTheEntry) {
  EXPECT_EQ(path("/a/b").parent().text(), "/a");
  EXPECT_EQ(path("/a").parent().text(), "/");
  EXPECT_EQ(FtpPath().parent().text(), "/");
}

TEST(FtpPathName, IsTheLastComponent) {
  EXPECT_EQ(path("/a/b").name(), "b");
  EXPECT_EQ(path("/a").name(), "a");
  EXPECT_EQ(FtpPath().name(), "");
}

TEST(FtpPathRelative, IsWhatTheSystemOpensBelowTheRoot) {
  EXPECT_STREQ(path("/a/b").relative(), "a/b");
  EXPECT_STREQ(FtpPath().relative(), ".");
  EXPECT_TRUE(FtpPath().is_root());
  EXPECT_FALSE(path("/a").is_root());
}

TEST(FtpPathContains, HoldsForItselfAndAllBelow) {
  EXPECT_TRUE(FtpPath().contains(path("/a")));
  EXPECT_TRUE(FtpPath().contains(FtpPath()));
  EXPECT_TRUE(path("/a").contains(path("/a")));
  EXPECT_TRUE(path("/a").contains(path("/a/b/c")));
  EXPECT_FALSE(path("/a").contains(path("/ab")));
  EXPECT_FALSE(path("/a/b").contains(path("/a")));
  EXPECT_FALSE(path("/a").contains(FtpPath()));
}

}  // namespace
}  // namespace ferry::test
