#include "protocol/host_name.hpp"

#include <gtest/gtest.h>

namespace ferry::test {
namespace {

TEST(CanonicalDomain, IsInLowerCase) {
  EXPECT_EQ(canonical_domain("FTP.Example.ORG"), "ftp.example.org");
  EXPECT_EQ(canonical_domain("localhost"), "localhost");
  EXPECT_EQ(canonical_domain("xn--e1afmkfd.com"), "xn--e1afmkfd.com");  // the example of RFC 7151 §3.1
  EXPECT_EQ(canonical_domain("3com.com"), "3com.com");
}

TEST(CanonicalDomain, HasTheLimitsOfRfc1034) {
  const std::string label(63, 'a');
  EXPECT_TRUE(canonical_domain(label));
  EXPECT_FALSE(canonical_domain(label + "a"));
  const std::string longest = label + "." + label + "." + label + "." + std::string(61, 'a');
  ASSERT_EQ(longest.size(), 253u);
  EXPECT_TRUE(canonical_domain(longest));
  EXPECT_FALSE(canonical_domain(longest + "a"));
}

TEST(CanonicalDomain, IsNothingElse) {
  for (std::string_view text : {"", ".", "a.", ".a", "a..b", "-a", "a-", "a.-b", "a_b", "a b", "a:21", "a/b", "*.a",
                                "\xC3\xA4.example", "a\tb"})
    EXPECT_FALSE(canonical_domain(text)) << text;
}

TEST(ParseHost, TakesTheExamplesOfRfc7151) {
  EXPECT_EQ(parse_host("ftp.example.com")->domain, "ftp.example.com");
  EXPECT_EQ(parse_host("192.0.2.1")->address, IpAddress::parse("192.0.2.1"));
  EXPECT_EQ(parse_host("[2001:db8::c000:201]")->address, IpAddress::parse("2001:db8::c000:201"));
  EXPECT_EQ(parse_host("[::192.0.2.1]")->address, IpAddress::parse("::192.0.2.1"));
}

TEST(ParseHost, RefusesPortsAndAddressesInTheWrongForm) {
  for (std::string_view text : {"192.0.2.1:2112", "[2001:db8::c000:201]:2112", "ftp.example.com:21", "2001:db8::1",
                                "[192.0.2.1]", "[::1", "::1]", "[]", "[fe80::1%eth0]", ""})
    EXPECT_EQ(parse_host(text).error(), SyntaxErrc::malformed) << text;
}

TEST(ParseHost, TakesDottedNumbersThatAreNoAddressForADomain) {
  EXPECT_EQ(parse_host("1.2.3")->domain, "1.2.3");
  EXPECT_EQ(parse_host("256.1.1.1")->domain, "256.1.1.1");
}

}  // namespace
}  // namespace ferry::test
