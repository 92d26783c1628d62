// Exceptions to a user's permissions by directory.
#include <gtest/gtest.h>

#include <ferry/authenticator.hpp>
#include <ferry/testing/storage_calls.hpp>

namespace ferry::test {
namespace {

using contract::at;

Account with(std::vector<PermissionOverride> overrides) {
  Account account;
  account.permissions = Permissions::read_only();
  account.overrides = std::move(overrides);
  return account;
}

bool is_file_changed(const Account& account, std::string_view path) {
  return account.permissions_at(at(path), false) != account.permissions;
}
bool is_directory_changed(const Account& account, std::string_view path) {
  return account.permissions_at(at(path), true) != account.permissions;
}

TEST(PermissionOverride, ThatIsRecursiveHoldsForAllBelow) {
  const Account account = with({{.directory = at("/a"), .permissions = Permissions::all(), .recursive = true}});
  for (const char* path : {"/a", "/a/b", "/a/b/c"}) {
    EXPECT_TRUE(is_file_changed(account, path)) << path;
    EXPECT_TRUE(is_directory_changed(account, path)) << path;
    EXPECT_FALSE(account.depends_on_kind(at(path)));
  }
  for (const char* path : {"/", "/ab", "/b", "/b/a"}) EXPECT_FALSE(is_file_changed(account, path)) << path;
}

TEST(PermissionOverride, ThatIsNotRecursiveHoldsForTheDirectoryAndItsFiles) {
  const Account account = with({{.directory = at("/a"), .permissions = Permissions::all()}});
  EXPECT_TRUE(is_directory_changed(account, "/a"));
  EXPECT_TRUE(is_file_changed(account, "/a/b"));
  EXPECT_FALSE(is_directory_changed(account, "/a/b"));
  EXPECT_FALSE(is_file_changed(account, "/a/b/c"));
  EXPECT_FALSE(is_file_changed(account, "/"));
  EXPECT_TRUE(account.depends_on_kind(at("/a/b")));
  EXPECT_FALSE(account.depends_on_kind(at("/a")));
  EXPECT_FALSE(account.depends_on_kind(at("/a/b/c")));
}

TEST(PermissionOverride, OfTheRootHoldsForItsFiles) {
  const Account account = with({{.directory = FtpPath(), .permissions = Permissions::all()}});
  EXPECT_TRUE(is_directory_changed(account, "/"));
  EXPECT_TRUE(is_file_changed(account, "/f"));
  EXPECT_FALSE(is_directory_changed(account, "/d"));
  EXPECT_FALSE(is_file_changed(account, "/d/f"));
}

TEST(PermissionOverride, OfTheDeepestDirectoryCounts) {
  const Account account = with({
      {.directory = at("/a/b"), .permissions = Permissions::none(), .recursive = true},
      {.directory = at("/a"), .permissions = Permissions::all(), .recursive = true},
  });
  EXPECT_EQ(account.permissions_at(at("/a/f"), false), Permissions::all());
  EXPECT_EQ(account.permissions_at(at("/a/b/f"), false), Permissions::none());
}

TEST(PermissionOverride, TheLaterOfTwoCounts) {
  const Account account = with({
      {.directory = at("/a"), .permissions = Permissions::none(), .recursive = true},
      {.directory = at("/a"), .permissions = Permissions::all()},
  });
  EXPECT_EQ(account.permissions_at(at("/a/f"), false), Permissions::all());
  EXPECT_EQ(account.permissions_at(at("/a/d/f"), false), Permissions::none());
}

}  // namespace
}  // namespace ferry::test
