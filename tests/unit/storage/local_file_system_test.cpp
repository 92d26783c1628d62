// What only the local disk has: descriptors for the kernel, hidden temporaries, owners, users without privileges.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <grp.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "storage/local/local_file_system.hpp"
#include "storage_support.hpp"

namespace ferry::test {
namespace {

namespace fs = std::filesystem;

constexpr uid_t nobody = 65534;

// Runs `work` as a user without privileges, in a process of its own; its return value is whether all was well.
bool as_nobody(const std::function<bool()>& work) {
  const pid_t child = ::fork();
  if (child == 0) {
    bool well = false;
    if (::getuid() != 0 || (::setgroups(0, nullptr) == 0 && ::setresgid(nobody, nobody, nobody) == 0 &&
                            ::setresuid(nobody, nobody, nobody) == 0))
      well = work();
    ::_exit(well ? 0 : 1);
  }
  int status = 0;
  return child > 0 && ::waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

TEST(LocalFileSystem, HandsOutADescriptorForReading) {
  const ScratchDirectory scratch;
  put_on_disk(scratch.path() / "a", "0123456789");
  const auto files = serve(scratch);
  const auto source = sync_wait(files->open_read(at("/a"), 4)).value();
  const auto native = source->native();
  ASSERT_TRUE(native);
  EXPECT_EQ(native->offset, 4u);
  EXPECT_FALSE(native->may_block);
  char text[10];
  EXPECT_EQ(::pread(native->descriptor, text, sizeof text, static_cast<off_t>(native->offset)), 6);
  EXPECT_EQ(::fcntl(native->descriptor, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
}

TEST(LocalFileSystem, HandsOutADescriptorForWritingFromTheStartOn) {
  const ScratchDirectory scratch;
  put_on_disk(scratch.path() / "old", "0123456789");
  const auto files = serve(scratch);
  struct Case {
    const char* path;
    StoreRequest request;
    std::uint64_t offset;
    std::string expected;
  };
  for (const Case& c :
       {Case{"/new", {}, 0, "abc"}, Case{"/old", {.mode = StoreMode::append}, 10, "0123456789abc"},
        Case{"/old", {.mode = StoreMode::resume, .offset = 2}, 2, "01abc"}, Case{"/old", {}, 0, "abc"}}) {
    auto sink = sync_wait(files->open_write(at(c.path), c.request)).value();
    ASSERT_TRUE(sync_wait(sink->start()));
    const auto native = sink->native();
    ASSERT_TRUE(native);
    EXPECT_EQ(native->offset, c.offset);
    // splice() refuses descriptors with O_APPEND.
    EXPECT_EQ(::fcntl(native->descriptor, F_GETFL) & O_APPEND, 0);
    EXPECT_EQ(::pwrite(native->descriptor, "abc", 3, static_cast<off_t>(native->offset)), 3);
    ASSERT_TRUE(sync_wait(sink->commit()));
    EXPECT_EQ(retrieve(*files, at(c.path)), c.expected);
  }
}

TEST(LocalFileSystem, SaysOfDescriptorsThatTheyMayBlockWhereTheyMay) {
  const ScratchDirectory scratch;
  put_on_disk(scratch.path() / "a", "x");
  const auto files = serve(scratch, {.always_slow = true});
  EXPECT_TRUE(sync_wait(files->open_read(at("/a"), 0)).value()->native()->may_block);
  auto sink = sync_wait(files->open_write(at("/a"), {.mode = StoreMode::append})).value();
  EXPECT_TRUE(sink->native()->may_block);
}

TEST(LocalFileSystem, UsesThePoolOnlyForWhatMayBlock) {
  const ScratchDirectory scratch;
  put_on_disk(scratch.path() / "a", "x");
  const auto fast = serve(scratch);
  const auto slow = serve(scratch, {.always_slow = true});
  std::ignore = sync_wait(fast->stat(at("/a")));  // the owners' names are looked up on the pool, once
  const auto uses = [](FileSystem& files) {
    const int before = this_thread_executor().blocking();
    std::ignore = sync_wait(files.stat(at("/a")));
    std::ignore = retrieve(files, at("/a"));
    std::ignore = store(files, at("/b"), "x");
    std::ignore = names(files, at("/"), Detail::full);
    return this_thread_executor().blocking() - before;
  };
  EXPECT_EQ(uses(*fast), 0);
  EXPECT_GE(uses(*slow), 10);
}

TEST(LocalFileSystem, LooksOwnersUpOnThePoolOnceForEach) {
  const ScratchDirectory scratch;
  for (const char* name : {"a", "b"}) put_on_disk(scratch.path() / name, "x");
  const auto files = serve(scratch);
  const auto reader = sync_wait(files->list(at("/"), Detail::full)).value();
  const int before = this_thread_executor().blocking();
  const auto batch = sync_wait(reader->next()).value();
  EXPECT_EQ(this_thread_executor().blocking() - before, 1);
  ASSERT_EQ(batch.size(), 2u);
  const auto info = sync_wait(files->stat(at("/a"))).value();
  EXPECT_EQ(this_thread_executor().blocking() - before, 1);
  for (const DirectoryEntry& entry : batch) {
    EXPECT_EQ(entry.info.owner, info.owner);
    EXPECT_EQ(entry.info.group, info.group);
  }
}

TEST(LocalFileSystem, HidesUploadsUnderWayAndRefusesTheirNames) {
  const ScratchDirectory scratch;
  const auto files = serve(scratch, {.named_temporaries = true});
  auto sink = sync_wait(files->open_write(at("/a"), {})).value();
  ASSERT_TRUE(sync_wait(sink->start()));
  EXPECT_EQ(std::distance(fs::directory_iterator(scratch.path()), {}), 1);
  EXPECT_THAT(names(*files, at("/"), Detail::names), testing::IsEmpty());
  EXPECT_THAT(names(*files, at("/"), Detail::full), testing::IsEmpty());
  sink.reset();
  EXPECT_EQ(std::distance(fs::directory_iterator(scratch.path()), {}), 0);

  put_on_disk(scratch.path() / "old", "x");
  EXPECT_EQ(code_of(store(*files, at("/.ferry-1"), "x")), FsErrc::bad_name);
  EXPECT_EQ(code_of(sync_wait(files->make_directory(at("/.ferry-1")))), FsErrc::bad_name);
  EXPECT_EQ(code_of(sync_wait(files->rename(at("/old"), at("/.ferry-1"), true))), FsErrc::bad_name);
}

TEST(LocalFileSystem, KeepsAnUploadUnderWayAsClosedAsTheFileThatItReplaces) {
  const ScratchDirectory scratch;
  put_on_disk(scratch.path() / "secret", "old");
  ASSERT_EQ(::chmod((scratch.path() / "secret").c_str(), 0600), 0);
  const auto files = serve(scratch, {.named_temporaries = true});
  const auto sink = sync_wait(files->open_write(at("/secret"), {})).value();
  ASSERT_TRUE(sync_wait(sink->start()));
  int seen = 0;
  for (const auto& entry : fs::directory_iterator(scratch.path()))
    if (entry.path().filename() != "secret") {
      ++seen;
      EXPECT_EQ(entry.status().permissions(), fs::perms::owner_read | fs::perms::owner_write);
    }
  EXPECT_EQ(seen, 1);
}

TEST(LocalFileSystem, GivesANewFileTheOwnerOfTheOldOne) {
  const ScratchDirectory scratch;
  put_on_disk(scratch.path() / "a", "old");
  const bool gives_away = ::chown((scratch.path() / "a").c_str(), nobody, nobody) == 0;
  for (const LocalOptions& options : {LocalOptions{}, LocalOptions{.named_temporaries = true}}) {
    const auto files = serve(scratch, options);
    ASSERT_TRUE(store(*files, at("/a"), "new"));
    struct ::stat facts;
    ASSERT_EQ(::stat((scratch.path() / "a").c_str(), &facts), 0);
    EXPECT_EQ(facts.st_uid, gives_away ? nobody : ::getuid());
  }
}

TEST(LocalFileSystem, KeepsTheSharingBitsOfADirectoryAndNotTheSetUserIdOfAFile) {
  const ScratchDirectory scratch;
  const auto files = serve(scratch);
  fs::create_directory(scratch.path() / "d");
  put_on_disk(scratch.path() / "f", "x");
  ASSERT_EQ(::chmod((scratch.path() / "d").c_str(), 03770), 0);
  ASSERT_EQ(::chmod((scratch.path() / "f").c_str(), 04755), 0);
  ASSERT_TRUE(sync_wait(files->mode_setter()->set_mode(at("/d"), 0750)));
  ASSERT_TRUE(sync_wait(files->mode_setter()->set_mode(at("/f"), 0750)));
  EXPECT_EQ(sync_wait(files->stat(at("/d")))->mode, 03750u);
  EXPECT_EQ(sync_wait(files->stat(at("/f")))->mode, 0750u);
}

TEST(LocalFileSystem, MakesFilesWithTheModeThatTheUmaskLeaves) {
  const ScratchDirectory scratch;
  const mode_t before = ::umask(0027);
  for (const LocalOptions& options : {LocalOptions{}, LocalOptions{.named_temporaries = true}}) {
    const auto files = serve(scratch, options);
    ASSERT_TRUE(store(*files, at("/a"), "x"));
    EXPECT_EQ(sync_wait(files->stat(at("/a")))->mode, 0640u);
    ASSERT_TRUE(sync_wait(files->remove_file(at("/a"))));
  }
  ::umask(before);
}

TEST(LocalFileSystem, KeepsTheAccessTimeWhenTheModificationTimeIsSet) {
  const ScratchDirectory scratch;
  const auto files = serve(scratch);
  put_on_disk(scratch.path() / "a", "x");
  const timespec times[2] = {{.tv_sec = 1000, .tv_nsec = 0}, {.tv_sec = 2000, .tv_nsec = 0}};
  ASSERT_EQ(::utimensat(AT_FDCWD, (scratch.path() / "a").c_str(), times, 0), 0);
  ASSERT_TRUE(sync_wait(files->time_setter()->set_modified(at("/a"), FileTime(std::chrono::seconds(3000)))));
  struct ::stat facts;
  ASSERT_EQ(::stat((scratch.path() / "a").c_str(), &facts), 0);
  EXPECT_EQ(facts.st_atime, 1000);
  EXPECT_EQ(facts.st_mtime, 3000);
}

TEST(LocalFileSystem, ShowsTimesThatItCannotHoldAsTheNearestThatItCan) {
  const ScratchDirectory scratch;
  put_on_disk(scratch.path() / "a", "");
  const auto files = serve(scratch);
  for (const std::time_t second : {std::time_t{14'000'000'000}, std::time_t{-14'000'000'000}}) {
    const timespec times[2]{{.tv_sec = 0, .tv_nsec = 0}, {.tv_sec = second, .tv_nsec = 0}};
    ASSERT_EQ(::utimensat(AT_FDCWD, (scratch.path() / "a").c_str(), times, 0), 0);
    const FileTime shown = sync_wait(files->stat(at("/a"))).value().modified;
    // The file system may have taken a nearer one, too.
    EXPECT_EQ(shown > FileTime(), second > 0);
    EXPECT_GT(std::chrono::abs(shown.time_since_epoch()), std::chrono::years(68));
  }
}

TEST(LocalFileSystem, ServesAProcessWithoutPrivileges) {
  const ScratchDirectory scratch;
  ASSERT_EQ(::chmod(scratch.path().c_str(), 0777), 0);
  for (const LocalOptions& options : {LocalOptions{}, LocalOptions{.named_temporaries = true}})
    EXPECT_TRUE(as_nobody([&] {
      const auto files = serve(scratch, options);
      return store(*files, at("/a"), "first") && store(*files, at("/a"), "second") &&
             retrieve(*files, at("/a")) == "second" && sync_wait(files->mode_setter()->set_mode(at("/a"), 0600)) &&
             sync_wait(files->time_setter()->set_modified(at("/a"), FileTime())) &&
             sync_wait(files->stat(at("/a")))->access.removable && sync_wait(files->make_directory(at("/d"))) &&
             sync_wait(files->remove_directory(at("/d"))) && sync_wait(files->remove_file(at("/a"))) &&
             fs::is_empty(scratch.path());
    }));
}

TEST(LocalFileSystem, RefusesBeforeAnUploadWhatTheKernelWouldRefuseAfterIt) {
  const ScratchDirectory scratch;
  ASSERT_EQ(::chmod(scratch.path().c_str(), 0777), 0);
  fs::create_directory(scratch.path() / "closed");
  fs::create_directory(scratch.path() / "sticky");
  put_on_disk(scratch.path() / "read_only", "x");
  put_on_disk(scratch.path() / "sticky/others", "x");
  ASSERT_EQ(::chmod((scratch.path() / "closed").c_str(), 0555), 0);
  ASSERT_EQ(::chmod((scratch.path() / "sticky").c_str(), 01777), 0);
  ASSERT_EQ(::chmod((scratch.path() / "read_only").c_str(), 0444), 0);
  ASSERT_EQ(::chmod((scratch.path() / "sticky/others").c_str(), 0666), 0);
  if (::getuid() != 0) GTEST_SUCCEED() << "all of it is this user's own";
  EXPECT_TRUE(as_nobody([&] {
    const auto files = serve(scratch);
    const auto refused = [&](const char* path, StoreMode mode = StoreMode::create) {
      return code_of(sync_wait(files->open_write(at(path), {.mode = mode}))) == FsErrc::not_permitted;
    };
    const auto all = entries(*files, at("/"));
    if (::getuid() != nobody) return refused("/closed/new");
    return refused("/closed/new") && refused("/closed", StoreMode::unique) && refused("/read_only") &&
           refused("/read_only", StoreMode::append) && refused("/sticky/others") &&
           !sync_wait(files->stat(at("/sticky/others")))->access.removable &&
           sync_wait(files->stat(at("/sticky/others")))->access.write && !all.at("closed").access.write &&
           all.at("closed").access.enter && !all.at("read_only").access.write && all.at("read_only").access.removable;
  }));
}

TEST(LocalFileSystem, KeepsOneDescriptorForTheRootAndOneForTheMounts) {
  const ScratchDirectory scratch;
  const auto open_now = [] { return std::distance(fs::directory_iterator("/proc/self/fd"), {}); };
  const auto before = open_now();
  const auto files = serve(scratch);
  EXPECT_EQ(open_now(), before + 2);
  fs::create_directories(scratch.path() / "a/b");
  fs::create_symlink(scratch.path() / "a", scratch.path() / "link");
  for (int i = 0; i < 3; ++i) {
    std::ignore = store(*files, at("/link/b/f"), "x");
    std::ignore = store(*files, at("/link/b/f"), "x", {.mode = StoreMode::append});
    std::ignore = retrieve(*files, at("/link/b/f"));
    std::ignore = names(*files, at("/link/b"));
    std::ignore = sync_wait(files->stat(at("/link/none")));
    std::ignore = sync_wait(files->rename(at("/link/b/f"), at("/g"), true));
  }
  EXPECT_EQ(open_now(), before + 2);
}

}  // namespace
}  // namespace ferry::test
