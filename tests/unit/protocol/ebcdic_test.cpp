#include "protocol/ebcdic.hpp"

#include <gtest/gtest.h>

#include <bitset>
#include <stdexcept>

namespace ferry::test {
namespace {

unsigned to(const EbcdicTable& table, unsigned octet) {
  return std::to_integer<unsigned>(table.to_ebcdic(std::byte(octet)));
}

TEST(Ebcdic, KnowsTheCharactersOfCodePage1047) {
  const EbcdicTable table("IBM1047");
  EXPECT_EQ(to(table, ' '), 0x40u);
  EXPECT_EQ(to(table, 'A'), 0xC1u);
  EXPECT_EQ(to(table, 'i'), 0x89u);
  EXPECT_EQ(to(table, '9'), 0xF9u);
  EXPECT_EQ(to(table, '['), 0xADu);
  EXPECT_EQ(to(table, ']'), 0xBDu);
  EXPECT_EQ(to(table, '^'), 0x5Fu);
  EXPECT_EQ(to(table, '\t'), 0x05u);
  EXPECT_EQ(to(table, '\r'), 0x0Du);
}

TEST(Ebcdic, KnowsCodePage1047AsIconvDoes) {
  const EbcdicTable built_in("IBM1047");
  const EbcdicTable from_iconv("IBM-1047");
  for (unsigned octet = 0; octet < 256; ++octet) EXPECT_EQ(to(built_in, octet), to(from_iconv, octet)) << octet;
}

TEST(Ebcdic, LinesEndWithNl) {
  for (const char* name : {"IBM1047", "IBM037", "IBM273", "IBM500", "IBM1140"}) {
    const EbcdicTable table(name);
    EXPECT_EQ(to(table, '\n'), 0x15u) << name;
    EXPECT_EQ(to(table, 0x85), 0x25u) << name;
  }
}

TEST(Ebcdic, LosesNothing) {
  for (const char* name : {"IBM1047", "IBM037", "IBM273", "IBM500", "IBM1140"}) {
    const EbcdicTable table(name);
    std::bitset<256> used;
    for (unsigned octet = 0; octet < 256; ++octet) {
      used[to(table, octet)] = true;
      EXPECT_EQ(table.from_ebcdic(table.to_ebcdic(std::byte(octet))), std::byte(octet)) << name;
    }
    EXPECT_TRUE(used.all()) << name;
  }
}

TEST(Ebcdic, RefusesWhatIsNoEbcdic) {
  for (const char* name : {"", "nonsense", "UTF-8", "ISO-8859-1", "UTF-16", "IBM1047//TRANSLIT"})
    EXPECT_THROW(EbcdicTable{name}, std::invalid_argument) << name;
}

}  // namespace
}  // namespace ferry::test
