#include "protocol/host_port.hpp"

#include <gtest/gtest.h>

#include "unit/protocol/endpoint.hpp"

namespace ferry::test {
namespace {

using std::string_view_literals::operator""sv;
using test::endpoint;

TEST(ParsePort, ReadsAddressAndPort) {
  EXPECT_EQ(parse_port("132,235,1,2,24,131"), endpoint("132.235.1.2", 6275));
  EXPECT_EQ(parse_port("0,0,0,0,0,1"), endpoint("0.0.0.0", 1));
  EXPECT_EQ(parse_port("255,255,255,255,255,255"), endpoint("255.255.255.255", 65535));
  EXPECT_EQ(parse_port("010,000,000,001,001,000"), endpoint("10.0.0.1", 256));
}

TEST(ParsePort, RefusesWhatIsNotSixNumbersOfAnOctet) {
  for (std::string_view bad : {"",
                               ",",
                               ",,,,,",
                               "10,0,0,1,4",
                               "10,0,0,1,4,5,6",
                               "10,0,0,1,4,5,",
                               ",10,0,0,1,4,5",
                               "10,0,0,1,0,0",
                               "300,0,0,1,4,5",
                               "10,0,0,1,256,0",
                               "10,0,0,1,4,256",
                               "-1,0,0,1,4,5",
                               "+1,0,0,1,4,5",
                               "1e3,0,0,1,4,5",
                               " 1,0,0,1,4,5",
                               "10,0,0,1,4,5 ",
                               "10, 0,0,1,4,5",
                               "10,0,,1,4,5",
                               "10.0.0.1.4.5",
                               "10,0,0,1,4,0x5",
                               "10,0,0,1,4,0005",
                               "10,0,0,1,4,123456789012345678901234567890",
                               "10,0,0,1,4,18446744073709551617",
                               "a,b,c,d,e,f"})
    EXPECT_EQ(parse_port(bad), std::unexpected(SyntaxErrc::malformed)) << "input: " << bad;
}

TEST(ParseEprt, AcceptsTheExamplesOfRfc2428Section2) {
  EXPECT_EQ(parse_eprt("|1|132.235.1.2|6275|"), endpoint("132.235.1.2", 6275));
  EXPECT_EQ(parse_eprt("|2|1080::8:800:200C:417A|5282|"), endpoint("1080::8:800:200c:417a", 5282));
}

TEST(ParseEprt, TakesEveryDelimiterThatTheFieldsDoNotHold) {
  for (char delimiter = 33; delimiter < 127; ++delimiter) {
    if (std::string_view("0123456789.").find(delimiter) != std::string_view::npos) continue;
    std::string argument = "|1|10.0.0.1|2021|";
    for (char& c : argument)
      if (c == '|') c = delimiter;
    EXPECT_EQ(parse_eprt(argument), endpoint("10.0.0.1", 2021)) << argument;
  }
  EXPECT_EQ(parse_eprt("91910.0.0.1920219"), endpoint("10.0.0.1", 2021));
  EXPECT_EQ(parse_eprt("11110.0.0.1120211"), std::unexpected(SyntaxErrc::malformed));
  EXPECT_EQ(parse_eprt(".1.10.0.0.1.2021."), std::unexpected(SyntaxErrc::malformed));
}

TEST(ParseEprt, RefusesOtherDelimiters) {
  for (const char delimiter : {' ', '\t', '\0', '\x7F', '\x80', '\xFF', '\x1F'}) {
    std::string argument = "|1|10.0.0.1|2021|";
    for (char& c : argument)
      if (c == '|') c = delimiter;
    EXPECT_EQ(parse_eprt(argument), std::unexpected(SyntaxErrc::malformed)) << int{delimiter};
  }
}

TEST(ParseEprt, GivesAMappedAddressAsItsIpv4Address) {
  EXPECT_EQ(parse_eprt("|2|::ffff:10.0.0.1|21|"), endpoint("10.0.0.1", 21));
}

TEST(ParseEprt, TellsUnknownProtocolsFromBadSyntax) {
  for (std::string_view unknown : {"|0|10.0.0.1|21|", "|3|10.0.0.1|21|", "|6|whatever|x|", "|65535|||"})
    EXPECT_EQ(parse_eprt(unknown), std::unexpected(SyntaxErrc::unknown_protocol)) << "input: " << unknown;
}

TEST(ParseEprt, RefusesWhatIsNotAnAddress) {
  for (std::string_view bad : {"",
                               "|",
                               "||",
                               "|||",
                               "||||",
                               "|||||",
                               "|1|10.0.0.1|",
                               "|1|10.0.0.1|21",
                               "|1|10.0.0.1|0|",
                               "|1|10.0.0.1|65536|",
                               "|1|10.0.0.1|-1|",
                               "|1|10.0.0.1|+1|",
                               "|1|10.0.0.1|1e3|",
                               "|1|10.0.0.1| 1|",
                               "|1|10.0.0.1||",
                               "|1|10.0.0.1|123456789012345678901234567890|",
                               "|1|10.0.0.1|18446744073709551637|",
                               "|2|10.0.0.1|21|",
                               "|1|::1|21|",
                               "|1|::ffff:10.0.0.1|21|",
                               "|2|[::1]|21|",
                               "|2|fe80::1%1|21|",
                               "|2|fe80::1%eth0|21|",
                               "|1||21|",
                               "|2||21|",
                               "|1|10.0.0.300|21|",
                               "|1|10.0.0|21|",
                               "|1|localhost|21|",
                               "|1| 10.0.0.1|21|",
                               "1|10.0.0.1|21|",
                               "|1|10.0.0.1|21|x",
                               "|1|10.0.0.1|21||",
                               "|1|10.0.0.1,21|",
                               "|x|10.0.0.1|21|",
                               "|-1|10.0.0.1|21|",
                               "|65537|10.0.0.1|21|",
                               "|123456789012345678901234567890|10.0.0.1|21|",
                               " |1|10.0.0.1|21|"})
    EXPECT_EQ(parse_eprt(bad), std::unexpected(SyntaxErrc::malformed)) << "input: " << bad;
}

TEST(ParseEpsv, KnowsItsFourForms) {
  using Kind = EpsvRequest::Kind;
  EXPECT_EQ(parse_epsv(""), EpsvRequest{Kind::own_family});
  EXPECT_EQ(parse_epsv("ALL"), EpsvRequest{Kind::all});
  EXPECT_EQ(parse_epsv("aLl"), EpsvRequest{Kind::all});
  EXPECT_EQ(parse_epsv("1"), EpsvRequest{Kind::v4});
  EXPECT_EQ(parse_epsv("2"), EpsvRequest{Kind::v6});
}

TEST(ParseEpsv, TellsUnknownProtocolsFromBadSyntax) {
  for (std::string_view unknown : {"0", "3", "12", "300", "65535"})
    EXPECT_EQ(parse_epsv(unknown), std::unexpected(SyntaxErrc::unknown_protocol)) << "input: " << unknown;
  for (std::string_view bad : {" ", " 1", "1 ", "-1", "+1", "1e3", "ALL ", "all x", "x", "|1|", "65536",
                               "123456789012345678901234567890", "18446744073709551617"})
    EXPECT_EQ(parse_epsv(bad), std::unexpected(SyntaxErrc::malformed)) << "input: " << bad;
}

TEST(Format227, IsSixNumbersInParentheses) {
  EXPECT_EQ(format_227(endpoint("132.235.1.2", 6275)), "(132,235,1,2,24,131)");
  EXPECT_EQ(format_227(endpoint("0.0.0.0", 65535)), "(0,0,0,0,255,255)");
}

TEST(Format227, IsUndoneByParsePort) {
  constexpr std::uint16_t ports[] = {1, 255, 256, 257, 32768, 65535};
  for (const std::uint16_t port : ports) {
    const std::string text = format_227(endpoint("10.20.30.40", port));
    EXPECT_EQ(parse_port(std::string_view(text).substr(1, text.size() - 2)), endpoint("10.20.30.40", port));
  }
}

TEST(Format229, IsTheExampleOfRfc2428Section3) { EXPECT_EQ(format_229(6446), "(|||6446|)"); }

}  // namespace
}  // namespace ferry::test
