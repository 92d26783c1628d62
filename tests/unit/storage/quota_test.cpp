// What is limited by a quota, on each kind of storage; see tests/break_in/quota_test.cpp for many sessions at once.
#include <gtest/gtest.h>

#include <functional>
#include <stdexcept>

#include <ferry/blocking_filesystem.hpp>
#include <ferry/quota.hpp>

#include "blocking_over.hpp"
#include "quota_support.hpp"
#include "storage/local/local_file_system.hpp"
#include "storage_support.hpp"

namespace ferry::test {
namespace {

using namespace std::chrono_literals;

struct LimitedStorage {
  std::shared_ptr<FileSystem> files;
  std::shared_ptr<void> resources = nullptr;  // what the files need
};

struct LimitedKind {
  const char* name;
  std::function<LimitedStorage()> make;
  friend std::ostream& operator<<(std::ostream& out, const LimitedKind& self) { return out << self.name; }
};

LimitedStorage local_storage(LocalOptions options) {
  auto directory = std::make_shared<ScratchDirectory>();
  return {.files = open_local_directory(directory->path().string(), options).value(), .resources = directory};
}

const LimitedKind limited_kinds[] = {
    {"Memory", [] { return LimitedStorage{.files = memory_file_system()}; }},
    {"Local", [] { return local_storage({}); }},
    {"LocalWithoutNamelessFiles", [] { return local_storage({.named_temporaries = true}); }},
    {"Blocking", [] { return LimitedStorage{.files = on_pool(std::make_shared<BlockingOver>(memory_file_system()))}; }},
};

class QuotaOf : public testing::TestWithParam<LimitedKind> {
 protected:
  // At the end, what is booked is what is there.
  ~QuotaOf() override {
    EXPECT_EQ(quota_->usage().value_or(fresh_count(*storage_.files)), fresh_count(*storage_.files));
  }
  void limit(QuotaLimits limits, std::chrono::steady_clock::duration recount_after = never) {
    quota_ = std::make_shared<Quota>(limits, recount_after);
    files_ = with_quota(storage_.files, quota_);
  }
  std::uint64_t octets() const { return quota_->usage().value().octets; }
  std::uint64_t names() const { return quota_->usage().value().files; }

  const LimitedStorage storage_ = GetParam().make();
  std::shared_ptr<Quota> quota_ = std::make_shared<Quota>(QuotaLimits());
  std::shared_ptr<FileSystem> files_;
};

INSTANTIATE_TEST_SUITE_P(Each, QuotaOf, testing::ValuesIn(limited_kinds),
                         [](const auto& kind) { return kind.param.name; });

TEST_P(QuotaOf, CountsWhatIsThereBeforeTheFirstUpload) {
  ASSERT_TRUE(store(*storage_.files, at("/f"), "12345"));
  ASSERT_TRUE(sync_wait(storage_.files->make_directory(at("/d"))));
  ASSERT_TRUE(store(*storage_.files, at("/d/g"), "678"));
  limit({.octets = 10, .files = 5});
  EXPECT_EQ(quota_->usage(), std::nullopt);
  ASSERT_TRUE(store(*files_, at("/h"), "9"));
  EXPECT_EQ(quota_->usage(), (QuotaUsage{.octets = 9, .files = 3}));
  EXPECT_EQ(quota_->limits().octets, 10u);
}

TEST_P(QuotaOf, RefusesAnUploadWhereNothingIsLeft) {
  limit({.octets = 10});
  ASSERT_TRUE(store(*files_, at("/f"), "1234567890"));
  EXPECT_EQ(code_of(open_sink(*files_, "/g")), FsErrc::over_quota);
  EXPECT_EQ(code_of(open_sink(*files_, "/f")), FsErrc::over_quota);
  EXPECT_EQ(code_of(open_sink(*files_, "/f", {.mode = StoreMode::append})), FsErrc::over_quota);
  EXPECT_EQ(code_of(open_sink(*files_, "/", {.mode = StoreMode::unique})), FsErrc::over_quota);
  EXPECT_EQ(code_of(open_sink(*files_, "/f", {.mode = StoreMode::resume, .offset = 10})), FsErrc::over_quota);
  // What does not grow may go on.
  EXPECT_TRUE(store(*files_, at("/f"), "x", {.mode = StoreMode::patch, .offset = 3}));
  EXPECT_TRUE(store(*files_, at("/f"), "xy", {.mode = StoreMode::resume, .offset = 8}));
  EXPECT_EQ(retrieve(*files_, at("/f")), "123x5678xy");
  EXPECT_TRUE(sync_wait(files_->remove_file(at("/f"))));
  EXPECT_TRUE(store(*files_, at("/g"), "1234567890"));
}

TEST_P(QuotaOf, BreaksAnUploadOffThatGoesBeyond) {
  limit({.octets = 10});
  auto sink = started(*files_, "/f");
  EXPECT_TRUE(write_text(*sink, "12345678"));
  EXPECT_EQ(code_of(write_text(*sink, "901")), FsErrc::over_quota);
  EXPECT_EQ(octets(), 8u);
  sink.reset();
  EXPECT_EQ(quota_->usage(), QuotaUsage());
  EXPECT_TRUE(store(*files_, at("/g"), "1234567890"));
}

TEST_P(QuotaOf, IsSharedByUploadsThatRunAtTheSameTime) {
  limit({.octets = 10});
  auto first = started(*files_, "/f");
  auto second = started(*with_quota(storage_.files, quota_), "/g");
  EXPECT_TRUE(write_text(*first, "123456"));
  EXPECT_EQ(code_of(write_text(*second, "12345")), FsErrc::over_quota);
  EXPECT_TRUE(write_text(*second, "1234"));
  EXPECT_TRUE(sync_wait(first->commit()));
  EXPECT_TRUE(sync_wait(second->commit()));
}

TEST_P(QuotaOf, CountsTheOldAndTheNewContentUntilTheCommit) {
  limit({.octets = 10, .files = 1});
  ASSERT_TRUE(store(*files_, at("/f"), "123456"));
  {
    auto sink = started(*files_, "/f");
    EXPECT_EQ(code_of(write_text(*sink, "12345")), FsErrc::over_quota);
    EXPECT_TRUE(write_text(*sink, "abc"));
    EXPECT_EQ(octets(), 9u);
  }
  EXPECT_EQ(octets(), 6u);
  EXPECT_TRUE(store(*files_, at("/f"), "abcd"));
  EXPECT_EQ(quota_->usage(), (QuotaUsage{.octets = 4, .files = 1}));
}

TEST_P(QuotaOf, GivesBackWhatIsReplacedOnce) {
  limit({.octets = 100});
  ASSERT_TRUE(store(*files_, at("/f"), "1234567890"));
  ASSERT_TRUE(store(*files_, at("/g"), "1234567890"));
  auto first = started(*files_, "/f");
  auto second = started(*files_, "/f");
  ASSERT_TRUE(write_text(*first, "1"));
  ASSERT_TRUE(write_text(*second, "22"));
  ASSERT_TRUE(sync_wait(first->commit()));
  first.reset();
  EXPECT_EQ(octets(), 13u);
  ASSERT_TRUE(sync_wait(second->commit()));
  second.reset();
  EXPECT_EQ(octets(), 12u);
}

TEST_P(QuotaOf, TakesForAnAppendWhatItAdds) {
  limit({.octets = 10, .files = 1});
  const StoreRequest append{.mode = StoreMode::append};
  ASSERT_TRUE(store(*files_, at("/f"), "1234", append));
  ASSERT_TRUE(store(*files_, at("/f"), "567", append));
  EXPECT_EQ(code_of(store(*files_, at("/f"), "8901", append)), FsErrc::over_quota);
  EXPECT_EQ(octets(), 7u);
}

TEST_P(QuotaOf, GivesBackWhatAResumedUploadCutsOff) {
  limit({.octets = 10});
  ASSERT_TRUE(store(*files_, at("/f"), "1234567890"));
  auto sink = started(*files_, "/f", {.mode = StoreMode::resume, .offset = 3});
  EXPECT_EQ(octets(), 3u);
  EXPECT_TRUE(write_text(*sink, "abc"));
  EXPECT_TRUE(sync_wait(sink->commit()));
  sink.reset();
  EXPECT_EQ(octets(), 6u);
}

TEST_P(QuotaOf, TakesForAPatchWhatGoesBeyondTheEnd) {
  limit({.octets = 10});
  ASSERT_TRUE(store(*files_, at("/f"), "12345678"));
  auto sink = started(*files_, "/f", {.mode = StoreMode::patch, .offset = 6});
  EXPECT_TRUE(write_text(*sink, "a"));
  EXPECT_EQ(octets(), 8u);
  EXPECT_TRUE(write_text(*sink, "bc"));
  EXPECT_EQ(octets(), 9u);
  EXPECT_EQ(code_of(write_text(*sink, "de")), FsErrc::over_quota);
  EXPECT_TRUE(sync_wait(sink->commit()));
}

TEST_P(QuotaOf, KeepsWhatABrokenUploadLeavesInAnOldFile) {
  limit({.octets = 10});
  ASSERT_TRUE(store(*files_, at("/f"), "123"));
  {
    auto sink = started(*files_, "/f", {.mode = StoreMode::append});
    EXPECT_TRUE(write_text(*sink, "456"));
  }
  EXPECT_EQ(octets(), 6u);
  EXPECT_EQ(retrieve(*files_, at("/f")), "123456");
}

TEST_P(QuotaOf, LetsOneUploadAtATimeWriteIntoAnOldFile) {
  limit({.octets = 1000});
  ASSERT_TRUE(store(*files_, at("/f"), "1234567890"));
  auto sink = started(*files_, "/f", {.mode = StoreMode::append});
  ASSERT_TRUE(write_text(*sink, "x"));
  // Cutting the file would leave a hole, which counts for more than was taken.
  EXPECT_EQ(code_of(store(*files_, at("/f"), "", {.mode = StoreMode::resume})), FsErrc::busy);
  EXPECT_EQ(code_of(store(*files_, at("/f"), "y", {.mode = StoreMode::append})), FsErrc::busy);
  EXPECT_TRUE(sync_wait(sink->commit()));
  sink.reset();
  EXPECT_TRUE(store(*files_, at("/f"), "y", {.mode = StoreMode::append}));
}

TEST_P(QuotaOf, WritesIntoNoOtherFileThanTheOneThatWasOpened) {
  limit({.octets = 1000});
  ASSERT_TRUE(store(*files_, at("/small"), "1"));
  ASSERT_TRUE(store(*files_, at("/large"), "1234567890"));
  auto sink = open_sink(*files_, "/small", {.mode = StoreMode::patch}).value();
  ASSERT_TRUE(sync_wait(files_->rename(at("/small"), at("/elsewhere"), false)));
  ASSERT_TRUE(sync_wait(files_->rename(at("/large"), at("/small"), false)));
  EXPECT_EQ(code_of(sync_wait(sink->start())), FsErrc::busy);
}

TEST_P(QuotaOf, CountsPartsThatAreKept) {
  limit({.octets = 10, .files = 1});
  const StoreRequest keeping{.policy = {.keep_partial = true}};
  {
    auto sink = started(*files_, "/f", keeping);
    ASSERT_TRUE(write_text(*sink, "1234"));
    sync_wait(sink->keep_part());
  }
  EXPECT_EQ(quota_->usage(), (QuotaUsage{.octets = 4, .files = 1}));
  // An old file stays, and the part goes.
  {
    auto sink = started(*files_, "/f", keeping);
    ASSERT_TRUE(write_text(*sink, "12345"));
    sync_wait(sink->keep_part());
  }
  EXPECT_EQ(octets(), 4u);
}

TEST_P(QuotaOf, CountsTheCopyOfAnOldFileToo) {
  limit({.octets = 10});
  ASSERT_TRUE(store(*files_, at("/f"), "1234"));
  const StoreRequest append{.mode = StoreMode::append, .policy = {.atomic = Atomicity::always}};
  {
    auto sink = started(*files_, "/f", append);
    EXPECT_EQ(octets(), 8u);
    EXPECT_EQ(code_of(write_text(*sink, "567")), FsErrc::over_quota);
    EXPECT_TRUE(write_text(*sink, "56"));
    EXPECT_TRUE(sync_wait(sink->commit()));
  }
  EXPECT_EQ(octets(), 6u);
  auto sink = open_sink(*files_, "/f", append).value();
  EXPECT_EQ(code_of(sync_wait(sink->start())), FsErrc::over_quota);
  sink.reset();
  EXPECT_EQ(octets(), 6u);
}

TEST_P(QuotaOf, CountsWhatIsWrittenStraightUnderItsName) {
  limit({.octets = 10, .files = 2});
  const StoreRequest plain{.policy = {.atomic = Atomicity::off}};
  ASSERT_TRUE(store(*files_, at("/f"), "1234567", plain));
  EXPECT_EQ(quota_->usage(), (QuotaUsage{.octets = 7, .files = 1}));
  ASSERT_TRUE(store(*files_, at("/f"), "12345", plain));
  EXPECT_EQ(octets(), 5u);
  {
    auto sink = started(*files_, "/g", plain);
    ASSERT_TRUE(write_text(*sink, "123"));
    EXPECT_EQ(code_of(write_text(*sink, "456")), FsErrc::over_quota);
  }
  EXPECT_EQ(quota_->usage(), (QuotaUsage{.octets = 8, .files = 2}));
}

TEST_P(QuotaOf, CountsTheNamesOfFiles) {
  limit({.files = 2});
  ASSERT_TRUE(store(*files_, at("/f"), "1"));
  auto sink = started(*files_, "/g");
  EXPECT_EQ(code_of(open_sink(*files_, "/h")), FsErrc::over_quota);
  EXPECT_EQ(code_of(open_sink(*files_, "/h", {.mode = StoreMode::append})), FsErrc::over_quota);
  EXPECT_EQ(code_of(open_sink(*files_, "/", {.mode = StoreMode::unique})), FsErrc::over_quota);
  EXPECT_TRUE(store(*files_, at("/f"), "another"));
  EXPECT_TRUE(sync_wait(files_->make_directory(at("/d"))));
  sink.reset();
  EXPECT_TRUE(store(*files_, at("/h"), "1"));
  EXPECT_EQ(names(), 2u);
}

TEST_P(QuotaOf, NeedsANameForAFileThatWasDeletedWhileItWasReplaced) {
  limit({.files = 1});
  ASSERT_TRUE(store(*files_, at("/f"), "1"));
  auto sink = started(*files_, "/f");
  ASSERT_TRUE(sync_wait(files_->remove_file(at("/f"))));
  ASSERT_TRUE(store(*files_, at("/g"), "1"));
  EXPECT_EQ(code_of(sync_wait(sink->commit())), FsErrc::over_quota);
}

TEST_P(QuotaOf, GivesBackAFileThatIsRenamedOver) {
  limit({.octets = 10, .files = 2});
  ASSERT_TRUE(store(*files_, at("/f"), "1234"));
  ASSERT_TRUE(store(*files_, at("/g"), "12345"));
  EXPECT_EQ(code_of(sync_wait(files_->rename(at("/f"), at("/g"), false))), FsErrc::exists);
  EXPECT_TRUE(sync_wait(files_->rename(at("/f"), at("/f"), true)));
  EXPECT_EQ(octets(), 9u);
  EXPECT_TRUE(sync_wait(files_->rename(at("/f"), at("/g"), true)));
  EXPECT_EQ(quota_->usage(), (QuotaUsage{.octets = 4, .files = 1}));
}

TEST_P(QuotaOf, KeepsTheOctetsOfAFileThatIsRenamedWhileItGrows) {
  limit({.octets = 100});
  ASSERT_TRUE(store(*files_, at("/f"), "1"));
  auto sink = started(*files_, "/f", {.mode = StoreMode::append});
  ASSERT_TRUE(write_text(*sink, "23"));
  ASSERT_TRUE(sync_wait(files_->rename(at("/f"), at("/g"), false)));
  ASSERT_TRUE(sync_wait(sink->commit()));
  sink.reset();
  EXPECT_EQ(octets(), 3u);
}

TEST_P(QuotaOf, CountsADeletedFileUntilNobodyReadsIt) {
  limit({.octets = 10}, 0s);
  ASSERT_TRUE(store(*files_, at("/f"), "123456"));
  auto source = sync_wait(files_->open_read(at("/f"), 0)).value();
  auto same = sync_wait(files_->open_read(at("/f"), 0)).value();
  ASSERT_TRUE(sync_wait(files_->remove_file(at("/f"))));
  EXPECT_EQ(quota_->usage(), (QuotaUsage{.octets = 6, .files = 0}));
  // A count does not see it, and does not forget it either.
  EXPECT_EQ(code_of(store(*files_, at("/g"), "12345")), FsErrc::over_quota);
  EXPECT_EQ(octets(), 6u);
  source.reset();
  EXPECT_EQ(octets(), 6u);
  EXPECT_EQ(read_rest(*same), "123456");
  same.reset();
  EXPECT_EQ(octets(), 0u);
  ASSERT_TRUE(store(*files_, at("/g"), "12345"));
  source = sync_wait(files_->open_read(at("/g"), 0)).value();
  ASSERT_TRUE(store(*files_, at("/g"), "1234"));
  EXPECT_EQ(octets(), 9u);
  source.reset();
  EXPECT_EQ(octets(), 4u);
}

TEST_P(QuotaOf, CountsAnewWhatHasChangedBesideIt) {
  limit({.octets = 10}, 0s);
  ASSERT_TRUE(store(*files_, at("/f"), "1234"));
  ASSERT_TRUE(store(*storage_.files, at("/g"), "12345"));
  EXPECT_EQ(octets(), 4u);
  auto sink = started(*files_, "/h");
  EXPECT_EQ(octets(), 9u);
  ASSERT_TRUE(write_text(*sink, "1"));
  // Not while an upload is under way: the count would not see it.
  EXPECT_EQ(code_of(open_sink(*files_, "/i")), FsErrc::over_quota);
  sink.reset();
  ASSERT_TRUE(sync_wait(storage_.files->remove_file(at("/g"))));
  EXPECT_TRUE(store(*files_, at("/i"), "123456"));
}

TEST_P(QuotaOf, CountsAnewBeforeItRefusesWhereABrokenUploadMayHaveLeftNothing) {
  limit({.octets = 10});
  {
    auto sink = started(*files_, "/f", {.mode = StoreMode::append});
    ASSERT_TRUE(write_text(*sink, "1234567890"));
  }
  EXPECT_EQ(octets(), 10u);
  EXPECT_TRUE(store(*files_, at("/g"), "123456"));
}

TEST_P(QuotaOf, TellsHowMuchIsLeft) {
  limit({.octets = 10});
  ASSERT_TRUE(store(*files_, at("/f"), "1234"));
  ASSERT_NE(files_->space_teller(), nullptr);
  EXPECT_EQ(sync_wait(files_->space_teller()->available(at("/"))), 6u);
  EXPECT_EQ(code_of(sync_wait(files_->space_teller()->available(at("/no")))), FsErrc::not_found);
  limit({.octets = std::numeric_limits<std::uint64_t>::max()});
  EXPECT_EQ(sync_wait(files_->space_teller()->available(at("/"))),
            sync_wait(storage_.files->space_teller()->available(at("/"))));
}

TEST_P(QuotaOf, FailsAsItsStorageDoesAndBooksNothing) {
  limit({.octets = 100, .files = 10});
  ASSERT_TRUE(sync_wait(files_->make_directory(at("/d"))));
  EXPECT_EQ(code_of(store(*files_, at("/no/f"), "1")), FsErrc::not_found);
  EXPECT_EQ(code_of(store(*files_, at("/d"), "1")), FsErrc::not_a_file);
  EXPECT_EQ(code_of(sync_wait(files_->remove_file(at("/f")))), FsErrc::not_found);
  EXPECT_EQ(code_of(sync_wait(files_->rename(at("/f"), at("/g"), true))), FsErrc::not_found);
  EXPECT_EQ(quota_->usage(), QuotaUsage());
}

TEST(WithQuota, NeedsBoth) {
  EXPECT_THROW(with_quota(nullptr, std::make_shared<Quota>(QuotaLimits())), std::invalid_argument);
  EXPECT_THROW(with_quota(memory_file_system(), nullptr), std::invalid_argument);
}

}  // namespace
}  // namespace ferry::test
