// What only the memory has: a limit.
#include "storage/memory/memory_tree.hpp"
#include "storage_support.hpp"

namespace ferry::test {
namespace {

TEST(MemoryFileSystem, HoldsNoMoreThanItsCapacity) {
  const auto files = memory_file_system(10);
  EXPECT_EQ(sync_wait(files->space_teller()->available(at("/"))), 10u);
  ASSERT_TRUE(store(*files, at("/a"), "123456"));
  EXPECT_EQ(sync_wait(files->space_teller()->available(at("/"))), 4u);
  EXPECT_EQ(code_of(store(*files, at("/b"), "12345")), FsErrc::no_space);
  EXPECT_EQ(code_of(store(*files, at("/a"), "12345", {.mode = StoreMode::append})), FsErrc::no_space);
  EXPECT_EQ(retrieve(*files, at("/a")), "123456");
  ASSERT_TRUE(store(*files, at("/b"), "1234"));
  ASSERT_TRUE(sync_wait(files->remove_file(at("/a"))));
  EXPECT_EQ(sync_wait(files->space_teller()->available(at("/"))), 6u);
}

TEST(MemoryFileSystem, CountsUploadsUnderWayAndGivesTheirRoomBack) {
  const auto files = memory_file_system(10);
  {
    auto sink = sync_wait(files->open_write(at("/a"), {})).value();
    ASSERT_TRUE(sync_wait(sink->start()));
    ASSERT_TRUE(write_text(*sink, "12345678"));
    EXPECT_EQ(sync_wait(files->space_teller()->available(at("/"))), 2u);
    EXPECT_EQ(code_of(store(*files, at("/b"), "123")), FsErrc::no_space);
  }
  EXPECT_EQ(sync_wait(files->space_teller()->available(at("/"))), 10u);
  ASSERT_TRUE(store(*files, at("/c"), "1234567890"));
  ASSERT_TRUE(store(*files, at("/c"), "", {.mode = StoreMode::resume, .offset = 5}));
  EXPECT_EQ(sync_wait(files->space_teller()->available(at("/"))), 5u);
}

TEST(MemoryContent, GivesBackTheMemoryOfWhatIsCutOff) {
  MemoryBudget budget(1'000'000);
  MemoryContent content(budget);
  ASSERT_TRUE(content.append(std::vector<std::byte>(1'000'000)));
  content.cut(10);
  EXPECT_EQ(budget.left(), 999'990u);
  EXPECT_LT(content.octets().capacity(), 100'000u);
}

TEST(MemoryFileSystem, CountsWhatAReaderStillHolds) {
  const auto files = memory_file_system(10);
  ASSERT_TRUE(store(*files, at("/a"), "123456"));
  {
    const auto source = sync_wait(files->open_read(at("/a"), 0)).value();
    ASSERT_TRUE(sync_wait(files->remove_file(at("/a"))));
    EXPECT_EQ(sync_wait(files->space_teller()->available(at("/"))), 4u);
    EXPECT_EQ(read_rest(*source), "123456");
  }
  EXPECT_EQ(sync_wait(files->space_teller()->available(at("/"))), 10u);
}

TEST(MemoryFileSystem, AReaderDoesNotSeeWhatIsAppendedLater) {
  const auto files = memory_file_system();
  ASSERT_TRUE(store(*files, at("/a"), "one"));
  const auto source = sync_wait(files->open_read(at("/a"), 0)).value();
  ASSERT_TRUE(store(*files, at("/a"), " two", {.mode = StoreMode::append}));
  EXPECT_EQ(read_rest(*source), "one");
  EXPECT_EQ(retrieve(*files, at("/a")), "one two");
}

TEST(MemoryFileSystem, OutlivesItsOwnerWithAnOpenFile) {
  auto files = memory_file_system();
  ASSERT_TRUE(store(*files, at("/a"), "x"));
  const auto source = sync_wait(files->open_read(at("/a"), 0)).value();
  files.reset();
  EXPECT_EQ(read_rest(*source), "x");
}

}  // namespace
}  // namespace ferry::test
