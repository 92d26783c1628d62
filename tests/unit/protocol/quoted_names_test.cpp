#include "protocol/quoted_names.hpp"

#include <gtest/gtest.h>

namespace ferry::test {
namespace {

FilePart part(std::string name, std::uint64_t start = 0, std::optional<std::uint64_t> end = std::nullopt) {
  return {.name = std::move(name), .start = start, .end = end};
}

TEST(ParseChecksumRequest, TakesANameInQuotesWithUpToTwoNumbers) {
  EXPECT_EQ(parse_checksum_request("\"a b\"")->part, part("a b"));
  EXPECT_EQ(parse_checksum_request("\"a b\" 10")->part, part("a b", 0, 10));
  EXPECT_EQ(parse_checksum_request("\"a b\" 3 10")->part, part("a b", 3, 10));
  EXPECT_EQ(parse_checksum_request("\"say \"\"yes\"\"\"")->part, part("say \"yes\""));
  EXPECT_FALSE(parse_checksum_request("\"a b\" 3 10")->otherwise);
}

TEST(ParseChecksumRequest, ReadsANameWithoutQuotesInTwoWays) {
  const auto request = parse_checksum_request("report 1 20");
  ASSERT_TRUE(request);
  EXPECT_EQ(request->part, part("report 1 20"));
  EXPECT_EQ(request->otherwise, part("report", 1, 20));
  EXPECT_EQ(parse_checksum_request("report 20")->otherwise, part("report", 0, 20));
  EXPECT_EQ(parse_checksum_request("a 1 2 3")->otherwise, part("a 1", 2, 3));
  EXPECT_FALSE(parse_checksum_request("report")->otherwise);
  EXPECT_FALSE(parse_checksum_request("report x")->otherwise);
  EXPECT_FALSE(parse_checksum_request("report 99999999999999999999")->otherwise);
}

TEST(ParseChecksumRequest, RefusesWhatIsNeither) {
  for (const char* bad : {"", "\"", "\"\"", "\"a", "\"a\"b", "\"a\" x", "\"a\" 1 2 3", "\"a\" -1", "\"a\" 1 x"})
    EXPECT_FALSE(parse_checksum_request(bad)) << bad;
}

TEST(ParseNames, SplitsAtSpacesOutsideQuotes) {
  EXPECT_EQ(parse_names("a b", 9), (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(parse_names("\"a b\" c \"d\"", 9), (std::vector<std::string>{"a b", "c", "d"}));
  EXPECT_EQ(parse_names("a  b ", 9), (std::vector<std::string>{"a", "b"}));
  EXPECT_FALSE(parse_names("a b c", 2));
  for (const char* bad : {"", " ", "\"a", "\"a\"b", "\"\" b"}) EXPECT_FALSE(parse_names(bad, 9)) << bad;
}

TEST(ParseNamesWithCommas, SplitsAtCommasOutsideQuotes) {
  EXPECT_EQ(parse_names_with_commas("a b", 9), (std::vector<std::string>{"a b"}));
  EXPECT_EQ(parse_names_with_commas("a, \"b, c\" ,d e", 9), (std::vector<std::string>{"a", "b, c", "d e"}));
  EXPECT_FALSE(parse_names_with_commas("a,b,c", 2));
  for (const char* bad : {"", "a,", ",a", "a,,b", "\"a"}) EXPECT_FALSE(parse_names_with_commas(bad, 9)) << bad;
}

}  // namespace
}  // namespace ferry::test
