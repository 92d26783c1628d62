#include "protocol/reply.hpp"

#include <gtest/gtest.h>

namespace ferry::test {
namespace {

using namespace std::string_literals;

constexpr Translation table[] = {
    {"Begin.", "Anfang."},
    {"End.", "Ende."},
    {"{} and {}.", "{} und {}."},
};
constexpr Catalogue other("x-test", table);

TEST(Reply, IsACodeAndATextOnOneLine) {
  EXPECT_EQ(Reply(200, "Okay.").render(english()), "200 Okay.\r\n");
  EXPECT_EQ(Reply(200, "Okay.").code(), 200);
}

TEST(Reply, IsEmptyWhenThereIsNothingToSay) {
  EXPECT_TRUE(Reply().empty());
  EXPECT_EQ(Reply().render(english()), "");
  EXPECT_EQ(Reply().text(english()), "");
  EXPECT_FALSE(Reply(200, "Okay.").empty());
}

TEST(Reply, PutsArgumentsInTheirPlaces) {
  EXPECT_EQ(Reply(200, "{} and {}.", {"a", "b"}).render(english()), "200 a and b.\r\n");
  EXPECT_EQ(Reply(257, "{} created.", {"\"/x\""}).render(english()), "257 \"/x\" created.\r\n");
  EXPECT_EQ(Reply(213, "{}", {"1024"}).render(english()), "213 1024\r\n");
}

TEST(Reply, DoesNotLookForPlacesInArguments) {
  EXPECT_EQ(Reply(200, "{} and {}.", {"{}", "{0}{{"}).render(english()), "200 {} and {0}{{.\r\n");
}

TEST(Reply, SurvivesAWrongNumberOfArguments) {
  EXPECT_EQ(Reply(200, "{} and {}.", {"a"}).render(english()), "200 a and {}.\r\n");
  EXPECT_EQ(Reply(200, "{}.", {"a", "b"}).render(english()), "200 a.\r\n");
}

TEST(Reply, IsTranslated) {
  EXPECT_EQ(Reply(200, "{} and {}.", {"a", "Begin."}).render(other), "200 a und Begin..\r\n");
  EXPECT_EQ(Reply::multi_line(250, "Begin.", {"End."}, "End.").render(other), "250-Anfang.\r\n End.\r\n250 Ende.\r\n");
  EXPECT_EQ(Reply::text_lines(220, "Begin.").render(other), "220 Begin.\r\n");
}

TEST(Reply, LetsNoArgumentForgeALine) {
  EXPECT_EQ(Reply(550, "{}: no such file.", {"a\r\n230 b\xFF"}).render(english()),
            "550 a\r\0?230 b\xFF\xFF: no such file.\r\n"s);
  EXPECT_EQ(Reply::multi_line(250, "Begin.", {" type=file; a\n250 End."}, "End.").render(english()),
            "250-Begin.\r\n type=file; a?250 End.\r\n250 End.\r\n");
}

TEST(Reply, BeginsEachInnerLineWithASpace) {
  EXPECT_EQ(Reply::multi_line(211, "Features:", {"SIZE", " MDTM", "  two", "211 End", ""}, "End").render(english()),
            "211-Features:\r\n SIZE\r\n MDTM\r\n  two\r\n 211 End\r\n \r\n211 End\r\n");
  EXPECT_EQ(Reply::multi_line(211, "Features:", {}, "End").render(english()), "211-Features:\r\n211 End\r\n");
}

TEST(Reply, SplitsTheOperatorsText) {
  EXPECT_EQ(Reply::text_lines(220, "ready").render(english()), "220 ready\r\n");
  EXPECT_EQ(Reply::text_lines(220, "ready\n").render(english()), "220 ready\r\n");
  EXPECT_EQ(Reply::text_lines(220, "").render(english()), "220 \r\n");
  EXPECT_EQ(Reply::text_lines(230, "one\ntwo").render(english()), "230-one\r\n230 two\r\n");
  EXPECT_EQ(Reply::text_lines(230, "one\r\n220 two\n\n\tthree\r\nfour\r\n").render(english()),
            "230-one\r\n 220 two\r\n \r\n three\r\n230 four\r\n");
}

TEST(Reply, MayCloseTheConnection) {
  EXPECT_FALSE(Reply(221, "Goodbye.").closes());
  EXPECT_TRUE(Reply(221, "Goodbye.").close().closes());
  Reply reply(421, "Goodbye.");
  EXPECT_TRUE(reply.close().closes());
  EXPECT_TRUE(reply.closes());
  EXPECT_EQ(reply.render(english()), "421 Goodbye.\r\n");
}

TEST(Reply, IsOnePrintableLineInLogs) {
  EXPECT_EQ(Reply(550, "{}: no.", {"a\r\nb\xFF"}).text(english()), "a\\x0D\\x0Ab\\xFF: no.");
  EXPECT_EQ(Reply::multi_line(211, "Begin.", {"SIZE"}, "End.").text(other), "Anfang.");
  EXPECT_EQ(Reply::text_lines(220, "one\ntwo").text(english()), "one");
}

}  // namespace
}  // namespace ferry::test
