// What not every storage has to have: patches, modes of new files, times of creation.
#include <gtest/gtest.h>

#include "storage/local/local_file_system.hpp"
#include "storage_support.hpp"

namespace ferry::test {
namespace {

// On disk (true) and in memory.
class Patches : public testing::TestWithParam<bool> {
 protected:
  Result<void> put(std::string_view path, std::string_view text, const StoreRequest& request = {}) {
    return store(*files_, at(path), text, request);
  }
  Result<std::string> get(std::string_view path) { return retrieve(*files_, at(path)); }
  std::uint32_t mode_of(std::string_view path) { return sync_wait(files_->stat(at(path)))->mode; }

  const ScratchDirectory scratch_;
  const std::shared_ptr<FileSystem> files_ =
      GetParam() ? open_local_directory(scratch_.path().string(), {}).value() : memory_file_system();
};

StoreRequest patch_at(std::uint64_t offset) {
  StoreRequest request;
  request.mode = StoreMode::patch;
  request.offset = offset;
  return request;
}

StoreRequest with_bits(std::uint32_t bits) {
  StoreRequest request;
  request.permission_bits = bits;
  return request;
}

TEST_P(Patches, LeaveWhatStandsAroundThem) {
  ASSERT_TRUE(put("/a", "0123456789"));
  ASSERT_TRUE(put("/a", "xyz", patch_at(2)));
  EXPECT_EQ(get("/a"), "01xyz56789");
  ASSERT_TRUE(put("/a", "end!", patch_at(8)));
  EXPECT_EQ(get("/a"), "01xyz567end!");
  StoreRequest always = patch_at(0);
  always.policy.atomic = Atomicity::always;
  ASSERT_TRUE(put("/a", "+", always));
  EXPECT_EQ(get("/a"), "+1xyz567end!");
}

TEST_P(Patches, BeginWithinTheFile) {
  ASSERT_TRUE(put("/a", "0123"));
  EXPECT_EQ(code_of(put("/a", "x", patch_at(5))), FsErrc::bad_offset);
  EXPECT_EQ(code_of(put("/none", "x", patch_at(1))), FsErrc::bad_offset);
  EXPECT_EQ(get("/a"), "0123");
  ASSERT_TRUE(put("/new", "x", patch_at(0)));
  EXPECT_EQ(get("/new"), "x");
}

TEST_P(Patches, ANewFileHasThePermissionBitsThatWereAskedFor) {
  for (const Atomicity atomic : {Atomicity::off, Atomicity::new_files, Atomicity::always}) {
    const std::string path = "/" + std::to_string(static_cast<int>(atomic));
    StoreRequest request = with_bits(0622);
    request.policy.atomic = atomic;
    ASSERT_TRUE(put(path, "x", request));
    EXPECT_EQ(mode_of(path), 0622u) << path;
    // An old one keeps its own.
    request.permission_bits = 0600;
    ASSERT_TRUE(put(path, "y", request));
    EXPECT_EQ(mode_of(path), 0622u) << path;
    EXPECT_EQ(get(path), "y");
  }
}

// The octets would stand behind a gap, or in the wrong place.
TEST_P(Patches, AFileThatBecameShorterSinceIsABadOffset) {
  for (const StoreMode mode : {StoreMode::resume, StoreMode::patch}) {
    ASSERT_TRUE(put("/a", "0123456789"));
    const auto sink = sync_wait(files_->open_write(at("/a"), {.mode = mode, .offset = 8})).value();
    ASSERT_TRUE(put("/a", "", {.mode = StoreMode::resume, .offset = 3}));
    EXPECT_EQ(code_of(sync_wait(sink->start())), FsErrc::bad_offset);
    EXPECT_EQ(get("/a"), "012");
  }
}

TEST_P(Patches, TheTimeOfCreationIsSetOrSaidToBeOutOfReach) {
  ASSERT_TRUE(put("/a", "x"));
  TimeSetter& setter = *files_->time_setter();
  const FileTime time = std::chrono::sys_days(std::chrono::year(2001) / 2 / 3);
  const auto set = sync_wait(setter.set_created(at("/a"), time));
  EXPECT_EQ(setter.sets_created(), !GetParam());
  if (setter.sets_created())
    EXPECT_EQ(sync_wait(files_->stat(at("/a")))->created, time);
  else
    EXPECT_EQ(code_of(set), FsErrc::unsupported);
}

INSTANTIATE_TEST_SUITE_P(Storage, Patches, testing::Bool());

}  // namespace
}  // namespace ferry::test
