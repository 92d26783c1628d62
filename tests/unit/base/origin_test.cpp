#include "base/origin.hpp"

#include <gtest/gtest.h>

namespace ferry::test {
namespace {

IpAddress origin(const char* peer) { return origin_of(IpAddress::parse(peer).value()); }

TEST(Origin, OfIPv4IsTheAddress) {
  EXPECT_EQ(origin("192.0.2.1").text(), "192.0.2.1");
  EXPECT_NE(origin("192.0.2.1"), origin("192.0.2.2"));
}

TEST(Origin, OfIPv6IsTheNetworkThatOneHostMayHave) {
  EXPECT_EQ(origin("2001:db8:1:2::1"), origin("2001:db8:1:2:ffff:ffff:ffff:ffff"));
  EXPECT_NE(origin("2001:db8:1:2::1"), origin("2001:db8:1:3::1"));
  EXPECT_NE(origin("::1"), origin("127.0.0.1"));
}

}  // namespace
}  // namespace ferry::test
