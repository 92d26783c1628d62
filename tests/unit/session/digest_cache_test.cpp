#include "session/digest_cache.hpp"

#include <gtest/gtest.h>

namespace ferry::test {
namespace {

FileInfo file(std::uint64_t inode) {
  FileInfo info;
  info.device = 1;
  info.inode = inode;
  info.size = 10;
  info.changed = FileTime(std::chrono::seconds(5));
  return info;
}

DigestKey key(const FileInfo& info, std::uint64_t octets = 10) {
  return DigestKey::of(info, DigestKind::md5, 0, octets).value();
}

TEST(DigestCache, FindsWhatItKeptForThisStateOfThisFileOnly) {
  DigestCache cache(10);
  const auto files = memory_file_system();
  cache.keep(files, key(file(1)), "one");
  EXPECT_EQ(cache.find(files, key(file(1))), "one");
  EXPECT_FALSE(cache.find(files, key(file(2))));
  EXPECT_FALSE(cache.find(files, key(file(1), 9)));
  EXPECT_FALSE(cache.find(memory_file_system(), key(file(1))));
  FileInfo changed = file(1);
  changed.changed = FileTime(std::chrono::seconds(6));
  EXPECT_FALSE(cache.find(files, key(changed)));
  cache.keep(files, key(file(1)), "uno");
  EXPECT_EQ(cache.find(files, key(file(1))), "uno");
}

TEST(DigestCache, ForgetsTheOneThatWasNotUsedForTheLongestTime) {
  DigestCache cache(2);
  const auto files = memory_file_system();
  cache.keep(files, key(file(1)), "one");
  cache.keep(files, key(file(2)), "two");
  EXPECT_TRUE(cache.find(files, key(file(1))));
  cache.keep(files, key(file(3)), "three");
  EXPECT_TRUE(cache.find(files, key(file(1))));
  EXPECT_FALSE(cache.find(files, key(file(2))));
  EXPECT_TRUE(cache.find(files, key(file(3))));
}

TEST(DigestCache, DoesNotTakeANewStorageForAnOldOneAtItsAddress) {
  DigestCache cache(2);
  auto files = memory_file_system();
  const auto same_address = std::shared_ptr<FileSystem>(std::make_shared<int>(), files.get());
  cache.keep(files, key(file(1)), "one");
  files.reset();
  EXPECT_FALSE(cache.find(same_address, key(file(1))));
}

TEST(DigestKey, NeedsAStorageThatCanTellFilesAndChangesApart) {
  FileInfo info = file(1);
  info.changed.reset();
  EXPECT_FALSE(DigestKey::of(info, DigestKind::md5, 0, 10));
  info = file(0);
  info.device = 0;
  EXPECT_FALSE(DigestKey::of(info, DigestKind::md5, 0, 10));
}

}  // namespace
}  // namespace ferry::test
