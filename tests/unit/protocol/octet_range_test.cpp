#include "protocol/octet_range.hpp"

#include <gtest/gtest.h>

namespace ferry::test {
namespace {

TEST(ParseRange, TakesTheFirstAndTheLastOctet) {
  EXPECT_EQ(parse_range("0 0"), (OctetRange{0, 0}));
  EXPECT_EQ(parse_range("802 1015"), (OctetRange{802, 1015}));
  EXPECT_EQ((OctetRange{802, 1015}.size()), 214u);
}

TEST(ParseRange, OneZeroTakesARangeBack) {
  const auto range = parse_range("1 0");
  ASSERT_TRUE(range);
  EXPECT_FALSE(*range);
}

TEST(ParseRange, RefusesWhatIsNoRange) {
  for (const char* bad : {"", "1", "1 ", " 1 2", "2 1", "5 0", "1  2", "1 2 3", "a b", "-1 2", "0 9223372036854775807",
                          "18446744073709551615 18446744073709551616"})
    EXPECT_FALSE(parse_range(bad)) << bad;
}

}  // namespace
}  // namespace ferry::test
