// The local disk as one of the machine's users sees it. Needs root.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <ferry/unix_identity.hpp>

#include "storage_support.hpp"

namespace ferry::test {
namespace {

const UnixIdentity member{.user = 61'001, .group = 61'001, .groups = {61'001, 61'007}};

class LocalDirectoryAs : public testing::Test {
 protected:
  LocalDirectoryAs() {
    own(scratch_.path(), 61'001, 61'001, 0700);
    files_ = local_directory_as(scratch_.path().string(), member).value();
  }
  static void own(const std::filesystem::path& path, uid_t user, gid_t group, mode_t mode) {
    ASSERT_EQ(::chown(path.c_str(), user, group), 0);
    ASSERT_EQ(::chmod(path.c_str(), mode), 0);
  }
  void put(const char* name, uid_t user, gid_t group, mode_t mode) {
    put_on_disk(scratch_.path() / name, "content");
    own(scratch_.path() / name, user, group, mode);
  }
  struct stat facts(const char* name) {
    struct stat result{};
    EXPECT_EQ(::stat((scratch_.path() / name).c_str(), &result), 0) << name;
    return result;
  }

  const ScratchDirectory scratch_;
  std::shared_ptr<FileSystem> files_;
};

TEST_F(LocalDirectoryAs, MakesFilesThatBelongToTheUser) {
  ASSERT_TRUE(store(*files_, at("/f"), "content"));
  ASSERT_TRUE(store(*files_, at("/appended"), "content", {.mode = StoreMode::append}));
  ASSERT_TRUE(sync_wait(files_->make_directory(at("/d"))));
  for (const char* name : {"f", "appended", "d"}) {
    EXPECT_EQ(facts(name).st_uid, 61'001u) << name;
    EXPECT_EQ(facts(name).st_gid, 61'001u) << name;
  }
  EXPECT_EQ(retrieve(*files_, at("/f")), "content");
  EXPECT_EQ(::geteuid(), 0u);
}

TEST_F(LocalDirectoryAs, RefusesWhatTheKernelRefusesTheUser) {
  put("private", 0, 0, 0600);
  put("readable", 0, 0, 0644);
  EXPECT_EQ(code_of(retrieve(*files_, at("/private"))), FsErrc::not_permitted);
  EXPECT_EQ(retrieve(*files_, at("/readable")), "content");
  EXPECT_EQ(code_of(store(*files_, at("/readable"), "x", {.mode = StoreMode::append})), FsErrc::not_permitted);
  EXPECT_EQ(code_of(sync_wait(files_->mode_setter()->set_mode(at("/readable"), 0777))), FsErrc::not_permitted);
  EXPECT_FALSE(sync_wait(files_->stat(at("/private")))->access.read);
  EXPECT_TRUE(sync_wait(files_->stat(at("/readable")))->access.read);
  EXPECT_FALSE(sync_wait(files_->stat(at("/readable")))->access.write);
}

TEST_F(LocalDirectoryAs, HasTheRightsOfTheSupplementaryGroups) {
  put("shared", 0, 61'007, 0660);
  put("others", 0, 61'008, 0660);
  EXPECT_EQ(retrieve(*files_, at("/shared")), "content");
  EXPECT_TRUE(store(*files_, at("/shared"), " more", {.mode = StoreMode::append}));
  EXPECT_EQ(code_of(retrieve(*files_, at("/others"))), FsErrc::not_permitted);
  EXPECT_TRUE(sync_wait(files_->stat(at("/shared")))->access.write);
}

TEST_F(LocalDirectoryAs, WritingTakesOffSetUserId) {
  put("tool", 0, 61'007, 04770);
  ASSERT_TRUE(store(*files_, at("/tool"), "more", {.mode = StoreMode::append}));
  EXPECT_EQ(facts("tool").st_mode & 07777u, 0770u);
}

TEST_F(LocalDirectoryAs, LeavesNothingOfAnUploadThatBreaksOff) {
  {
    auto sink = sync_wait(files_->open_write(at("/half"), {})).value();
    ASSERT_TRUE(sync_wait(sink->start()));
    ASSERT_TRUE(write_text(*sink, "half"));
  }
  EXPECT_THAT(names(*files_, at("/")), testing::IsEmpty());
  EXPECT_TRUE(std::filesystem::is_empty(scratch_.path()));
}

TEST_F(LocalDirectoryAs, RefusesAHomeThatTheUserMayNotEnter) {
  const ScratchDirectory other;
  ASSERT_EQ(::chmod(other.path().c_str(), 0700), 0);
  EXPECT_EQ(code_of(local_directory_as(other.path().string(), member)), FsErrc::not_permitted);
  EXPECT_EQ(code_of(local_directory_as("/no/such/home", member)), FsErrc::not_found);
  EXPECT_EQ(::geteuid(), 0u);
}

}  // namespace
}  // namespace ferry::test
