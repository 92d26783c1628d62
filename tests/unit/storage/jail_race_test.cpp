// Somebody on the machine swaps directories for links that lead out, while a user works on paths through them: whatever
// the moment, nothing outside is read or changed.
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <thread>

#include "storage/local/local_file_system.hpp"
#include "storage_support.hpp"

namespace ferry::test {
namespace {

namespace fs = std::filesystem;

// Every path below `directory` with its kind and, for files, its content.
std::map<std::string, std::string> snapshot(const fs::path& directory) {
  std::map<std::string, std::string> result;
  for (const auto& entry : fs::recursive_directory_iterator(directory))
    result[entry.path().string()] = entry.is_regular_file() ? "file " + get_from_disk(entry.path()) : "other";
  return result;
}

class JailRaceTest : public testing::TestWithParam<LocalOptions> {};

INSTANTIATE_TEST_SUITE_P(Each, JailRaceTest,
                         testing::Values(LocalOptions{}, LocalOptions{.method = Jail::Method::walk_only},
                                         LocalOptions{.named_temporaries = true}),
                         [](const auto& parameter) {
                           if (parameter.param.named_temporaries) return "NamedTemporaries";
                           return parameter.param.method == Jail::Method::walk_only ? "Walk" : "Kernel";
                         });

TEST_P(JailRaceTest, NothingOutsideIsReadOrChanged) {
  constexpr int rounds = 3000;
  const ScratchDirectory scratch;
  const fs::path root = scratch.path() / "root";
  const fs::path outside = scratch.path() / "outside";
  for (const fs::path& top : {root / "d", outside}) {
    fs::create_directories(top / "sub");
    fs::create_directories(top / "empty");
    put_on_disk(top / "file", top == outside ? "outside" : "inside");
    put_on_disk(top / "sub/file", top == outside ? "outside" : "inside");
    put_on_disk(top / "victim", top == outside ? "outside" : "inside");
  }
  fs::create_symlink("../outside", root / "evil");
  fs::create_symlink(outside, root / "absolute");
  const auto before = snapshot(outside);
  const auto outside_number = fs::hard_link_count(outside / "file");

  const auto files = open_local_directory(root.string(), GetParam()).value();
  std::atomic<bool> done = false;
  std::thread swapper([&] {
    // Each turn: the link of the turn takes the directory's name, then gives it back.
    for (int turn = 0; !done; ++turn) {
      const fs::path link = root / (turn % 2 == 0 ? "evil" : "absolute");
      for (int half = 0; half < 2; ++half)
        ::renameat2(AT_FDCWD, link.c_str(), AT_FDCWD, (root / "d").c_str(), RENAME_EXCHANGE);
    }
  });

  int inside_reads = 0;
  for (int round = 0; round < rounds; ++round) {
    const std::string name = "/d/new" + std::to_string(round % 8);
    for (const char* path : {"/d/file", "/d/sub/file"}) {
      const auto text = retrieve(*files, at(path));
      if (text) {
        EXPECT_EQ(*text, "inside");
        ++inside_reads;
      }
    }
    if (const auto info = sync_wait(files->stat(at("/d/file")))) {
      EXPECT_EQ(info->size, 6u);
    }
    if (const auto reader = sync_wait(files->list(at("/d"), Detail::full)))
      while (true) {
        const auto batch = sync_wait((*reader)->next());
        if (!batch || batch->empty()) break;
        for (const DirectoryEntry& entry : *batch) EXPECT_TRUE(entry.name != "file" || entry.info.size == 6u);
      }
    std::ignore = store(*files, at(name), "made");
    std::ignore = store(*files, at("/d/victim"), "inside");
    std::ignore = store(*files, at("/d/sub/more"), "+", {.mode = StoreMode::append});
    std::ignore = store(*files, at("/d/file"), "inside", {.mode = StoreMode::resume});
    std::ignore = sync_wait(files->make_directory(at("/d/made")));
    std::ignore = sync_wait(files->rename(at(name), at("/d/moved"), true));
    std::ignore = sync_wait(files->rename(at("/d/moved"), at("/moved"), true));
    std::ignore = sync_wait(files->mode_setter()->set_mode(at("/d/file"), 0600));
    std::ignore = sync_wait(files->time_setter()->set_modified(at("/d/file"), FileTime()));
    std::ignore = sync_wait(files->remove_file(at("/d/moved")));
    std::ignore = sync_wait(files->remove_directory(at("/d/made")));
    std::ignore = sync_wait(files->remove_directory(at("/d/sub/none")));
    if (testing::Test::HasFailure()) break;
  }
  done = true;
  swapper.join();

  EXPECT_GT(inside_reads, 0);
  EXPECT_EQ(snapshot(outside), before);
  EXPECT_EQ(fs::hard_link_count(outside / "file"), outside_number);
  struct ::stat facts;
  ASSERT_EQ(::stat((outside / "file").c_str(), &facts), 0);
  EXPECT_NE(facts.st_mtime, 0);
  EXPECT_NE(facts.st_mode & 0777u, 0600u);
}

}  // namespace
}  // namespace ferry::test
