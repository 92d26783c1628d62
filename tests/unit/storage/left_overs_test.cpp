// Files of uploads that a killed process has left, and uploads that write straight under their name.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <ferry/unix_identity.hpp>

#include "base/descriptor.hpp"
#include "storage/local/local_file_system.hpp"
#include "storage_support.hpp"

namespace ferry::test {
namespace {

using testing::ElementsAre;
namespace fs = std::filesystem;

std::vector<std::string> on_disk(const fs::path& directory) {
  std::vector<std::string> result;
  for (const auto& entry : fs::directory_iterator(directory)) result.push_back(entry.path().filename());
  std::ranges::sort(result);
  return result;
}

TEST(LeftOvers, AreRemovedInTheWholeTreeAndNothingElse) {
  const ScratchDirectory scratch;
  const fs::path& root = scratch.path();
  fs::create_directories(root / "d" / "e");
  fs::create_directories(root / ".ferry-0123456789abcdef.d");
  put_on_disk(root / ".ferry-0123456789abcdef", "half");
  put_on_disk(root / "d" / "e" / ".ferry-fedcba9876543210", "half");
  const std::vector<std::string> others = {".ferry-",
                                           ".ferry-0123456789abcde",
                                           ".ferry-0123456789ABCDEF",
                                           ".ferry-0123456789abcdef0",
                                           ".ferry-0123456789abcdef.d",
                                           "d",
                                           "ferry-0123456789abcdef"};
  for (const std::string& name : others)
    if (!fs::is_directory(root / name)) put_on_disk(root / name, "somebody's");
  EXPECT_EQ(remove_left_overs(root), 2u);
  EXPECT_THAT(on_disk(root), testing::UnorderedElementsAreArray(others));
  EXPECT_TRUE(on_disk(root / "d" / "e").empty());
  EXPECT_EQ(remove_left_overs(root), 0u);
}

TEST(LeftOvers, OfAKilledProcessGoAndThoseOfALiveOneStay) {
  const ScratchDirectory scratch;
  const LocalOptions options{.named_temporaries = true};
  const auto upload = [&] {
    auto files = open_local_directory(scratch.path().string(), options).value();
    auto sink = sync_wait(files->open_write(at("/a"), StoreRequest{})).value();
    if (!sync_wait(sink->start()) || !write_text(*sink, "half")) ::_exit(1);
    return std::pair(std::move(files), std::move(sink));
  };
  const pid_t child = ::fork();
  if (child == 0) {
    const auto under_way = upload();
    ::kill(::getpid(), SIGKILL);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFSIGNALED(status));
  auto [files, sink] = upload();
  ASSERT_EQ(on_disk(scratch.path()).size(), 2u);

  EXPECT_EQ(remove_left_overs(scratch.path()), 1u);
  EXPECT_EQ(on_disk(scratch.path()).size(), 1u);
  ASSERT_TRUE(sync_wait(sink->commit()));
  EXPECT_EQ(get_from_disk(scratch.path() / "a"), "half");
  EXPECT_THAT(on_disk(scratch.path()), ElementsAre("a"));
}

TEST(LeftOvers, ASpecialFileOfSuchANameIsNotOpened) {
  const ScratchDirectory scratch;
  ASSERT_EQ(::mkfifo((scratch.path() / ".ferry-0123456789abcdef").c_str(), 0600), 0);
  fs::create_symlink("/etc/passwd", scratch.path() / ".ferry-fedcba9876543210");
  EXPECT_EQ(remove_left_overs(scratch.path()), 0u);
  EXPECT_EQ(on_disk(scratch.path()).size(), 2u);
}

TEST(PlainUpload, IsSeenWhileItGrowsAndStaysWhenItBreaksOff) {
  const ScratchDirectory scratch;
  const auto files = open_local_directory(scratch.path().string(), {}).value();
  put_on_disk(scratch.path() / "old", "the old content");
  StoreRequest request;
  request.policy.atomic = Atomicity::off;
  for (const char* name : {"old", "new"}) {
    auto sink = sync_wait(files->open_write(FtpPath().child(name).value(), request)).value();
    EXPECT_EQ(fs::exists(scratch.path() / name), std::string_view(name) == "old");
    ASSERT_TRUE(sync_wait(sink->start()));
    ASSERT_TRUE(write_text(*sink, "half"));
    EXPECT_EQ(get_from_disk(scratch.path() / name), "half");
    sink.reset();
    EXPECT_EQ(get_from_disk(scratch.path() / name), "half");
  }
}

// Neither the directory has to be writable for an old file, nor an old file for a new one beside it. Needs root.
TEST(PlainUpload, NeedsTheRightToWriteWhatItWrites) {
  constexpr UnixIdentity somebody{.user = 61'001, .group = 61'002};
  const ScratchDirectory scratch;
  const fs::path closed = scratch.path() / "closed";
  fs::permissions(scratch.path(), fs::perms(0755));
  fs::create_directory(closed);
  fs::permissions(closed, fs::perms(0755));
  for (const char* name : {"theirs", "ours"}) put_on_disk(closed / name, "old");
  ASSERT_EQ(::chown((closed / "theirs").c_str(), somebody.user, somebody.group), 0);
  const auto files = local_directory_as(closed.string(), somebody).value();
  StoreRequest request;
  request.policy.atomic = Atomicity::off;
  auto sink = sync_wait(files->open_write(at("/theirs"), request)).value();
  ASSERT_TRUE(sync_wait(sink->start()));
  ASSERT_TRUE(write_text(*sink, "new"));
  ASSERT_TRUE(sync_wait(sink->commit()));
  EXPECT_EQ(get_from_disk(closed / "theirs"), "new");
  for (const char* name : {"/ours", "/absent"})
    EXPECT_EQ(sync_wait(files->open_write(at(name), request)).error().code, FsErrc::not_permitted) << name;
}

// The check before the 150 has seen an old file, or none.
TEST(PlainUpload, TakesWhatHasComeOrGoneMeanwhile) {
  const ScratchDirectory scratch;
  const auto files = open_local_directory(scratch.path().string(), {}).value();
  StoreRequest request;
  request.policy.atomic = Atomicity::off;
  put_on_disk(scratch.path() / "a", "old");
  for (const bool goes : {true, false}) {
    auto sink = sync_wait(files->open_write(at("/a"), request)).value();
    if (goes)
      fs::remove(scratch.path() / "a");
    else
      put_on_disk(scratch.path() / "a", "somebody else's");
    ASSERT_TRUE(sync_wait(sink->start()));
    ASSERT_TRUE(write_text(*sink, "new"));
    ASSERT_TRUE(sync_wait(sink->commit()));
    EXPECT_EQ(get_from_disk(scratch.path() / "a"), "new");
    if (goes) fs::remove(scratch.path() / "a");
  }
}

TEST(PlainUpload, NeverOpensWhatIsNoRegularFile) {
  const ScratchDirectory scratch;
  const auto files = open_local_directory(scratch.path().string(), {}).value();
  put_on_disk(scratch.path() / "outside", "untouched");
  StoreRequest request;
  request.policy.atomic = Atomicity::off;
  for (const bool fifo : {true, false}) {
    auto sink = sync_wait(files->open_write(at("/a"), request)).value();
    const fs::path place = scratch.path() / "a";
    if (fifo)
      ASSERT_EQ(::mkfifo(place.c_str(), 0600), 0);
    else
      fs::create_symlink("outside", place);
    EXPECT_FALSE(sync_wait(sink->start()));
    fs::remove(place);
  }
  EXPECT_EQ(get_from_disk(scratch.path() / "outside"), "untouched");
}

}  // namespace
}  // namespace ferry::test
