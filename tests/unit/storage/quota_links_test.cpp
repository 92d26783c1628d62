// Quotas of files on the disk that have several names, or are links.
#include <gtest/gtest.h>
#include <unistd.h>

#include <ferry/quota.hpp>
#include <ferry/storages.hpp>

#include "quota_support.hpp"
#include "storage_support.hpp"

namespace ferry::test {
namespace {

class QuotaOnDisk : public testing::Test {
 protected:
  ~QuotaOnDisk() override { EXPECT_EQ(quota_->usage(), fresh_count(*inner_)); }

  const ScratchDirectory scratch_;
  const std::shared_ptr<FileSystem> inner_ = local_directory(scratch_.path().string()).value();
  const std::shared_ptr<Quota> quota_ = std::make_shared<Quota>(QuotaLimits{.octets = 100, .files = 10}, never);
  const std::shared_ptr<FileSystem> files_ = with_quota(inner_, quota_);
};

// The storage as one shows it that has no attributes.
class WithoutAttributes final : public FileSystem, public LinkMaker {
 public:
  explicit WithoutAttributes(std::shared_ptr<FileSystem> files) : files_(std::move(files)) {}
  Task<Result<FileInfo>> stat(const FtpPath& path) override { return files_->stat(path); }
  Task<Result<std::unique_ptr<DirectoryReader>>> list(const FtpPath& path, Detail detail) override {
    return files_->list(path, detail);
  }
  Task<Result<std::unique_ptr<Source>>> open_read(const FtpPath& path, std::uint64_t offset) override {
    return files_->open_read(path, offset);
  }
  Task<Result<std::unique_ptr<Sink>>> open_write(const FtpPath& path, const StoreRequest& request) override {
    return files_->open_write(path, request);
  }
  Task<Result<void>> make_directory(const FtpPath& path) override { return files_->make_directory(path); }
  Task<Result<void>> remove_directory(const FtpPath& path) override { return files_->remove_directory(path); }
  Task<Result<void>> remove_file(const FtpPath& path) override { return files_->remove_file(path); }
  Task<Result<void>> rename(const FtpPath& from, const FtpPath& to, bool may_replace) override {
    return files_->rename(from, to, may_replace);
  }
  LinkMaker* link_maker() override { return files_->link_maker(); }
  Task<Result<void>> make_link(const FtpPath& path, const FtpPath& target) override {
    return files_->link_maker()->make_link(path, target);
  }

 private:
  const std::shared_ptr<FileSystem> files_;
};

TEST_F(QuotaOnDisk, GivesBackNoOctetsForALink) {
  const auto bare = with_quota(std::make_shared<WithoutAttributes>(inner_), quota_);
  for (const auto& files : {files_, bare}) {
    ASSERT_TRUE(store(*files, at("/f"), "1234567890"));
    ASSERT_TRUE(sync_wait(files->link_maker()->make_link(at("/l"), at("/f"))));
    ASSERT_TRUE(sync_wait(files->link_maker()->make_link(at("/m"), at("/f"))));
    ASSERT_TRUE(sync_wait(files->link_maker()->make_link(at("/nowhere"), at("/no"))));
    EXPECT_EQ(quota_->usage(), (QuotaUsage{.octets = 10, .files = 4}));
    EXPECT_TRUE(sync_wait(files->remove_file(at("/l"))));
    EXPECT_TRUE(sync_wait(files->remove_file(at("/nowhere"))));
    EXPECT_EQ(quota_->usage(), (QuotaUsage{.octets = 10, .files = 2}));
    ASSERT_TRUE(store(*files, at("/g"), "1"));
    EXPECT_TRUE(sync_wait(files->rename(at("/g"), at("/m"), true)));
    EXPECT_EQ(quota_->usage(), (QuotaUsage{.octets = 11, .files = 2}));
    EXPECT_TRUE(sync_wait(files->remove_file(at("/m"))));
    EXPECT_TRUE(sync_wait(files->remove_file(at("/f"))));
    EXPECT_EQ(quota_->usage(), QuotaUsage());
  }
}

// A target may lie where the kernel does not tell its name, or where no mount shows it.
TEST_F(QuotaOnDisk, KnowsALinkWhoseTargetHasNoName) {
  ASSERT_TRUE(sync_wait(inner_->make_directory(at("/part"))));
  ASSERT_TRUE(store(*inner_, at("/outside"), "1234567890"));
  ASSERT_TRUE(sync_wait(inner_->link_maker()->make_link(at("/part/l"), at("/outside"))));
  const auto part = mounted({{.at = {}, .files = inner_, .from = at("/part")}});
  const auto quota = std::make_shared<Quota>(QuotaLimits{.octets = 20}, never);
  const auto files = with_quota(part, quota);
  ASSERT_TRUE(store(*files, at("/g"), "12345"));
  ASSERT_TRUE(sync_wait(files->remove_file(at("/l"))));
  EXPECT_EQ(quota->usage(), (QuotaUsage{.octets = 5, .files = 1}));
  ASSERT_TRUE(store(*files_, at("/h"), "1"));
}

TEST_F(QuotaOnDisk, ReplacesWhatALinkLeadsTo) {
  ASSERT_TRUE(store(*files_, at("/f"), "1234567890"));
  ASSERT_TRUE(sync_wait(files_->link_maker()->make_link(at("/l"), at("/f"))));
  ASSERT_TRUE(store(*files_, at("/l"), "1"));
  EXPECT_EQ(quota_->usage(), (QuotaUsage{.octets = 1, .files = 2}));
  ASSERT_TRUE(store(*files_, at("/l"), "2", {.mode = StoreMode::append}));
  EXPECT_EQ(quota_->usage(), (QuotaUsage{.octets = 2, .files = 2}));
}

TEST_F(QuotaOnDisk, CountsEachNameOfAFile) {
  put_on_disk(scratch_.path() / "f", "1234567890");
  ASSERT_EQ(::link((scratch_.path() / "f").c_str(), (scratch_.path() / "g").c_str()), 0);
  ASSERT_TRUE(store(*files_, at("/h"), "1"));
  EXPECT_EQ(quota_->usage(), (QuotaUsage{.octets = 21, .files = 3}));
  // Both are names of one file, so this changes nothing.
  EXPECT_TRUE(sync_wait(files_->rename(at("/f"), at("/g"), true)));
  EXPECT_EQ(quota_->usage(), (QuotaUsage{.octets = 21, .files = 3}));
  EXPECT_TRUE(sync_wait(files_->remove_file(at("/f"))));
  EXPECT_EQ(quota_->usage(), (QuotaUsage{.octets = 11, .files = 2}));
}

TEST_F(QuotaOnDisk, GivesAFileOfTheSystemAwayOnlyWhereOctetsAreNotLimited) {
  EXPECT_FALSE(started(*files_, "/f")->native());
  const auto by_files = std::make_shared<Quota>(QuotaLimits{.files = 10});
  EXPECT_TRUE(started(*with_quota(inner_, by_files), "/f")->native());
}

}  // namespace
}  // namespace ferry::test
