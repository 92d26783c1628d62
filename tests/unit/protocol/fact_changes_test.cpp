#include "protocol/fact_changes.hpp"

#include <gtest/gtest.h>

#include "protocol/timestamps.hpp"

namespace ferry::test {
namespace {

std::string time_of(const std::optional<TimeAndName>& parsed) {
  return parsed ? format_time_val(parsed->time) : "none";
}

TEST(ParseTimeAndName, KeepsEverySpaceOfTheName) {
  const auto parsed = parse_time_and_name("20020717210715  a b ");
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->name, " a b ");
  for (const char* bad : {"", "20020717210715", "20020717210715 ", "20021317210715 f", "now f"})
    EXPECT_FALSE(parse_time_and_name(bad)) << bad;
}

TEST(BeginsWithTime, ItNeedNotExist) {
  EXPECT_TRUE(begins_with_time("20021317210715 f"));
  EXPECT_TRUE(begins_with_time("20020717210715.5 f"));
  for (const char* not_one : {"20020717210715", "2002071721071 f", "200207172107155 f", "report 2"})
    EXPECT_FALSE(begins_with_time(not_one)) << not_one;
}

// The example of draft-somers-ftp-mfxx-03 §5.1 and further facts.
TEST(ParseMff, TakesFactsInAnyOrderAndCase) {
  const auto changes = parse_mff("Modify=19990929003355;CREATE=19980401000000;unix.MODE=0640;UNIX.group=staff; a b");
  ASSERT_TRUE(changes);
  EXPECT_EQ(format_time_val(*changes->modify), "19990929003355");
  EXPECT_EQ(format_time_val(*changes->create), "19980401000000");
  EXPECT_EQ(changes->mode, 0640u);
  EXPECT_EQ(changes->group, "staff");
  EXPECT_FALSE(changes->owner);
  EXPECT_EQ(changes->name, "a b");
  EXPECT_EQ(format_changes(*changes), "Modify=19990929003355;Create=19980401000000;UNIX.mode=0640;UNIX.group=staff;");
}

TEST(ParseMff, TellsUnknownFactsFromMalformedOnes) {
  EXPECT_EQ(parse_mff("size=3; f").error(), SyntaxErrc::unknown_fact);
  for (const char* bad : {"", "f", "modify=19990929003355;", "modify=19990929003355; ", "modify=19990929003355 f",
                          "modify=19991329003355; f", "modify; f", "=1; f", "; f", "unix.mode=0999; f",
                          "unix.mode=4755; f", "unix.mode=600;unix.mode=600; f", "UNIX.owner=; f"}) {
    const auto changes = parse_mff(bad);
    ASSERT_FALSE(changes) << bad;
    EXPECT_EQ(changes.error(), SyntaxErrc::malformed) << bad;
  }
}

TEST(ParseMode, IsOctalAndAtMost777) {
  EXPECT_EQ(parse_mode("0"), 0u);
  EXPECT_EQ(parse_mode("755"), 0755u);
  EXPECT_EQ(parse_mode("0644"), 0644u);
  for (const char* bad : {"", "8", "1777", "00644", "u+x", "-1"}) EXPECT_FALSE(parse_mode(bad)) << bad;
}

TEST(ParseSiteUtime, TakesBothForms) {
  const auto pure = parse_site_utime("a b 20020101000000 20030405060708 20020101000000 UTC");
  EXPECT_EQ(time_of(pure), "20030405060708");
  EXPECT_EQ(pure->name, "a b");
  const auto pro = parse_site_utime("200304050607 a b");
  EXPECT_EQ(time_of(pro), "20030405060700");
  EXPECT_EQ(pro->name, "a b");
  EXPECT_EQ(time_of(parse_site_utime("20030405060708 a")), "20030405060708");
  // A name of the second form may look like the end of the first.
  EXPECT_EQ(parse_site_utime("20030405060708 a UTC")->name, "a UTC");
}

TEST(ParseSiteUtime, RefusesWhatIsNeither) {
  for (const char* bad : {"", "f", "20030405060708", "20030405060708 ", "20031305060708 f", "2003 f",
                          "f 20020101000000 20030405060708 20020101000000", "f 20020101000000 20030405060708 UTC",
                          "f 20020101000000 20031305060708 20020101000000 UTC", "f 1 2 3 UTC"})
    EXPECT_EQ(time_of(parse_site_utime(bad)), "none") << bad;
}

}  // namespace
}  // namespace ferry::test
