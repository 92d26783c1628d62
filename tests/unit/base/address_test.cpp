#include <ferry/address.hpp>

#include <gtest/gtest.h>

namespace ferry::test {
namespace {

using std::string_view_literals::operator""sv;

std::string round_trip(std::string_view text) { return IpAddress::parse(text).value().text(); }

TEST(IpAddressParse, ReadsDottedDecimal) {
  EXPECT_EQ(IpAddress::parse("132.235.1.2"), IpAddress::v4({132, 235, 1, 2}));
  EXPECT_EQ(round_trip("0.0.0.0"), "0.0.0.0");
  EXPECT_EQ(round_trip("255.255.255.255"), "255.255.255.255");
}

TEST(IpAddressParse, ReadsTheExamplesOfRfc4291Section22) {
  EXPECT_EQ(round_trip("ABCD:EF01:2345:6789:ABCD:EF01:2345:6789"), "abcd:ef01:2345:6789:abcd:ef01:2345:6789");
  EXPECT_EQ(round_trip("2001:DB8:0:0:8:800:200C:417A"), "2001:db8::8:800:200c:417a");
  EXPECT_EQ(round_trip("FF01:0:0:0:0:0:0:101"), "ff01::101");
  EXPECT_EQ(round_trip("0:0:0:0:0:0:0:1"), "::1");
  EXPECT_EQ(round_trip("::"), "::");
  EXPECT_EQ(round_trip("0:0:0:0:0:0:13.1.68.3"), "::13.1.68.3");
}

TEST(IpAddressParse, TakesIpv6InBrackets) {
  EXPECT_EQ(round_trip("[::1]"), "::1");
  EXPECT_EQ(IpAddress::parse("[127.0.0.1]"), std::nullopt);
}

TEST(IpAddressParse, RefusesAllElse) {
  for (std::string_view bad : {""sv,
                               "1.2.3"sv,
                               "1.2.3.4.5"sv,
                               "1.2.3.256"sv,
                               "1.2.3.-4"sv,
                               "1.2.3.+4"sv,
                               " 1.2.3.4"sv,
                               "1.2.3.4 "sv,
                               "1.2.3.04"sv,
                               "0x1.2.3.4"sv,
                               "1.2.3.4\0"sv,
                               "1.2.3.4\0x"sv,
                               "16909060"sv,
                               "localhost"sv,
                               ":"sv,
                               ":::"sv,
                               "1::2::3"sv,
                               "12345::"sv,
                               "1:2:3:4:5:6:7"sv,
                               "1:2:3:4:5:6:7:8:9"sv,
                               "::g"sv,
                               "fe80::1%eth0"sv,
                               "["sv,
                               "[]"sv,
                               "[::1"sv,
                               "::1]"sv,
                               "[[::1]]"sv,
                               "1111:2222:3333:4444:5555:6666:7777:8888:9999:aaaa:bbbb:cccc"sv})
    EXPECT_EQ(IpAddress::parse(bad), std::nullopt) << "input: " << bad;
}

TEST(IpAddress, AMappedIpv4AddressIsTheIpv4Address) {
  EXPECT_EQ(IpAddress::parse("::ffff:10.0.0.1"), IpAddress::v4({10, 0, 0, 1}));
  EXPECT_EQ(IpAddress::v6({0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 10, 0, 0, 1}, 3), IpAddress::v4({10, 0, 0, 1}));
  EXPECT_TRUE(IpAddress::parse("::ffff:10.0.0.1")->is_v4());
  EXPECT_TRUE(IpAddress::parse("::10.0.0.1")->is_v6());
}

TEST(IpAddress, FamiliesAreNeverEqual) {
  EXPECT_NE(IpAddress(), IpAddress::v6({}));
  EXPECT_EQ(IpAddress(), IpAddress::v4({0, 0, 0, 0}));
}

TEST(IpAddress, KnowsLoopbackAndUnspecified) {
  for (std::string_view text : {"127.0.0.1", "127.255.0.3", "::1", "::ffff:127.0.0.1"})
    EXPECT_TRUE(IpAddress::parse(text)->is_loopback()) << text;
  for (std::string_view text : {"128.0.0.1", "0.0.0.0", "::", "::2", "1::1"})
    EXPECT_FALSE(IpAddress::parse(text)->is_loopback()) << text;
  for (std::string_view text : {"0.0.0.0", "::"}) EXPECT_TRUE(IpAddress::parse(text)->is_unspecified()) << text;
  for (std::string_view text : {"0.0.0.1", "::1"}) EXPECT_FALSE(IpAddress::parse(text)->is_unspecified()) << text;
}

TEST(IpAddress, ShowsTheScopeOfALinkLocalAddress) {
  const IpAddress address = IpAddress::v6({0xFE, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}, 2);
  EXPECT_EQ(address.text(), "fe80::1%2");
  EXPECT_NE(address, *IpAddress::parse("fe80::1"));
}

TEST(Endpoint, PutsIpv6InBrackets) {
  EXPECT_EQ((Endpoint{IpAddress::v4({10, 0, 0, 1}), 21}).text(), "10.0.0.1:21");
  EXPECT_EQ((Endpoint{*IpAddress::parse("::1"), 65535}).text(), "[::1]:65535");
}

TEST(Network, HoldsTheAddressesThatBeginLikeIt) {
  const auto holds = [](std::string_view network, std::string_view address) {
    return Network::parse(network)->contains(*IpAddress::parse(address));
  };
  EXPECT_TRUE(holds("192.0.2.0/24", "192.0.2.255"));
  EXPECT_FALSE(holds("192.0.2.0/24", "192.0.3.0"));
  EXPECT_TRUE(holds("192.0.2.128/25", "192.0.2.200"));
  EXPECT_FALSE(holds("192.0.2.128/25", "192.0.2.127"));
  EXPECT_TRUE(holds("10.0.0.0/8", "10.255.255.255"));
  EXPECT_TRUE(holds("0.0.0.0/0", "192.0.2.1"));
  EXPECT_FALSE(holds("0.0.0.0/0", "::1"));
  EXPECT_TRUE(holds("192.0.2.1", "192.0.2.1"));
  EXPECT_FALSE(holds("192.0.2.1", "192.0.2.2"));
  EXPECT_TRUE(holds("2001:db8::/33", "2001:db8:7fff::1"));
  EXPECT_FALSE(holds("2001:db8::/33", "2001:db8:8000::1"));
  EXPECT_TRUE(holds("::1", "::1"));
}

TEST(Network, IsAnAddressAndANumberOfBits) {
  for (std::string_view text : {"", "/8", "192.0.2.0/", "192.0.2.0/33", "::/129", "192.0.2/24", "192.0.2.0/-1",
                                "192.0.2.0/24/8", "example.org/8"})
    EXPECT_FALSE(Network::parse(text)) << text;
}

}  // namespace
}  // namespace ferry::test
