#include "protocol/charset.hpp"

#include <gtest/gtest.h>

#include <stdexcept>
#include <thread>
#include <vector>

namespace ferry::test {
namespace {

using namespace std::string_literals;

TEST(Charset, Utf8LeavesEveryOctetAlone) {
  for (const char* name : {"UTF-8", "utf-8", "UTF8", "utf8"}) {
    const Charset charset(name);
    EXPECT_TRUE(charset.is_utf8());
    EXPECT_EQ(charset.to_utf8("a\xC3\xA4\xFF\0"s), "a\xC3\xA4\xFF\0"s);
    EXPECT_EQ(charset.from_utf8("a\xC3\xA4\xFF\0"s), "a\xC3\xA4\xFF\0"s);
  }
}

TEST(Charset, ConvertsBothWays) {
  const Charset latin1("ISO-8859-1");
  EXPECT_FALSE(latin1.is_utf8());
  EXPECT_EQ(latin1.to_utf8("Gr\xFC\xDF"
                           "e"),
            "Gr\xC3\xBC\xC3\x9F"
            "e");
  EXPECT_EQ(latin1.from_utf8("Gr\xC3\xBC\xC3\x9F"
                             "e"),
            "Gr\xFC\xDF"
            "e");
  EXPECT_EQ(latin1.to_utf8(""), "");

  const Charset big5("BIG5");
  EXPECT_EQ(big5.to_utf8("\xA4\xA4"), "\xE4\xB8\xAD");
  EXPECT_EQ(big5.from_utf8("\xE4\xB8\xAD"), "\xA4\xA4");
}

TEST(Charset, EveryOctetOfLatin1SurvivesARoundTrip) {
  const Charset latin1("ISO-8859-1");
  std::string octets;
  for (int octet = 1; octet < 256; ++octet) octets += static_cast<char>(octet);
  EXPECT_EQ(latin1.from_utf8(latin1.to_utf8(octets)), octets);
}

TEST(Charset, SpellsWhatTheEncodingLacks) {
  const Charset latin1("ISO-8859-1");
  EXPECT_EQ(latin1.from_utf8("a\xC3\xA4\xE4\xB8\xAD"), "a\xE4%{U+4E2D}");  // not in Latin-1
  EXPECT_EQ(latin1.from_utf8("a\xC3\xA4\xFF"), "a\xE4%{FF}");              // not UTF-8
  EXPECT_EQ(latin1.from_utf8("a\xC3"), "a%{C3}");                          // cut off
  EXPECT_EQ(latin1.from_utf8("\xF0\x9F\x9A\xA2"), "%{U+1F6A2}");
  EXPECT_EQ(latin1.to_utf8("a\xE4%{U+4E2D}"), "a\xC3\xA4\xE4\xB8\xAD");
  EXPECT_EQ(latin1.to_utf8("a\xE4%{FF}"), "a\xC3\xA4\xFF");
}

TEST(Charset, TakesOnlyItsOwnSpellingForOne) {
  const Charset latin1("ISO-8859-1");
  for (const std::string& name : {"%{U+41}"s, "%{U+0041}"s, "%{U+00E4}"s, "%{41}"s, "%{2F}"s, "%{U+002F}"s,
                                  "%{U+0000}"s, "%{}"s, "%{U+}"s, "%{U+D800}"s, "%{U+110000}"s, "%{u+4E2D}"s,
                                  "%{U+4e2d}"s, "%{U+04E2D}"s, "%{ff}"s, "%{FFF}"s, "100%"s, "%{"s, "%{FF"s}) {
    EXPECT_EQ(latin1.to_utf8(name), name);
    EXPECT_EQ(latin1.from_utf8(name), name);
  }
}

TEST(Charset, KeepsOctetsThatMeanNothingInTheEncoding) {
  const Charset ascii("US-ASCII");
  EXPECT_EQ(ascii.to_utf8("a\xE4"), "a\xE4");
  EXPECT_EQ(ascii.from_utf8("a\xE4"), "a\xE4");
}

// RFC 3659 §2.2: a name that was listed can be sent back.
TEST(Charset, EveryNameSurvivesARoundTrip) {
  for (const char* encoding :
       {"US-ASCII", "ISO-8859-1", "WINDOWS-1252", "SHIFT_JIS", "BIG5", "KOI8-R", "ISO-2022-JP"}) {
    const Charset charset(encoding);
    for (const std::string& name :
         {"plain.txt"s, "\xC3\xA4"s, "\xE6\x97\xA5\xE6\x9C\xAC.txt"s, "\xF0\x9F\x9A\xA2"s, "\xFF"s, "a\xC3"s,
          "\xE9t\xE9"s, "\xC3\xA5\xC2\xA5\xC2\xBD"s, "%{U+4E2D}"s, "%{FF}"s, "%%{U+4E2D}"s, "%{\xE4\xB8\xAD"s,
          "%{U+\xE4\xB8\xAD}"s, "\xC3\xA4%{FF}\xFF"s, "\xED\xA0\x80"s, "\x81\x40"s, "\xD0\x96\xE2\x82\xAC"s, "\\~"s})
      EXPECT_EQ(charset.to_utf8(charset.from_utf8(name)), name) << encoding << ": " << charset.from_utf8(name);
  }
}

TEST(Charset, ConvertsTextsOfAnyLength) {
  const Charset latin1("ISO-8859-1");
  std::string wire, name;
  for (int i = 0; i < 5000; ++i) {
    ASSERT_EQ(latin1.to_utf8(wire), name);
    wire += '\xE4';
    name += "\xC3\xA4";
    if (i > 100) i += 331;
  }
  // A shift state is closed at the end: without that a name would change the meaning of what follows it.
  EXPECT_EQ(Charset("ISO-2022-JP").from_utf8("\xE4\xB8\xAD"), "\x1B$BCf\x1B(B");
}

TEST(Charset, RefusesNamesThatIconvDoesNotKnow) {
  for (const std::string& bad : {""s, "no-such-charset"s, "ISO-8859-1//TRANSLIT"s, "UTF-8//IGNORE"s, "ISO-8859-1\0"s})
    EXPECT_THROW(Charset{bad}, std::invalid_argument) << bad;
}

TEST(Charset, RefusesEncodingsWithoutAscii) {
  for (const char* bad : {"UTF-16", "UTF-16LE", "UTF-32", "UCS-2", "IBM037"})
    EXPECT_THROW(Charset{bad}, std::invalid_argument) << bad;
}

TEST(Charset, ServesSeveralThreadsAtOnce) {
  const Charset latin1("ISO-8859-1");
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&latin1] {
      for (int round = 0; round < 200; ++round) EXPECT_EQ(latin1.from_utf8(latin1.to_utf8("\xE4\xFF")), "\xE4\xFF");
    });
  }
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
}  // namespace ferry::test
