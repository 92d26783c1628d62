#include "storage/local/owner_names.hpp"

#include <gtest/gtest.h>

namespace ferry::test {
namespace {

constexpr std::uint32_t unknown_id = 3'999'999'999;

TEST(OwnerNames, GivesTheNameOfAnId) {
  OwnerNames names;
  EXPECT_EQ(names.user(0), "root");
  EXPECT_EQ(names.group(0), "root");
}

TEST(OwnerNames, GivesTheIdWhereThereIsNoName) {
  OwnerNames names;
  EXPECT_EQ(names.user(unknown_id), "3999999999");
  EXPECT_EQ(names.group(unknown_id), "3999999999");
}

TEST(OwnerNames, KnowsWhatWasLookedUpAndKeepsItInPlace) {
  OwnerNames names;
  EXPECT_FALSE(names.known_user(0));
  EXPECT_FALSE(names.known_group(0));
  const std::string_view root = names.user(0);
  EXPECT_FALSE(names.known_group(0));
  for (std::uint32_t id = unknown_id; id < unknown_id + 1000; ++id) names.user(id);
  EXPECT_EQ(names.known_user(0)->data(), root.data());
  EXPECT_EQ(names.user(0).data(), root.data());
}

}  // namespace
}  // namespace ferry::test
