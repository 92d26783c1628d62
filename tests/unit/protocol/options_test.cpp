#include "protocol/options.hpp"

#include <gtest/gtest.h>

namespace ferry {
namespace {

using Options = std::pair<std::string, std::string>;

TEST(SplitOpts, SeparatesTheCommandFromItsOptions) {
  EXPECT_EQ(split_opts("MLST type;size;"), Options("MLST", "type;size;"));
  EXPECT_EQ(split_opts("utf8 on"), Options("UTF8", "on"));
  EXPECT_EQ(split_opts("Utf-8 NLST"), Options("UTF-8", "NLST"));
  EXPECT_EQ(split_opts("MODE Z LEVEL 9"), Options("MODE", "Z LEVEL 9"));
}

TEST(SplitOpts, TakesACommandWithoutOptions) {
  EXPECT_EQ(split_opts("mlst"), Options("MLST", ""));
  EXPECT_EQ(split_opts("mlst "), Options("MLST", ""));
}

TEST(SplitOpts, TakesOneSpaceAsSeparatorOnly) { EXPECT_EQ(split_opts("MLST  type; "), Options("MLST", " type; ")); }

TEST(SplitOpts, RefusesWhatDoesNotBeginWithAWord) {
  for (std::string_view bad : {"", " ", " MLST", "MLST;type;", "MLST\ttype;", "\xC3\xA4", "\"MLST\""})
    EXPECT_EQ(split_opts(bad), std::nullopt) << "input: " << bad;
}

}  // namespace
}  // namespace ferry
