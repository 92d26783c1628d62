// The books of a quota, and the count of a tree that they begin with.
#include <gtest/gtest.h>

#include <limits>

#include <ferry/quota.hpp>
#include <ferry/testing/faulty_filesystem.hpp>

#include "quota_support.hpp"
#include "storage/quota/quota_books.hpp"
#include "storage/quota/tree_count.hpp"
#include "storage_support.hpp"

namespace ferry::test {
namespace {

using namespace std::chrono_literals;

TEST(QuotaCount, IsNeverLoweredByWhatCannotBeListed) {
  const auto memory = memory_file_system();
  ASSERT_TRUE(sync_wait(memory->make_directory(at("/d"))));
  const auto faults = std::make_shared<Faults>();
  const auto quota = std::make_shared<Quota>(QuotaLimits{.octets = 10}, 0s);
  const auto files = with_quota(faulty(memory, faults), quota);
  ASSERT_TRUE(store(*files, at("/d/f"), "12345678"));
  faults->fail_where([](std::string_view operation, const FtpPath& path) -> std::optional<FsError> {
    if (operation == "list" && path == at("/d")) return FsErrc::not_permitted;
    return std::nullopt;
  });
  EXPECT_EQ(code_of(store(*files, at("/g"), "123")), FsErrc::over_quota);
  EXPECT_EQ(quota->usage()->octets, 8u);
}

TEST(QuotaCount, IsTriedAgainWhereTheStorageFails) {
  const auto faults = std::make_shared<Faults>();
  const auto quota = std::make_shared<Quota>(QuotaLimits{.octets = 10}, 0s);
  const auto files = with_quota(faulty(memory_file_system(), faults), quota);
  const auto break_listings = [&](bool broken) {
    faults->fail_where([broken](std::string_view operation, const FtpPath&) -> std::optional<FsError> {
      if (broken && operation == "list") return FsErrc::failed;
      return std::nullopt;
    });
  };
  break_listings(true);
  EXPECT_EQ(code_of(open_sink(*files, "/f")), FsErrc::failed);
  break_listings(false);
  EXPECT_TRUE(store(*files, at("/f"), "1234"));
  // What is known goes on to hold.
  break_listings(true);
  EXPECT_TRUE(store(*files, at("/g"), "123456"));
  EXPECT_EQ(quota->usage()->octets, 10u);
}

TEST(QuotaCount, TakesDirectoriesOfAllShapes) {
  const auto memory = memory_file_system();
  QuotaUsage expected;
  FtpPath deep;
  for (int depth = 0; depth < 60; ++depth) {
    deep = deep.child("d").value();
    ASSERT_TRUE(sync_wait(memory->make_directory(deep)));
    ASSERT_TRUE(store(*memory, deep.child("f").value(), "12"));
    expected.octets += 2;
    ++expected.files;
  }
  // More than are remembered at once.
  ASSERT_TRUE(sync_wait(memory->make_directory(at("/wide"))));
  for (int i = 0; i < 20'000; ++i) ASSERT_TRUE(sync_wait(memory->make_directory(at("/wide/" + std::to_string(i)))));
  ASSERT_TRUE(store(*memory, at("/wide/f"), "123"));
  ASSERT_TRUE(store(*memory, at("/wide/9999/f"), "1234"));
  ASSERT_TRUE(store(*memory, at("/wide/0/f"), "12345"));
  expected.octets += 12;
  expected.files += 3;
  EXPECT_EQ(fresh_count(*memory), expected);
}

TEST(QuotaBooks, KeepToTheirBounds) {
  constexpr auto most = std::numeric_limits<std::uint64_t>::max();
  QuotaBooks books({.octets = most}, never);
  books.set_counted({.usage = {.octets = most - 5, .files = 1}});
  EXPECT_FALSE(books.take({.octets = most}));
  EXPECT_FALSE(books.take({.octets = 6}));
  EXPECT_TRUE(books.take({.octets = 5}));
  EXPECT_EQ(books.octets_left(), 0u);
  books.correct({}, {.octets = most, .files = most});
  EXPECT_EQ(books.usage(), (QuotaUsage{.octets = most, .files = most}));
  books.give_back({.octets = most, .files = most});
  books.give_back({.octets = 1, .files = 1});
  EXPECT_EQ(books.usage(), QuotaUsage());
}

TEST(QuotaBooks, RefuseWhereMoreIsThereThanMayBe) {
  QuotaBooks books({.octets = 10}, never);
  books.set_counted({.usage = {.octets = 20, .files = 1}});
  EXPECT_EQ(books.octets_left(), 0u);
  EXPECT_FALSE(books.take({.octets = 1}));
  EXPECT_TRUE(books.take({.files = 1}));
}

}  // namespace
}  // namespace ferry::test
