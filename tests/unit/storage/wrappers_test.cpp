// File systems made of others, as far as the contract suite does not show them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <stdexcept>

#include <ferry/blocking_filesystem.hpp>
#include <ferry/storages.hpp>
#include <ferry/testing/faulty_filesystem.hpp>

#include "storage_support.hpp"

namespace ferry::test {
namespace {

using testing::ElementsAre;

std::shared_ptr<FileSystem> memory_with(const char* path, const char* content) {
  auto files = memory_file_system();
  EXPECT_TRUE(store(*files, at(path), content));
  return files;
}

Result<void> make_directory(FileSystem& files, const char* path) { return sync_wait(files.make_directory(at(path))); }
Result<void> move(FileSystem& files, const char* from, const char* to) {
  return sync_wait(files.rename(at(from), at(to), true));
}

TEST(ReadOnly, ShowsEverythingAndChangesNothing) {
  const auto inner = memory_with("/f", "content");
  ASSERT_TRUE(make_directory(*inner, "/d"));
  const auto files = read_only(inner);
  EXPECT_EQ(retrieve(*files, at("/f")), "content");
  EXPECT_EQ(code_of(store(*files, at("/f"), "new")), FsErrc::not_permitted);
  EXPECT_EQ(code_of(store(*files, at("/new"), "new")), FsErrc::not_permitted);
  EXPECT_EQ(code_of(make_directory(*files, "/e")), FsErrc::not_permitted);
  EXPECT_EQ(code_of(sync_wait(files->remove_directory(at("/d")))), FsErrc::not_permitted);
  EXPECT_EQ(code_of(sync_wait(files->remove_file(at("/f")))), FsErrc::not_permitted);
  EXPECT_EQ(code_of(move(*files, "/f", "/g")), FsErrc::not_permitted);
  EXPECT_EQ(files->mode_setter(), nullptr);
  EXPECT_EQ(files->time_setter(), nullptr);
  EXPECT_NE(files->space_teller(), nullptr);
  EXPECT_THAT(names(*inner, at("/")), ElementsAre("d", "f"));
  EXPECT_EQ(retrieve(*inner, at("/f")), "content");
}

TEST(ReadOnly, NoEntryClaimsToBeWritable) {
  const auto files = read_only(memory_with("/f", "content"));
  const FileInfo one = sync_wait(files->stat(at("/f"))).value();
  const FileInfo listed = entries(*files, at("/")).at("f");
  for (const FileInfo& info : {one, listed}) {
    EXPECT_TRUE(info.access.read);
    EXPECT_FALSE(info.access.write);
    EXPECT_FALSE(info.access.removable);
  }
}

class Mounted : public testing::Test {
 protected:
  const std::shared_ptr<FileSystem> root_ = memory_with("/r", "root");
  const std::shared_ptr<FileSystem> music_ = memory_with("/m", "music");
  const std::shared_ptr<FileSystem> box_ = memory_with("/b", "box");
  const std::shared_ptr<FileSystem> files_ = mounted({
      {.at = at("/"), .files = root_},
      {.at = at("/media/music"), .files = music_, .permissions = Permissions::read_only()},
      {.at = at("/box"), .files = box_, .permissions = Permissions::parse("ew").value()},
  });
};

TEST_F(Mounted, ShowsAllOfThemInOneTree) {
  EXPECT_THAT(names(*files_, at("/")), ElementsAre("box", "media", "r"));
  EXPECT_THAT(names(*files_, at("/media")), ElementsAre("music"));
  EXPECT_THAT(names(*files_, at("/media/music")), ElementsAre("m"));
  EXPECT_EQ(retrieve(*files_, at("/r")), "root");
  EXPECT_EQ(retrieve(*files_, at("/media/music/m")), "music");
  EXPECT_EQ(code_of(retrieve(*files_, at("/media/m"))), FsErrc::not_found);
  for (const char* path : {"/", "/media", "/media/music", "/box"}) {
    const auto info = sync_wait(files_->stat(at(path)));
    ASSERT_TRUE(info) << path;
    EXPECT_EQ(info->kind, FileKind::directory);
    EXPECT_FALSE(info->access.removable) << path;
  }
}

TEST_F(Mounted, EachAllowsWhatItsMountDoes) {
  EXPECT_TRUE(store(*files_, at("/new"), "x"));
  EXPECT_EQ(code_of(store(*files_, at("/media/music/new"), "x")), FsErrc::not_permitted);
  EXPECT_EQ(code_of(sync_wait(files_->remove_file(at("/media/music/m")))), FsErrc::not_permitted);
  EXPECT_EQ(code_of(sync_wait(files_->mode_setter()->set_mode(at("/media/music/m"), 0600))), FsErrc::not_permitted);
  EXPECT_EQ(code_of(sync_wait(files_->time_setter()->set_modified(at("/box/b"), FileTime()))), FsErrc::not_permitted);
  EXPECT_TRUE(store(*files_, at("/box/new"), "x"));
  EXPECT_EQ(retrieve(*box_, at("/new")), "x");
  EXPECT_EQ(code_of(retrieve(*files_, at("/box/new"))), FsErrc::not_permitted);
  EXPECT_EQ(code_of(sync_wait(files_->list(at("/box"), Detail::names))), FsErrc::not_permitted);
  EXPECT_EQ(code_of(make_directory(*files_, "/box/d")), FsErrc::not_permitted);
  EXPECT_FALSE(sync_wait(files_->stat(at("/media/music/m")))->access.write);
  EXPECT_FALSE(sync_wait(files_->stat(at("/box/b")))->access.read);
}

TEST_F(Mounted, MountPointsStayWhereTheyAre) {
  for (const char* path : {"/media", "/media/music", "/box"}) {
    EXPECT_EQ(code_of(sync_wait(files_->remove_directory(at(path)))), FsErrc::not_permitted) << path;
    EXPECT_EQ(code_of(move(*files_, path, "/elsewhere")), FsErrc::not_permitted) << path;
    EXPECT_EQ(code_of(move(*files_, "/r", path)), FsErrc::exists) << path;
    EXPECT_EQ(code_of(make_directory(*files_, path)), FsErrc::exists) << path;
    EXPECT_EQ(code_of(store(*files_, at(path), "x")), FsErrc::not_a_file) << path;
  }
}

TEST_F(Mounted, NothingIsRenamedFromOneIntoAnother) {
  const auto both = mounted({{.at = at("/a"), .files = root_}, {.at = at("/b"), .files = music_}});
  EXPECT_EQ(code_of(move(*both, "/a/r", "/b/r")), FsErrc::unsupported);
  EXPECT_TRUE(move(*both, "/a/r", "/a/s"));
  EXPECT_EQ(code_of(move(*both, "/a/s", "/s")), FsErrc::not_permitted);
  EXPECT_EQ(code_of(make_directory(*both, "/c")), FsErrc::not_permitted);
  EXPECT_EQ(code_of(store(*both, at("/c"), "x")), FsErrc::not_permitted);
  EXPECT_EQ(code_of(store(*both, at("/c/d"), "x")), FsErrc::not_found);
  EXPECT_EQ(code_of(sync_wait(both->stat(at("/c")))), FsErrc::not_found);
}

TEST_F(Mounted, HidesWhatAnotherHasAtTheSamePlace) {
  ASSERT_TRUE(store(*root_, at("/box"), "a file where a mount is"));
  ASSERT_TRUE(store(*root_, at("/media"), "and where one is led to"));
  EXPECT_THAT(names(*files_, at("/")), ElementsAre("box", "media", "r"));
  EXPECT_EQ(sync_wait(files_->stat(at("/media")))->kind, FileKind::directory);
  EXPECT_EQ(sync_wait(files_->stat(at("/box")))->kind, FileKind::directory);
  EXPECT_THAT(names(*files_, at("/media")), ElementsAre("music"));
}

TEST_F(Mounted, ASinkTellsItsPathInTheWholeTree) {
  const StoreRequest unique{.mode = StoreMode::unique};
  const auto sink = sync_wait(files_->open_write(at("/box"), unique));
  ASSERT_TRUE(sink);
  EXPECT_EQ((*sink)->path().parent(), at("/box"));
}

TEST_F(Mounted, ShowsAPartOfAFileSystem) {
  ASSERT_TRUE(make_directory(*root_, "/deep"));
  ASSERT_TRUE(store(*root_, at("/deep/f"), "content"));
  const auto files = mounted({{.at = at("/x"), .files = root_, .from = at("/deep")}});
  EXPECT_EQ(retrieve(*files, at("/x/f")), "content");
  EXPECT_EQ(code_of(retrieve(*files, at("/x/r"))), FsErrc::not_found);
  EXPECT_EQ(files->mode_setter() != nullptr, root_->mode_setter() != nullptr);
}

TEST_F(Mounted, AnAbilityIsThereWhereOneOfThemHasIt) {
  const auto shut = mounted({{.at = at("/a"), .files = read_only(root_)}});
  EXPECT_EQ(shut->mode_setter(), nullptr);
  const auto mixed = mounted({{.at = at("/a"), .files = read_only(root_)}, {.at = at("/b"), .files = music_}});
  ASSERT_NE(mixed->mode_setter(), nullptr);
  EXPECT_EQ(code_of(sync_wait(mixed->mode_setter()->set_mode(at("/a/r"), 0600))), FsErrc::unsupported);
  EXPECT_TRUE(sync_wait(mixed->mode_setter()->set_mode(at("/b/m"), 0600)));
}

TEST_F(Mounted, FilesOfDifferentOnesAreDifferent) {
  const FileInfo root = sync_wait(files_->stat(at("/r"))).value();
  const FileInfo music = sync_wait(files_->stat(at("/media/music/m"))).value();
  EXPECT_NE(std::pair(root.device, root.inode), std::pair(music.device, music.inode));
}

// What a local directory can beyond the necessary, seen through each wrapper that is to pass it on.
TEST(Wrappers, PassOnOwnersAndLinks) {
  const ScratchDirectory scratch;
  const auto local = local_directory(scratch.path().string()).value();
  ASSERT_TRUE(store(*local, at("/f"), "content"));
  const std::string group = std::to_string(::getegid());
  const std::shared_ptr<FileSystem> all[] = {local, mounted({{.at = {}, .files = local}}),
                                             faulty(local, std::make_shared<Faults>())};
  for (const auto& files : all) {
    ASSERT_NE(files->owner_setter(), nullptr);
    ASSERT_NE(files->link_maker(), nullptr);
    EXPECT_TRUE(sync_wait(files->owner_setter()->set_owner(at("/f"), std::nullopt, group)));
    EXPECT_TRUE(sync_wait(files->link_maker()->make_link(at("/link"), at("/f"))));
    EXPECT_EQ(retrieve(*files, at("/link")), "content");
    EXPECT_TRUE(sync_wait(files->remove_file(at("/link"))));
  }
  EXPECT_EQ(read_only(local)->owner_setter(), nullptr);
  EXPECT_EQ(read_only(local)->link_maker(), nullptr);
}

TEST(Wrappers, PassOnAttributes) {
  const ScratchDirectory scratch;
  const auto local = local_directory(scratch.path().string()).value();
  ASSERT_TRUE(store(*local, at("/f"), "content"));
  ASSERT_TRUE(sync_wait(local->link_maker()->make_link(at("/link"), at("/f"))));
  const std::shared_ptr<FileSystem> all[] = {local, mounted({{.at = {}, .files = local}}), read_only(local),
                                             faulty(local, std::make_shared<Faults>())};
  for (const auto& files : all) {
    ASSERT_NE(files->attribute_reader(), nullptr);
    EXPECT_EQ(sync_wait(files->attribute_reader()->attributes(at("/link")))->link_target, at("/f"));
    EXPECT_EQ(sync_wait(files->attribute_reader()->attributes(at("/f")))->link_target, std::nullopt);
    EXPECT_TRUE(sync_wait(files->attribute_reader()->attributes(at("/link")))->link);
    EXPECT_FALSE(sync_wait(files->attribute_reader()->attributes(at("/f")))->link);
  }
}

TEST(Mounts, TargetsOfLinksAreWhereTheMountShowsThem) {
  const ScratchDirectory scratch;
  const auto local = local_directory(scratch.path().string()).value();
  ASSERT_TRUE(sync_wait(local->make_directory(at("/part"))));
  ASSERT_TRUE(store(*local, at("/part/f"), "content"));
  ASSERT_TRUE(store(*local, at("/other"), "content"));
  ASSERT_TRUE(sync_wait(local->link_maker()->make_link(at("/part/link"), at("/part/f"))));
  ASSERT_TRUE(sync_wait(local->link_maker()->make_link(at("/part/out"), at("/other"))));
  const auto files = mounted({{.at = at("/m"), .files = local, .from = at("/part")}});
  AttributeReader& reader = *files->attribute_reader();
  EXPECT_EQ(sync_wait(reader.attributes(at("/m/link")))->link_target, at("/m/f"));
  EXPECT_EQ(sync_wait(reader.attributes(at("/m/out")))->link_target, std::nullopt);
  EXPECT_TRUE(sync_wait(reader.attributes(at("/m/out")))->link);
  EXPECT_EQ(sync_wait(reader.attributes(at("/")))->link_target, std::nullopt);
}

TEST(Mounts, ALinkLeadsNowhereElse) {
  const ScratchDirectory scratch;
  const auto local = local_directory(scratch.path().string()).value();
  ASSERT_TRUE(store(*local, at("/f"), "content"));
  const auto files = mounted({{.at = at("/m"), .files = local}, {.at = at("/n"), .files = memory_file_system()}});
  EXPECT_TRUE(sync_wait(files->link_maker()->make_link(at("/m/link"), at("/m/f"))));
  EXPECT_EQ(retrieve(*files, at("/m/link")), "content");
  EXPECT_EQ(code_of(sync_wait(files->link_maker()->make_link(at("/m/out"), at("/n/f")))), FsErrc::unsupported);
  EXPECT_EQ(code_of(sync_wait(files->link_maker()->make_link(at("/n/out"), at("/n/f")))), FsErrc::unsupported);
  EXPECT_EQ(code_of(sync_wait(files->link_maker()->make_link(at("/m"), at("/m/f")))), FsErrc::exists);
}

TEST(MountedWrongly, IsAMistakeOfTheProgram) {
  EXPECT_THROW(mounted({{.at = at("/a"), .files = nullptr}}), std::invalid_argument);
  const auto files = memory_file_system();
  EXPECT_THROW(mounted({{.at = at("/a"), .files = files}, {.at = at("/a"), .files = files}}), std::invalid_argument);
}

TEST(UnconfinedDirectory, IsTheWholeMachine) {
  const ScratchDirectory scratch;
  const ScratchDirectory elsewhere;
  put_on_disk(elsewhere.path() / "f", "content");
  std::filesystem::create_symlink(elsewhere.path(), scratch.path() / "link");
  const auto files = unconfined_directory();
  ASSERT_TRUE(files);
  EXPECT_EQ(retrieve(**files, at((elsewhere.path() / "f").string())), "content");
  EXPECT_EQ(retrieve(**files, at((scratch.path() / "link/f").string())), "content");
}

TEST(OnPool, RunsEveryCallThere) {
  class Shelf final : public BlockingFileSystem {
   public:
    Result<FileInfo> stat(const FtpPath&) override {
      FileInfo info;
      info.kind = FileKind::directory;
      return info;
    }
    Result<std::vector<BlockingEntry>> list(const FtpPath&, Detail) override {
      return std::vector<BlockingEntry>{{"book", {}}};
    }
    Result<std::unique_ptr<BlockingSource>> open_read(const FtpPath&, std::uint64_t) override {
      return std::unexpected(FsErrc::busy);
    }
    Result<std::unique_ptr<BlockingSink>> open_write(const FtpPath&, const StoreRequest&) override {
      return std::unexpected(FsErrc::over_quota);
    }
    Result<void> make_directory(const FtpPath&) override { return std::unexpected(FsErrc::not_permitted); }
    Result<void> remove_directory(const FtpPath&) override { return std::unexpected(FsErrc::not_permitted); }
    Result<void> remove_file(const FtpPath&) override { return std::unexpected(FsErrc::not_permitted); }
    Result<void> rename(const FtpPath&, const FtpPath&, bool) override { return std::unexpected(FsErrc::bad_name); }
  };
  const auto files = on_pool(std::make_shared<Shelf>());
  const int before = this_thread_executor().blocking();
  EXPECT_EQ(sync_wait(files->stat(at("/")))->kind, FileKind::directory);
  EXPECT_THAT(names(*files, at("/")), ElementsAre("book"));
  EXPECT_EQ(code_of(retrieve(*files, at("/f"))), FsErrc::busy);
  EXPECT_EQ(code_of(store(*files, at("/f"), "x")), FsErrc::over_quota);
  EXPECT_EQ(code_of(make_directory(*files, "/d")), FsErrc::not_permitted);
  EXPECT_EQ(code_of(move(*files, "/a", "/b")), FsErrc::bad_name);
  EXPECT_EQ(this_thread_executor().blocking() - before, 6);
  EXPECT_EQ(files->mode_setter(), nullptr);
  EXPECT_EQ(files->time_setter(), nullptr);
  EXPECT_EQ(files->space_teller(), nullptr);
}

TEST(Faulty, FailsTheOperationThatItIsToldTo) {
  const auto faults = std::make_shared<Faults>();
  const auto files = faulty(memory_file_system(), faults);
  EXPECT_TRUE(store(*files, at("/f"), "content"));
  EXPECT_EQ(faults->operations(), 4u);  // open_write, start, write, commit
  for (std::uint64_t n = 0; n < 4; ++n) {
    faults->fail_after(n, FsErrc::no_space);
    EXPECT_EQ(code_of(store(*files, at("/g"), "content")), FsErrc::no_space) << n;
    EXPECT_EQ(faults->failures(), n + 1);
    EXPECT_THAT(names(*files, at("/")), ElementsAre("f")) << n;
  }
  EXPECT_TRUE(store(*files, at("/g"), "content"));
}

TEST(Faulty, FailsWhereARuleSaysSo) {
  const auto faults = std::make_shared<Faults>();
  const auto files = faulty(memory_with("/f", "content"), faults);
  faults->fail_where([](std::string_view operation, const FtpPath& path) -> std::optional<FsError> {
    if (operation == "read" && path.name() == "f") return FsErrc::failed;
    return std::nullopt;
  });
  EXPECT_EQ(code_of(retrieve(*files, at("/f"))), FsErrc::failed);
  EXPECT_TRUE(sync_wait(files->stat(at("/f"))));
  faults->fail_where({});
  EXPECT_EQ(retrieve(*files, at("/f")), "content");
}

TEST(Faulty, TakesAsLongAsItIsToldTo) {
  const auto faults = std::make_shared<Faults>();
  const auto files = faulty(memory_file_system(), faults);
  faults->slow_down(std::chrono::milliseconds(20));
  const auto begun = std::chrono::steady_clock::now();
  EXPECT_TRUE(sync_wait(files->stat(at("/"))));
  EXPECT_GE(std::chrono::steady_clock::now() - begun, std::chrono::milliseconds(20));
}

}  // namespace
}  // namespace ferry::test
