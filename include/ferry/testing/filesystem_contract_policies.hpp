// The part of the contract suite that is about UploadPolicy, and about looking at an upload before its commit. Include
// filesystem_contract.hpp instead.
#pragma once

#include <ferry/export.hpp>
#include <ferry/testing/filesystem_contract.hpp>

namespace FERRY_API ferry {
namespace contract {

inline StoreRequest always(StoreRequest request = {}) {
  request.policy.atomic = Atomicity::always;
  return request;
}

TEST_P(FileSystemPolicies, TellsWhereAnUploadBegins) {
  ASSERT_TRUE(put("/a", "0123456789"));
  for (const bool copies : {false, true}) {
    for (const auto& [request, offset] :
         {std::pair{StoreRequest{}, 0u}, std::pair{append, 10u}, std::pair{resume_at(4), 4u}}) {
      auto sink = open("/a", copies ? always(request) : request).value();
      ASSERT_TRUE(sync_wait(sink->start()));
      EXPECT_EQ(sink->offset(), offset);
      ASSERT_TRUE(put("/a", "0123456789"));
    }
  }
}

TEST_P(FileSystemPolicies, AppendsAndResumesOnACopyWhereAsked) {
  ASSERT_TRUE(put("/a", "0123456789"));
  for (const StoreRequest& request : {append, resume_at(4), resume_at(0)}) {
    auto sink = open("/a", always(request)).value();
    ASSERT_TRUE(sync_wait(sink->start()));
    ASSERT_TRUE(write_text(*sink, "half"));
    EXPECT_EQ(get("/a"), "0123456789");
  }
  EXPECT_EQ(get("/a"), "0123456789");
  EXPECT_THAT(names(files_, at("/")), ::testing::ElementsAre("a"));
  ASSERT_TRUE(put("/a", "ab", always(append)));
  EXPECT_EQ(get("/a"), "0123456789ab");
  ASSERT_TRUE(put("/a", "x", always(resume_at(4))));
  EXPECT_EQ(get("/a"), "0123x");
  ASSERT_TRUE(put("/a", "new", always(resume_at(0))));
  EXPECT_EQ(get("/a"), "new");
  EXPECT_EQ(code_of(put("/a", "x", always(resume_at(9)))), FsErrc::bad_offset);
  EXPECT_EQ(code_of(put("/none", "x", always(resume_at(9)))), FsErrc::bad_offset);
  EXPECT_THAT(names(files_, at("/")), ::testing::ElementsAre("a"));
}

TEST_P(FileSystemPolicies, WritesStraightUnderTheNameWhereAsked) {
  StoreRequest straight;
  straight.policy.atomic = Atomicity::off;
  for (const char* path : {"/new", "/old"}) {
    if (std::string_view(path) == "/old") {
      ASSERT_TRUE(put(path, "old content"));
    }
    auto sink = open(path, straight).value();
    ASSERT_TRUE(sync_wait(sink->start()));
    EXPECT_EQ(get(path), "");
    ASSERT_TRUE(write_text(*sink, "half"));
    EXPECT_EQ(get(path), "half");
    ASSERT_TRUE(write_text(*sink, " and half"));
    sink.reset();
    EXPECT_EQ(get(path), "half and half");
  }
}

TEST_P(FileSystemPolicies, ShowsTheWholeFileBeforeTheCommit) {
  ASSERT_TRUE(put("/a", "old "));
  auto sink = open("/a", always(append)).value();
  ASSERT_TRUE(sync_wait(sink->start()));
  ASSERT_TRUE(write_text(*sink, "and new"));
  {
    auto preview = sync_wait(sink->preview());
    ASSERT_TRUE(preview);
    ASSERT_NE(*preview, nullptr);
    EXPECT_EQ((*preview)->remaining(), 11u);
    EXPECT_EQ(read_rest(**preview), "old and new");
  }
  EXPECT_EQ(get("/a"), "old ");
  ASSERT_TRUE(sync_wait(sink->commit()));
  EXPECT_EQ(get("/a"), "old and new");
}

TEST_P(FileSystemPolicies, KeepsAPartOnlyUnderANameThatIsFree) {
  ASSERT_TRUE(put("/old", "old content"));
  for (const char* path : {"/new", "/old"}) {
    auto sink = open(path).value();
    ASSERT_TRUE(sync_wait(sink->start()));
    ASSERT_TRUE(write_text(*sink, "half"));
    sync_wait(sink->keep_part());
  }
  {
    auto late = open("/late").value();
    ASSERT_TRUE(sync_wait(late->start()));
    ASSERT_TRUE(write_text(*late, "half"));
    ASSERT_TRUE(put("/late", "whole"));
    sync_wait(late->keep_part());
  }
  EXPECT_EQ(get("/new"), "half");
  EXPECT_EQ(get("/old"), "old content");
  EXPECT_EQ(get("/late"), "whole");
  EXPECT_THAT(names(files_, at("/")), ::testing::ElementsAre("late", "new", "old"));
  ASSERT_TRUE(put("/new", " and the rest", append));
  EXPECT_EQ(get("/new"), "half and the rest");
}

TEST_P(FileSystemPolicies, StoresWithEachDurability) {
  for (const Durability durability : {Durability::none, Durability::file, Durability::full}) {
    for (const Atomicity atomic : {Atomicity::off, Atomicity::new_files, Atomicity::always}) {
      StoreRequest request;
      request.policy = {.atomic = atomic, .durability = durability};
      ASSERT_TRUE(put("/a", "new", request));
      request.mode = StoreMode::append;
      ASSERT_TRUE(put("/a", " and more", request));
      EXPECT_EQ(get("/a"), "new and more");
      ASSERT_TRUE(unlink("/a"));
    }
  }
}

}  // namespace contract
}  // namespace ferry
