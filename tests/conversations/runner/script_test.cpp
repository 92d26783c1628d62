#include "script.hpp"

#include <gtest/gtest.h>

namespace ferry::test {
namespace {

TEST(Script, RefusesWhatIsNotInTheGrammar) {
  for (const char* bad : {"",
                          "# nothing but a comment\n",
                          "given nothing\nC: NOOP\n",
                          "given file /a\nC: NOOP\n",
                          "C: NOOP\ngiven file /a of 1 octets\n",
                          "given option colour red\nC: NOOP\n",
                          "given option tls perhaps\nC: NOOP\n",
                          "given user x with \"q\"\nC: NOOP\n",
                          "S: 2\n",
                          "S: 2000\n",
                          "S: okay\n",
                          "S: 200 contains \"x\n",
                          "D: x\n",
                          "C: \\q\n",
                          "download RETR f\n",
                          "upload STOR f\n",
                          "data: fly\n",
                          "data: end now\n",
                          "auth\n",
                          "passive now\n",
                          "expect file /a\n",
                          "C-urgent: ab\n"})
    EXPECT_THROW(parse_script(bad), BadSyntax) << bad;
}

TEST(Script, NamesTheLineThatItDoesNotUnderstand) {
  try {
    parse_script("# one\n\nC: NOOP\nS: 200\nsing\n");
    FAIL() << "was accepted";
  } catch (const BadSyntax& error) {
    EXPECT_EQ(std::string(error.what()), "line 5: unknown step: sing");
  }
}

TEST(Script, PlaysOnBothKindsOfStorageUnlessItSaysOtherwise) {
  EXPECT_EQ(parse_script("C: NOOP\n").givens.storages.size(), 2u);
  EXPECT_EQ(parse_script("given storage memory\nC: NOOP\n").givens.storages, std::vector{StorageKind::memory});
  EXPECT_EQ(parse_script("given symlink /l -> a\nC: NOOP\n").givens.storages, std::vector{StorageKind::local});
}

TEST(Script, FailsWhereTheServerSaysSomethingElse) {
  for (const char* wrong : {"C: NOOP\nS: 500\n", "C: NOOP\nS: 200 unlikely text\n", "C: NOOP\nS: 200-\n",
                            "login alice wrong\n", "C: NOOP\n"})
    EXPECT_THROW(play(parse_script(wrong), StorageKind::memory), Failure) << wrong;
}

}  // namespace
}  // namespace ferry::test
