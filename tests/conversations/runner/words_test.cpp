#include "words.hpp"

#include <gtest/gtest.h>

namespace ferry::test {
namespace {

using namespace std::string_literals;

TEST(Unescape, KnowsEveryEscape) { EXPECT_EQ(unescape(R"(a\r\n\t\0\\\"\x41\xff)"), "a\r\n\t\0\\\"A\xff"s); }

TEST(Unescape, RefusesWhatIsNoEscape) {
  for (const char* bad : {R"(\q)", R"(\x4)", R"(\xzz)", "\\"}) EXPECT_THROW(unescape(bad), BadSyntax) << bad;
}

TEST(Words, ReadsALineFromLeftToRight) {
  Words words(R"(file  "/a \"b\"" of 12 octets)");
  EXPECT_FALSE(words.take("fil"));
  EXPECT_TRUE(words.take("file"));
  EXPECT_EQ(words.quoted(), "/a \"b\"");
  words.need("of");
  EXPECT_EQ(words.number(), 12u);
  EXPECT_EQ(words.rest(), "octets");
  EXPECT_NO_THROW(words.end());
}

TEST(Words, RefusesALineThatIsNotAsWanted) {
  EXPECT_THROW(Words("a b").end(), BadSyntax);
  EXPECT_THROW(Words("12x").number(), BadSyntax);
  EXPECT_THROW(Words("\"abc").quoted(), BadSyntax);
  EXPECT_THROW(Words("").word(), BadSyntax);
  EXPECT_THROW(Words("b").need("a"), BadSyntax);
}

}  // namespace
}  // namespace ferry::test
