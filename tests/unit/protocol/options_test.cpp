#include "protocol/options.hpp"

#include <gtest/gtest.h>

namespace ferry::test {
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

TEST(OptsModeZ, TakesPairsOfWordsInAnyOrder) {
  EXPECT_EQ(parse_opts_mode_z("Z", 6), 6);
  EXPECT_EQ(parse_opts_mode_z("z level 9", 6), 9);
  EXPECT_EQ(parse_opts_mode_z("Z LEVEL 0 ENGINE zlib", 6), 0);
  EXPECT_EQ(parse_opts_mode_z("Z METHOD 8 EXTRA ON ENGINE ZLIB LEVEL 3", 6), 3);
  EXPECT_EQ(parse_opts_mode_z("Z EXTRA OFF", 6), 6);
}

TEST(OptsModeZ, RefusesWhatIsUnknownOrCannotBe) {
  for (std::string_view bad :
       {"", "S", "ZZ", "Z ", "Z LEVEL", "Z LEVEL ", "Z LEVEL 10", "Z LEVEL -1", "Z LEVEL x", "Z  LEVEL 1", " Z LEVEL 1",
        "Z LEVEL  1", "Z LEVEL 1 ", "Z METHOD 7", "Z ENGINE LZMA", "Z EXTRA MAYBE", "Z WINDOW 15", "Z LEVEL 1 METHOD"})
    EXPECT_EQ(parse_opts_mode_z(bad, 6), std::nullopt) << bad;
}

}  // namespace
}  // namespace ferry::test
