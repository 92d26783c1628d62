#include "base/text.hpp"

#include <gtest/gtest.h>

namespace ferry::test {
namespace {

using namespace std::string_literals;

TEST(AsciiCase, ComparesLettersIgnoringTheirCase) {
  EXPECT_TRUE(equals_ignoring_ascii_case("", ""));
  EXPECT_TRUE(equals_ignoring_ascii_case("aUtH tLs-1", "AuTh TlS-1"));
  EXPECT_FALSE(equals_ignoring_ascii_case("TLS", "TLS "));
  EXPECT_FALSE(equals_ignoring_ascii_case("TLS", "TLD"));
}

TEST(AsciiCase, KeepsNeighboursOfTheLettersApart) {
  EXPECT_FALSE(equals_ignoring_ascii_case("@", "`"));
  EXPECT_FALSE(equals_ignoring_ascii_case("[", "{"));
}

TEST(AsciiCase, RaisesNothingButAsciiLetters) { EXPECT_EQ(to_upper_ascii("az{`\xE4\xC3\xA4"), "AZ{`\xE4\xC3\xA4"); }

TEST(Utf8, AcceptsTheFirstAndLastCharacterOfEachLength) {
  EXPECT_TRUE(is_valid_utf8(""));
  EXPECT_TRUE(is_valid_utf8("\0\x7F"s));
  EXPECT_TRUE(is_valid_utf8("\xC2\x80\xDF\xBF"));
  EXPECT_TRUE(is_valid_utf8("\xE0\xA0\x80\xED\x9F\xBF\xEE\x80\x80\xEF\xBF\xBF"));
  EXPECT_TRUE(is_valid_utf8("\xF0\x90\x80\x80\xF4\x8F\xBF\xBF"));
}

TEST(Utf8, RefusesWhatRfc3629Forbids) {
  for (const std::string& bad : {
           "\x80"s,              // a continuation alone
           "\xC3"s,              // cut off
           "\xE2\x82"s,          //
           "\xF0\x9F\x98"s,      //
           "\xC3("s,             // no continuation
           "\xC0\xAF"s,          // overlong "/"
           "\xC1\xBF"s,          //
           "\xE0\x80\xAF"s,      //
           "\xF0\x80\x80\xAF"s,  //
           "\xED\xA0\x80"s,      // a surrogate
           "\xED\xBF\xBF"s,      //
           "\xF4\x90\x80\x80"s,  // above U+10FFFF
           "\xF8\x88\x80\x80\x80"s,
           "\xFF"s,
       })
    EXPECT_FALSE(is_valid_utf8(bad)) << "input: " << printable(bad);
}

TEST(Printable, LeavesTextAlone) {
  EXPECT_EQ(printable("Gr\xC3\xBC\xC3\x9F"
                      "e, \xE4\xB8\x96\xE7\x95\x8C \xF0\x9F\x98\x80"),
            "Gr\xC3\xBC\xC3\x9F"
            "e, \xE4\xB8\x96\xE7\x95\x8C \xF0\x9F\x98\x80");
}

TEST(Printable, SpellsControlCharactersBackslashesAndStrayOctets) {
  EXPECT_EQ(printable("a\r\nb\0c\x1B\x7F\\"s), "a\\x0D\\x0Ab\\x00c\\x1B\\x7F\\x5C");
  EXPECT_EQ(printable("\xFF\xC3(\xE2\x82"), "\\xFF\\xC3(\\xE2\\x82");
}

TEST(Printable, SpellsTheLineBreaksOfUnicodeToo) {
  EXPECT_EQ(printable("\xC2\x85"), "\\xC2\\x85");           // NEL
  EXPECT_EQ(printable("\xE2\x80\xA8"), "\\xE2\\x80\\xA8");  // LINE SEPARATOR
  EXPECT_EQ(printable("\xE2\x80\xA9"), "\\xE2\\x80\\xA9");  // PARAGRAPH SEPARATOR
  EXPECT_EQ(printable("\xC2\xA0"), "\xC2\xA0");
}

TEST(Printable, GivesOneLineOfUtf8ForEveryPairOfOctets) {
  for (int first = 0; first < 256; ++first) {
    for (int second = 0; second < 256; ++second) {
      const std::string out = printable(std::string{static_cast<char>(first), static_cast<char>(second)});
      ASSERT_TRUE(is_valid_utf8(out)) << first << ' ' << second;
      for (const char c : out) ASSERT_FALSE((c >= 0 && c < 0x20) || c == 0x7F) << first << ' ' << second;
    }
  }
}

TEST(ParseDecimal, ReadsEveryNumberOf64Bits) {
  EXPECT_EQ(parse_decimal("0"), 0u);
  EXPECT_EQ(parse_decimal("007"), 7u);
  EXPECT_EQ(parse_decimal("18446744073709551615"), UINT64_MAX);
  EXPECT_EQ(parse_decimal("000000000000000000000000000018446744073709551615"), UINT64_MAX);
}

TEST(ParseDecimal, RefusesWhatIsNoNumberOrTooLarge) {
  for (std::string_view bad : {"", " 1", "1 ", "-1", "+1", "1e3", "0x10", "1.0", "1,0", "18446744073709551616",
                               "99999999999999999999", "123456789012345678901234567890", "\xD9\xA1"})
    EXPECT_EQ(parse_decimal(bad), std::nullopt) << "input: " << bad;
}

}  // namespace
}  // namespace ferry::test
