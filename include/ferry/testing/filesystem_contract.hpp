// What every FileSystem promises in ferry/filesystem.hpp, as tests for GoogleTest (link with gmock). To run them over a
// storage of yours, say in one source file:
//
//     const ferry::contract::StorageKind mine{"Mine", [] { return ferry::contract::Storage{make_empty_storage()}; }};
//     using ferry::contract::FileSystemContract;
//     INSTANTIATE_TEST_SUITE_P(Mine, FileSystemContract, testing::Values(mine));
//
// and the same for FileSystemAbilities where it sets modes and times and tells how much room is left, and for
// FileSystemPolicies where its uploads follow an UploadPolicy. Each test gets a
// new, empty file system with room for at least 1 MiB.
#pragma once

#include <gmock/gmock.h>

#include <functional>
#include <string>
#include <thread>
#include <vector>

#include <ferry/export.hpp>
#include <ferry/testing/storage_calls.hpp>

namespace FERRY_API ferry {
namespace contract {

// A file system, and whatever it needs to exist.
struct Storage {
  std::shared_ptr<FileSystem> files;
  std::shared_ptr<void> resources{};
};

struct StorageKind {
  std::string name;
  std::function<Storage()> make;

  friend void PrintTo(const StorageKind& kind, std::ostream* out) { *out << kind.name; }
};

class FileSystemContract : public ::testing::TestWithParam<StorageKind> {
 protected:
  Result<void> mkdir(std::string_view path) { return sync_wait(files_.make_directory(at(path))); }
  Result<void> rmdir(std::string_view path) { return sync_wait(files_.remove_directory(at(path))); }
  Result<void> unlink(std::string_view path) { return sync_wait(files_.remove_file(at(path))); }
  Result<FileInfo> stat(std::string_view path) { return sync_wait(files_.stat(at(path))); }
  Result<void> put(std::string_view path, std::string_view text, const StoreRequest& request = {}) {
    return store(files_, at(path), text, request);
  }
  Result<std::string> get(std::string_view path, std::uint64_t offset = 0) {
    return retrieve(files_, at(path), offset);
  }
  Result<void> move(std::string_view from, std::string_view to, bool may_replace = true) {
    return sync_wait(files_.rename(at(from), at(to), may_replace));
  }
  Result<std::unique_ptr<Sink>> open(std::string_view path, const StoreRequest& request = {}) {
    return sync_wait(files_.open_write(at(path), request));
  }

  const Storage storage_ = GetParam().make();
  FileSystem& files_ = *storage_.files;
};

// The optional abilities.
class FileSystemAbilities : public FileSystemContract {};

// What uploads may be asked for beyond the necessary.
class FileSystemPolicies : public FileSystemContract {};

// Which of the suites run is the choice of who includes this.
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(FileSystemContract);
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(FileSystemAbilities);
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(FileSystemPolicies);

inline constexpr StoreRequest append{.mode = StoreMode::append};
inline constexpr StoreRequest unique{.mode = StoreMode::unique};
inline StoreRequest resume_at(std::uint64_t offset) { return {.mode = StoreMode::resume, .offset = offset}; }

TEST_P(FileSystemContract, ShowsAnEmptyRootAtFirst) {
  const auto root = stat("/");
  ASSERT_TRUE(root);
  EXPECT_EQ(root->kind, FileKind::directory);
  EXPECT_FALSE(root->access.removable);
  EXPECT_TRUE(root->access.enter);
  EXPECT_THAT(names(files_, at("/")), ::testing::IsEmpty());
}

TEST_P(FileSystemContract, GivesBackWhatWasStored) {
  ASSERT_TRUE(put("/a", "hello"));
  EXPECT_EQ(get("/a"), "hello");
  const auto info = stat("/a");
  ASSERT_TRUE(info);
  EXPECT_EQ(info->kind, FileKind::regular);
  EXPECT_EQ(info->size, 5u);
  EXPECT_EQ(info->links, 1u);
  EXPECT_TRUE(info->access.read && info->access.write && info->access.removable);
  EXPECT_GT(info->modified.time_since_epoch().count(), 0);
  EXPECT_NE(info->device, 0u);
  EXPECT_FALSE(info->owner.empty());
  EXPECT_FALSE(info->group.empty());
}

TEST_P(FileSystemContract, StoresAnEmptyFile) {
  ASSERT_TRUE(put("/empty", ""));
  EXPECT_EQ(get("/empty"), "");
  EXPECT_EQ(stat("/empty")->size, 0u);
}

TEST_P(FileSystemContract, KeepsNamesOctetByOctet) {
  for (const char* name :
       {"/with space", "/-dash", "/\"quoted\"", "/new\nline", "/\xff\xfe", "/gr\xc3\xbc\xc3\x9f", "/ "}) {
    ASSERT_TRUE(put(name, name)) << name;
    EXPECT_EQ(get(name), name);
  }
  EXPECT_EQ(names(files_, at("/")).size(), 7u);
}

TEST_P(FileSystemContract, SaysNotFoundForWhatIsNotThere) {
  EXPECT_EQ(code_of(stat("/no")), FsErrc::not_found);
  EXPECT_EQ(code_of(get("/no")), FsErrc::not_found);
  EXPECT_EQ(code_of(unlink("/no")), FsErrc::not_found);
  EXPECT_EQ(code_of(rmdir("/no")), FsErrc::not_found);
  EXPECT_EQ(code_of(move("/no", "/new")), FsErrc::not_found);
  EXPECT_EQ(code_of(mkdir("/no/sub")), FsErrc::not_found);
  EXPECT_EQ(code_of(put("/no/file", "x")), FsErrc::not_found);
  EXPECT_EQ(code_of(sync_wait(files_.list(at("/no"), Detail::full))), FsErrc::not_found);
}

TEST_P(FileSystemContract, TellsFilesFromDirectories) {
  ASSERT_TRUE(mkdir("/d"));
  ASSERT_TRUE(put("/f", "x"));
  EXPECT_EQ(code_of(get("/d")), FsErrc::not_a_file);
  EXPECT_EQ(code_of(get("/")), FsErrc::not_a_file);
  EXPECT_EQ(code_of(put("/d", "x")), FsErrc::not_a_file);
  EXPECT_EQ(code_of(put("/", "x")), FsErrc::not_a_file);
  EXPECT_EQ(code_of(put("/d", "x", append)), FsErrc::not_a_file);
  EXPECT_EQ(code_of(put("/d", "x", resume_at(0))), FsErrc::not_a_file);
  EXPECT_EQ(code_of(unlink("/d")), FsErrc::not_a_file);
  EXPECT_EQ(code_of(unlink("/")), FsErrc::not_a_file);
  EXPECT_EQ(code_of(rmdir("/f")), FsErrc::not_a_directory);
  EXPECT_EQ(code_of(sync_wait(files_.list(at("/f"), Detail::names))), FsErrc::not_a_directory);
  EXPECT_EQ(code_of(stat("/f/below")), FsErrc::not_a_directory);
  EXPECT_EQ(code_of(put("/f/below", "x")), FsErrc::not_a_directory);
  EXPECT_EQ(code_of(put("/f", "x", unique)), FsErrc::not_a_directory);
}

TEST_P(FileSystemContract, RefusesANameThatIsTooLong) {
  const std::string longest = "/" + std::string(255, 'n');
  const std::string longer = longest + "n";
  EXPECT_TRUE(put(longest, "x"));
  EXPECT_EQ(code_of(put(longer, "x")), FsErrc::bad_name);
  EXPECT_EQ(code_of(mkdir(longer)), FsErrc::bad_name);
  EXPECT_EQ(code_of(move(longest, longer)), FsErrc::bad_name);
  EXPECT_EQ(get(longest), "x");
}

TEST_P(FileSystemContract, ReadsFromAnOffset) {
  ASSERT_TRUE(put("/a", "0123456789"));
  EXPECT_EQ(get("/a", 4), "456789");
  EXPECT_EQ(get("/a", 10), "");
  EXPECT_EQ(code_of(get("/a", 11)), FsErrc::bad_offset);
  EXPECT_EQ(code_of(get("/a", ~0ull)), FsErrc::bad_offset);
  EXPECT_EQ(sync_wait(files_.open_read(at("/a"), 3)).value()->remaining(), 7u);
}

TEST_P(FileSystemContract, GoesOnReadingAFileThatWasReplacedOrRemoved) {
  ASSERT_TRUE(put("/a", "old"));
  auto source = sync_wait(files_.open_read(at("/a"), 0)).value();
  ASSERT_TRUE(put("/a", "newer"));
  ASSERT_TRUE(unlink("/a"));
  EXPECT_EQ(read_rest(*source), "old");
}

TEST_P(FileSystemContract, MakesAndRemovesDirectories) {
  ASSERT_TRUE(mkdir("/d"));
  ASSERT_TRUE(mkdir("/d/sub"));
  EXPECT_EQ(code_of(mkdir("/d")), FsErrc::exists);
  EXPECT_EQ(code_of(mkdir("/")), FsErrc::exists);
  EXPECT_EQ(code_of(rmdir("/d")), FsErrc::not_empty);
  ASSERT_TRUE(rmdir("/d/sub"));
  ASSERT_TRUE(rmdir("/d"));
  EXPECT_EQ(code_of(rmdir("/")), FsErrc::not_permitted);
  EXPECT_THAT(names(files_, at("/")), ::testing::IsEmpty());
}

TEST_P(FileSystemContract, RenamesFilesAndDirectories) {
  ASSERT_TRUE(mkdir("/d"));
  ASSERT_TRUE(put("/d/a", "x"));
  ASSERT_TRUE(move("/d", "/e", false));
  ASSERT_TRUE(move("/e/a", "/b", false));
  EXPECT_EQ(get("/b"), "x");
  EXPECT_THAT(names(files_, at("/")), ::testing::ElementsAre("b", "e"));
  EXPECT_THAT(names(files_, at("/e")), ::testing::IsEmpty());
}

TEST_P(FileSystemContract, RenamesOverAFileOnlyWhereThatIsAllowed) {
  ASSERT_TRUE(put("/a", "a"));
  ASSERT_TRUE(put("/b", "b"));
  EXPECT_EQ(code_of(move("/a", "/b", false)), FsErrc::exists);
  EXPECT_EQ(get("/b"), "b");
  EXPECT_TRUE(move("/a", "/a", true));
  ASSERT_TRUE(move("/a", "/b", true));
  EXPECT_EQ(get("/b"), "a");
  EXPECT_EQ(code_of(stat("/a")), FsErrc::not_found);
}

TEST_P(FileSystemContract, NeverRenamesOverADirectory) {
  ASSERT_TRUE(mkdir("/empty"));
  ASSERT_TRUE(mkdir("/d"));
  ASSERT_TRUE(put("/a", "a"));
  EXPECT_EQ(code_of(move("/a", "/empty")), FsErrc::exists);
  EXPECT_EQ(code_of(move("/d", "/empty")), FsErrc::exists);
  EXPECT_EQ(code_of(move("/d", "/a")), FsErrc::exists);
  EXPECT_EQ(code_of(move("/d", "/d")), FsErrc::exists);
  EXPECT_EQ(code_of(move("/d", "/")), FsErrc::exists);
  EXPECT_THAT(names(files_, at("/")), ::testing::ElementsAre("a", "d", "empty"));
}

TEST_P(FileSystemContract, RefusesRenamesThatCannotBe) {
  ASSERT_TRUE(mkdir("/d"));
  EXPECT_EQ(code_of(move("/d", "/d/e")), FsErrc::bad_name);
  EXPECT_EQ(code_of(move("/", "/e")), FsErrc::not_permitted);
  EXPECT_EQ(code_of(move("/d", "/no/e")), FsErrc::not_found);
}

TEST_P(FileSystemContract, ListsEachEntryOnceWithTheFactsOfStat) {
  constexpr int many = 3000;
  ASSERT_TRUE(mkdir("/d"));
  ASSERT_TRUE(mkdir("/d/sub"));
  for (int i = 0; i < many; ++i)
    ASSERT_TRUE(put("/d/f" + std::to_string(i), std::string(static_cast<std::size_t>(i % 7), 'x')));
  for (const Detail detail : {Detail::names, Detail::full}) {
    const auto all = entries(files_, at("/d"), detail);
    ASSERT_EQ(all.size(), many + 1u);
    EXPECT_EQ(all.at("sub").kind, FileKind::directory);
    EXPECT_EQ(all.at("f5").kind, FileKind::regular);
  }
  for (const auto& [name, info] : entries(files_, at("/d"))) {
    const auto same = stat("/d/" + name);
    ASSERT_TRUE(same) << name;
    EXPECT_EQ(info.size, same->size);
    EXPECT_EQ(info.kind, same->kind);
    EXPECT_EQ(info.mode, same->mode);
    EXPECT_EQ(info.links, same->links);
    EXPECT_EQ(info.modified, same->modified);
    EXPECT_EQ(info.created, same->created);
    EXPECT_EQ(info.inode, same->inode);
    EXPECT_EQ(info.device, same->device);
    EXPECT_EQ(info.owner, same->owner);
    EXPECT_EQ(info.group, same->group);
    EXPECT_EQ(info.access.removable, same->access.removable);
  }
}

TEST_P(FileSystemContract, ListsADirectoryThatChangesMeanwhile) {
  for (int i = 0; i < 1500; ++i) ASSERT_TRUE(put("/f" + std::to_string(i), ""));
  auto reader = sync_wait(files_.list(at("/"), Detail::full)).value();
  ASSERT_TRUE(sync_wait(reader->next()));
  for (int i = 0; i < 1500; ++i) ASSERT_TRUE(unlink("/f" + std::to_string(i)));
  for (;;) {
    const auto batch = sync_wait(reader->next());
    ASSERT_TRUE(batch);
    if (batch->empty()) break;
  }
}

TEST_P(FileSystemAbilities, SetsModes) {
  ASSERT_NE(files_.mode_setter(), nullptr);
  ASSERT_TRUE(put("/a", "x"));
  ASSERT_TRUE(mkdir("/d"));
  for (const char* path : {"/a", "/d"}) {
    ASSERT_TRUE(sync_wait(files_.mode_setter()->set_mode(at(path), 0751)));
    EXPECT_EQ(stat(path)->mode, 0751u);
    ASSERT_TRUE(sync_wait(files_.mode_setter()->set_mode(at(path), 07700)));
    EXPECT_EQ(stat(path)->mode, 0700u);
  }
  EXPECT_EQ(code_of(sync_wait(files_.mode_setter()->set_mode(at("/no"), 0700))), FsErrc::not_found);
}

TEST_P(FileSystemAbilities, SetsTimesOnBothSidesOfTheEpoch) {
  ASSERT_NE(files_.time_setter(), nullptr);
  ASSERT_TRUE(put("/a", "x"));
  ASSERT_TRUE(mkdir("/d"));
  for (const char* path : {"/a", "/d"})
    for (const auto time : {std::chrono::nanoseconds(1'600'000'000'500'000'000), std::chrono::nanoseconds(0),
                            std::chrono::nanoseconds(-1'500'000'000)}) {
      ASSERT_TRUE(sync_wait(files_.time_setter()->set_modified(at(path), FileTime(time))));
      EXPECT_EQ(stat(path)->modified, FileTime(time));
    }
  EXPECT_EQ(code_of(sync_wait(files_.time_setter()->set_modified(at("/no"), FileTime()))), FsErrc::not_found);
}

TEST_P(FileSystemAbilities, TellsHowMuchRoomIsLeft) {
  ASSERT_NE(files_.space_teller(), nullptr);
  const auto room = sync_wait(files_.space_teller()->available(at("/")));
  ASSERT_TRUE(room);
  EXPECT_GE(*room, 1u << 20);
  EXPECT_EQ(code_of(sync_wait(files_.space_teller()->available(at("/no")))), FsErrc::not_found);
}

TEST_P(FileSystemContract, MovesMoreThanOneBuffer) {
  std::string text;
  for (int i = 0; text.size() < 500'000; ++i) text += std::to_string(i);
  ASSERT_TRUE(put("/big", text));
  EXPECT_EQ(get("/big"), text);
  EXPECT_EQ(get("/big", 123'456), text.substr(123'456));
}

TEST_P(FileSystemContract, TellsFilesApartByDeviceAndInode) {
  ASSERT_TRUE(put("/a", "x"));
  ASSERT_TRUE(put("/b", "x"));
  ASSERT_TRUE(mkdir("/d"));
  EXPECT_NE(stat("/a")->inode, stat("/b")->inode);
  EXPECT_NE(stat("/a")->inode, stat("/d")->inode);
  const auto before = stat("/a")->inode;
  ASSERT_TRUE(move("/a", "/d/a"));
  EXPECT_EQ(stat("/d/a")->inode, before);
}

TEST_P(FileSystemContract, ServesSeveralThreadsAtOnce) {
  ASSERT_TRUE(put("/shared", "shared content"));
  std::vector<std::thread> threads;
  for (int number = 0; number < 4; ++number)
    threads.emplace_back([this, number] {
      const std::string own = "/own" + std::to_string(number);
      for (int i = 0; i < 50; ++i) {
        EXPECT_TRUE(put(own, own));
        EXPECT_TRUE(put("/shared", "shared content"));
        const auto appended = put("/log", "x", append);
        EXPECT_TRUE(appended || appended.error().code == FsErrc::busy);
        EXPECT_EQ(get("/shared"), "shared content");
        EXPECT_TRUE(stat("/shared"));
        EXPECT_FALSE(names(files_, at("/"), Detail::full).empty());
        EXPECT_TRUE(move(own, own + "b"));
        EXPECT_TRUE(unlink(own + "b"));
      }
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(get("/shared"), "shared content");
  EXPECT_THAT(names(files_, at("/")), ::testing::ElementsAre("log", "shared"));
}

}  // namespace contract
}  // namespace ferry

#include <ferry/testing/filesystem_contract_policies.hpp>
#include <ferry/testing/filesystem_contract_uploads.hpp>
