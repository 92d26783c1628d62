#include "storage/local/identity.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

namespace ferry::test {
namespace {

const Identity alice{.user = 1000, .groups = {100, 1000}};
const Identity superuser{.user = 0, .groups = {0}};
const Holder open_holder{.lets_change = true, .sticky = false, .owner = 0};

Access access(const Identity& identity, std::uint32_t mode, uid_t owner, gid_t group, bool read_only = false) {
  return access_of(identity, mode, owner, group, read_only, open_holder);
}

TEST(Identity, CountsOnlyTheClosestOfOwnerGroupAndOthers) {
  EXPECT_TRUE(access(alice, S_IFREG | 0400, 1000, 5).read);
  EXPECT_FALSE(access(alice, S_IFREG | 0044, 1000, 100).read);  // the owner has fewer rights than the others
  EXPECT_TRUE(access(alice, S_IFREG | 0040, 5, 100).read);
  EXPECT_FALSE(access(alice, S_IFREG | 0404, 5, 1000).read);
  EXPECT_TRUE(access(alice, S_IFREG | 0004, 5, 5).read);
  EXPECT_TRUE(access(alice, S_IFREG | 0002, 5, 5).write);
  EXPECT_FALSE(access(alice, S_IFREG | 0664, 5, 5).write);
}

TEST(Identity, LetsRootDoAllButWriteToAReadOnlyFileSystem) {
  EXPECT_TRUE(access(superuser, S_IFREG, 5, 5).read);
  EXPECT_TRUE(access(superuser, S_IFREG, 5, 5).write);
  EXPECT_TRUE(access(superuser, S_IFDIR, 5, 5).enter);
  EXPECT_FALSE(access(superuser, S_IFDIR | 0777, 5, 5, true).write);
}

TEST(Identity, LetsADirectoryBeChangedOnlyWhereItCanBeEntered) {
  EXPECT_TRUE(access(alice, S_IFDIR | 0300, 1000, 5).write);
  EXPECT_FALSE(access(alice, S_IFDIR | 0600, 1000, 5).write);
  EXPECT_FALSE(access(alice, S_IFDIR | 0600, 1000, 5).enter);
  EXPECT_FALSE(access(alice, S_IFREG | 0700, 1000, 5).enter);
}

TEST(Identity, LetsAnEntryBeRemovedWhereItsDirectoryCanBeChanged) {
  const auto removable = [](const Identity& identity, std::uint32_t mode, uid_t holder_owner, uid_t entry_owner,
                            bool read_only = false) {
    return Holder::of(identity, S_IFDIR | mode, holder_owner, 5, read_only).lets_remove(identity, entry_owner);
  };
  EXPECT_TRUE(removable(alice, 0777, 5, 5));
  EXPECT_FALSE(removable(alice, 0755, 5, 1000));
  EXPECT_FALSE(removable(alice, 0776, 5, 5));
  EXPECT_FALSE(removable(alice, 0777, 5, 5, true));
  EXPECT_FALSE(removable(superuser, 0777, 5, 5, true));
}

TEST(Identity, LetsOnlyOwnersAndRootRemoveFromAStickyDirectory) {
  const auto removable = [](const Identity& identity, uid_t holder_owner, uid_t entry_owner) {
    return Holder::of(identity, S_IFDIR | 01777, holder_owner, 5, false).lets_remove(identity, entry_owner);
  };
  EXPECT_FALSE(removable(alice, 5, 5));
  EXPECT_TRUE(removable(alice, 5, 1000));
  EXPECT_TRUE(removable(alice, 1000, 5));
  EXPECT_TRUE(removable(superuser, 5, 5));
}

TEST(Identity, OfTheProcessHoldsItsEffectiveGroup) {
  const Identity me = Identity::of_process();
  EXPECT_EQ(me.user, ::geteuid());
  EXPECT_NE(std::find(me.groups.begin(), me.groups.end(), ::getegid()), me.groups.end());
}

}  // namespace
}  // namespace ferry::test
