#include "expectation.hpp"

#include <gtest/gtest.h>

namespace ferry::test {
namespace {

std::string mismatch(std::string_view clauses, std::string_view text) {
  Words words(clauses);
  const Expectation wanted = Expectation::parse(words);
  return wanted.mismatch(text, lines_of(text), [](std::string_view plain) { return std::string(plain); });
}

TEST(Expectation, HoldsWhereEachClauseHolds) {
  EXPECT_EQ(mismatch(R"("a\r\nb\r\n")", "a\r\nb\r\n"), "");
  EXPECT_EQ(mismatch(R"(contains "b" lacks "c" line "b" no line "c" first "a" last "b")", "a\r\nb\r\n"), "");
  EXPECT_EQ(mismatch(R"(matches "[ab]")", "a\nb\n"), "");
  EXPECT_EQ(mismatch("nothing", ""), "");
}

TEST(Expectation, SaysWhichClauseDoesNotHold) {
  for (const char* clause : {R"("x")", R"(contains "c")", R"(lacks "a")", R"(line "ab")", R"(no line "a")",
                             R"(first "b")", R"(last "a")", R"(matches "x+")", "nothing", "of 3 octets"})
    EXPECT_NE(mismatch(clause, "a\r\nb\r\n"), "") << clause;
}

TEST(Expectation, RefusesWhatIsNoClause) {
  for (const char* bad : {"", "contains", "contains x", "some \"x\"", "of x octets", "matches \"(\""}) {
    Words words(bad);
    EXPECT_THROW(Expectation::parse(words), BadSyntax) << bad;
  }
}

}  // namespace
}  // namespace ferry::test
