#include "protocol/long_host_port.hpp"

#include <gtest/gtest.h>

#include "unit/protocol/endpoint.hpp"

namespace ferry::test {
namespace {

TEST(ParseLprt, TakesBothFamilies) {
  EXPECT_EQ(parse_lprt("4,4,132,235,1,2,2,24,131"), endpoint("132.235.1.2", 6275));
  EXPECT_EQ(parse_lprt("6,16,16,128,0,0,0,0,0,0,0,8,8,0,32,12,65,122,2,20,162"),
            endpoint("1080::8:800:200c:417a", 5282));
}

TEST(ParseLprt, RefusesWhatIsNoAddress) {
  for (const char* bad : {"", "4", "4,4", "4,4,1,2,3,4,2,0,0", "4,4,1,2,3,4,2,1", "4,4,1,2,3,4,2,1,2,3",
                          "4,16,1,2,3,4,2,1,2", "4,4,1,2,3,4,1,1,2", "4,4,1,2,3,256,2,1,2", "4,4,1,2,3,x,2,1,2",
                          "6,4,1,2,3,4,2,1,2", "4,4,1,2,3,4,2,1,", "4,4,1,2,3,0004,2,1,2"}) {
    const auto parsed = parse_lprt(bad);
    ASSERT_FALSE(parsed) << bad;
    EXPECT_EQ(parsed.error(), SyntaxErrc::malformed) << bad;
  }
  EXPECT_EQ(parse_lprt("7,4,1,2,3,4,2,1,2").error(), SyntaxErrc::unknown_protocol);
}

TEST(Format228, SpellsLengthsAndOctets) {
  EXPECT_EQ(format_228(endpoint("10.0.0.1", 258)), "(4,4,10,0,0,1,2,1,2)");
  EXPECT_EQ(format_228(endpoint("::1", 65535)), "(6,16,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,1,2,255,255)");
}

}  // namespace
}  // namespace ferry::test
