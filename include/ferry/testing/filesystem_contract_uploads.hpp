// The part of the contract suite that is about uploads: what stands under a name, and when. Include
// filesystem_contract.hpp instead.
#pragma once

#include <ferry/export.hpp>
#include <ferry/testing/filesystem_contract.hpp>

namespace FERRY_API ferry {
namespace contract {

TEST_P(FileSystemContract, PutsAFileInPlaceOnlyAtTheCommit) {
  auto sink = open("/a").value();
  EXPECT_EQ(sink->path(), at("/a"));
  ASSERT_TRUE(sync_wait(sink->start()));
  ASSERT_TRUE(write_text(*sink, "one "));
  EXPECT_EQ(code_of(stat("/a")), FsErrc::not_found);
  EXPECT_THAT(names(files_, at("/")), ::testing::IsEmpty());
  ASSERT_TRUE(write_text(*sink, "two"));
  ASSERT_TRUE(sync_wait(sink->commit()));
  EXPECT_EQ(get("/a"), "one two");
  sink.reset();
  EXPECT_EQ(get("/a"), "one two");
  EXPECT_THAT(names(files_, at("/")), ::testing::ElementsAre("a"));
}

TEST_P(FileSystemContract, LeavesNothingOfAnUploadThatBreaksOff) {
  ASSERT_TRUE(put("/old", "old content"));
  for (const char* path : {"/new", "/old"}) {
    {
      ASSERT_TRUE(open(path));
    }
    {
      auto sink = open(path).value();
      ASSERT_TRUE(sync_wait(sink->start()));
    }
    auto sink = open(path).value();
    ASSERT_TRUE(sync_wait(sink->start()));
    ASSERT_TRUE(write_text(*sink, "half"));
  }
  EXPECT_EQ(get("/old"), "old content");
  EXPECT_THAT(names(files_, at("/")), ::testing::ElementsAre("old"));
}

TEST_P(FileSystemContract, ChangesNothingBeforeTheStart) {
  ASSERT_TRUE(put("/a", "0123456789"));
  for (const StoreRequest& request : {StoreRequest{}, append, resume_at(3)}) {
    auto sink = open("/a", request);
    ASSERT_TRUE(sink);
    EXPECT_EQ(get("/a"), "0123456789");
  }
  {
    ASSERT_TRUE(open("/b", append));
  }
  EXPECT_EQ(code_of(stat("/b")), FsErrc::not_found);
  EXPECT_EQ(get("/a"), "0123456789");
}

TEST_P(FileSystemAbilities, ReplacesAFileAndKeepsItsMode) {
  ASSERT_TRUE(put("/a", "a longer old content"));
  ASSERT_TRUE(sync_wait(files_.mode_setter()->set_mode(at("/a"), 0640)));
  ASSERT_TRUE(put("/a", "new"));
  EXPECT_EQ(get("/a"), "new");
  EXPECT_EQ(stat("/a")->mode, 0640u);
  EXPECT_THAT(names(files_, at("/")), ::testing::ElementsAre("a"));
}

TEST_P(FileSystemContract, RefusesToReplaceWhereThatIsNotAllowed) {
  ASSERT_TRUE(put("/a", "old"));
  for (StoreRequest request : {StoreRequest{}, append, resume_at(1)}) {
    request.may_replace = false;
    EXPECT_EQ(code_of(put("/a", "new", request)), FsErrc::exists);
    EXPECT_EQ(get("/a"), "old");
  }
  StoreRequest request{.may_replace = false};
  EXPECT_TRUE(put("/b", "new", request));
}

TEST_P(FileSystemContract, RefusesAtTheCommitAFileThatAppearedMeanwhile) {
  auto sink = open("/a", StoreRequest{.may_replace = false}).value();
  ASSERT_TRUE(sync_wait(sink->start()));
  ASSERT_TRUE(write_text(*sink, "mine"));
  ASSERT_TRUE(put("/a", "theirs"));
  EXPECT_EQ(code_of(sync_wait(sink->commit())), FsErrc::exists);
  sink.reset();
  EXPECT_EQ(get("/a"), "theirs");
  EXPECT_THAT(names(files_, at("/")), ::testing::ElementsAre("a"));
}

TEST_P(FileSystemContract, ReplacesAFileThatAppearedMeanwhileWhereThatIsAllowed) {
  auto sink = open("/a").value();
  ASSERT_TRUE(sync_wait(sink->start()));
  ASSERT_TRUE(write_text(*sink, "mine"));
  ASSERT_TRUE(put("/a", "theirs"));
  EXPECT_TRUE(sync_wait(sink->commit()));
  EXPECT_EQ(get("/a"), "mine");
}

TEST_P(FileSystemContract, DoesNotReplaceADirectoryThatAppearedMeanwhile) {
  auto sink = open("/a").value();
  ASSERT_TRUE(sync_wait(sink->start()));
  ASSERT_TRUE(mkdir("/a"));
  EXPECT_EQ(code_of(sync_wait(sink->commit())), FsErrc::not_a_file);
  sink.reset();
  EXPECT_EQ(stat("/a")->kind, FileKind::directory);
  EXPECT_THAT(names(files_, at("/")), ::testing::ElementsAre("a"));
}

TEST_P(FileSystemContract, FailsTheCommitWhereTheDirectoryIsGone) {
  ASSERT_TRUE(mkdir("/d"));
  auto sink = open("/d/a").value();
  ASSERT_TRUE(rmdir("/d"));
  const auto started = sync_wait(sink->start());
  if (started) {
    EXPECT_EQ(code_of(sync_wait(sink->commit())), FsErrc::not_found);
  } else {
    EXPECT_EQ(code_of(started), FsErrc::not_found);
  }
}

TEST_P(FileSystemContract, AppendsToAFile) {
  ASSERT_TRUE(put("/a", "one"));
  ASSERT_TRUE(put("/a", " two", append));
  EXPECT_EQ(get("/a"), "one two");
  ASSERT_TRUE(put("/new", "first", append));
  EXPECT_EQ(get("/new"), "first");
}

TEST_P(FileSystemContract, AppendsAtTheEndAsItIsAtTheStart) {
  ASSERT_TRUE(put("/a", "one"));
  auto sink = open("/a", append).value();
  ASSERT_TRUE(put("/a", " two", append));
  ASSERT_TRUE(sync_wait(sink->start()));
  ASSERT_TRUE(write_text(*sink, " three"));
  ASSERT_TRUE(sync_wait(sink->commit()));
  EXPECT_EQ(get("/a"), "one two three");
}

TEST_P(FileSystemContract, KeepsWhatArrivedOfAnAppendThatBreaksOff) {
  ASSERT_TRUE(put("/a", "one"));
  {
    auto sink = open("/a", append).value();
    ASSERT_TRUE(sync_wait(sink->start()));
    ASSERT_TRUE(write_text(*sink, " half"));
  }
  EXPECT_EQ(get("/a"), "one half");
}

TEST_P(FileSystemContract, ResumesAtAnOffsetAndCutsOffWhatIsBehind) {
  ASSERT_TRUE(put("/a", "0123456789"));
  ASSERT_TRUE(put("/a", "ab", resume_at(4)));
  EXPECT_EQ(get("/a"), "0123ab");
  ASSERT_TRUE(put("/a", "end", resume_at(6)));
  EXPECT_EQ(get("/a"), "0123abend");
  ASSERT_TRUE(put("/a", "new", resume_at(0)));
  EXPECT_EQ(get("/a"), "new");
}

TEST_P(FileSystemContract, RefusesToResumeBeyondTheEnd) {
  ASSERT_TRUE(put("/a", "0123"));
  EXPECT_EQ(code_of(put("/a", "x", resume_at(5))), FsErrc::bad_offset);
  EXPECT_EQ(code_of(put("/a", "x", resume_at(~0ull))), FsErrc::bad_offset);
  EXPECT_EQ(code_of(put("/none", "x", resume_at(1))), FsErrc::bad_offset);
  EXPECT_EQ(get("/a"), "0123");
  ASSERT_TRUE(put("/none", "x", resume_at(0)));
  EXPECT_EQ(get("/none"), "x");
}

TEST_P(FileSystemContract, ChoosesANameThatIsNewForStou) {
  ASSERT_TRUE(mkdir("/d"));
  auto one = open("/d", unique).value();
  auto two = open("/d", unique).value();
  EXPECT_NE(one->path(), two->path());
  for (Sink* sink : {one.get(), two.get()}) {
    EXPECT_EQ(sink->path().parent(), at("/d"));
    ASSERT_TRUE(sync_wait(sink->start()));
    ASSERT_TRUE(write_text(*sink, sink->path().name()));
    ASSERT_TRUE(sync_wait(sink->commit()));
    EXPECT_EQ(retrieve(files_, sink->path()), sink->path().name());
  }
  EXPECT_EQ(names(files_, at("/d")).size(), 2u);
}

}  // namespace contract
}  // namespace ferry
