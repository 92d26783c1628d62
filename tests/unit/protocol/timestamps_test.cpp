#include "protocol/timestamps.hpp"

#include <gtest/gtest.h>

namespace ferry::test {
namespace {

using namespace std::chrono_literals;
using std::chrono::days;
using std::chrono::sys_days;

constexpr FileTime at(std::chrono::year_month_day date, std::chrono::nanoseconds of_day = 0ns) {
  return FileTime(sys_days(date)) + of_day;
}

std::string listed(FileTime modified, FileTime now, std::chrono::seconds zone_offset = 0s) {
  std::string out = "|";
  append_list_time(out, modified, now, zone_offset);
  return out.substr(1);
}

TEST(TimeVal, WritesTheTimeOfRfc3659Section775) {
  const FileTime time = at(1999y / 9 / 29, 33min + 55s + 237ms);
  EXPECT_EQ(format_time_val(time), "19990929003355");
  EXPECT_EQ(format_time_val(time, true), "19990929003355.237");
  EXPECT_EQ(parse_time_val("19990929003355.237"), time);
}

TEST(TimeVal, CutsOffWhatIsNotShown) {
  const FileTime time = at(2020y / 1 / 1) - 1ns;
  EXPECT_EQ(format_time_val(time), "20191231235959");
  EXPECT_EQ(format_time_val(time, true), "20191231235959.999");
  EXPECT_EQ(format_time_val(at(2020y / 1 / 1), true), "20200101000000.000");
}

TEST(TimeVal, FloorsTimesBefore1970) {
  EXPECT_EQ(format_time_val(at(1970y / 1 / 1) - 1ns), "19691231235959");
  EXPECT_EQ(format_time_val(at(1970y / 1 / 1) - 1ms, true), "19691231235959.999");
}

TEST(TimeVal, CanWriteEveryFileTime) {
  EXPECT_EQ(format_time_val(FileTime::min()), "16770921001243");
  EXPECT_EQ(format_time_val(FileTime::min(), true), "16770921001243.145");
  EXPECT_EQ(format_time_val(FileTime::max()), "22620411234716");
}

TEST(TimeVal, IsUndoneByReading) {
  for (FileTime time = at(1678y / 1 / 1, 11h + 22min + 33s); time < at(2262y / 1 / 1);
       time += days(97) + 3h + 7min + 1s)
    ASSERT_EQ(parse_time_val(format_time_val(time)), time) << format_time_val(time);
}

TEST(ParseTimeVal, KnowsTheCalendar) {
  EXPECT_EQ(parse_time_val("20000229120000"), at(2000y / 2 / 29, 12h));
  EXPECT_EQ(parse_time_val("20240229000000"), at(2024y / 2 / 29));
  for (std::string_view bad : {"19000229000000", "20230229000000", "20230431000000", "20230001000000", "20231301000000",
                               "20230100000000", "20230132000000"})
    EXPECT_EQ(parse_time_val(bad), std::nullopt) << "input: " << bad;
}

TEST(ParseTimeVal, KnowsTheTimeOfDay) {
  EXPECT_EQ(parse_time_val("20200101235959"), at(2020y / 1 / 1, 23h + 59min + 59s));
  for (std::string_view bad : {"20200101240000", "20200101006000", "20200101000061", "20200101000099"})
    EXPECT_EQ(parse_time_val(bad), std::nullopt) << "input: " << bad;
}

TEST(ParseTimeVal, TakesALeapSecondAsTheOneBefore) {
  EXPECT_EQ(parse_time_val("20161231235960"), at(2016y / 12 / 31, 23h + 59min + 59s));
}

TEST(ParseTimeVal, ReadsFractionsOfAnyLength) {
  const FileTime second = at(2020y / 1 / 2, 3h + 4min + 5s);
  EXPECT_EQ(parse_time_val("20200102030405.5"), second + 500ms);
  EXPECT_EQ(parse_time_val("20200102030405.000000001"), second + 1ns);
  EXPECT_EQ(parse_time_val("20200102030405.9999999999999999999999999999999999999999"), second + 999999999ns);
  EXPECT_EQ(parse_time_val("20200102030405.00000000000000000000000000000000000000001"), second);
}

TEST(ParseTimeVal, RefusesWhatIsNoTimeVal) {
  for (std::string_view bad :
       {"", "2020010203040", "202001020304055", "20200102030405.", "20200102030405.x", "20200102030405.5x",
        "20200102030405.-5", "20200102030405.5.5", "20200102030405,5", "20200102030405 ", " 20200102030405",
        "2020-01-02T03:04:05", "2020010203040x", "+2020010203040", "-2020010203040", "20200102030405Z",
        "2020010203 405", "123456789012345678901234567890"})
    EXPECT_EQ(parse_time_val(bad), std::nullopt) << "input: " << bad;
}

TEST(ParseTimeVal, RefusesYearsThatFileTimeCannotHold) {
  for (std::string_view bad :
       {"00000101000000", "10000101000000", "16771231235959", "22620101000000", "99991231235959"})
    EXPECT_EQ(parse_time_val(bad), std::nullopt) << "input: " << bad;
  EXPECT_EQ(parse_time_val("16780101000000"), at(1678y / 1 / 1));
  EXPECT_EQ(parse_time_val("22611231235959"), at(2261y / 12 / 31, 23h + 59min + 59s));
}

TEST(ListTime, ShowsTheTimeOfDayOfRecentFiles) {
  const FileTime now = at(2024y / 7 / 1, 12h);
  EXPECT_EQ(listed(now, now), "Jul  1 12:00");
  EXPECT_EQ(listed(at(2024y / 3 / 12, 9h + 5min + 59s), now), "Mar 12 09:05");
  EXPECT_EQ(listed(now - days(180), now), "Jan  3 12:00");
  EXPECT_EQ(listed(now + days(1), now), "Jul  2 12:00");
}

TEST(ListTime, ShowsTheYearOfOtherFiles) {
  const FileTime now = at(2024y / 7 / 1, 12h);
  EXPECT_EQ(listed(now - days(180) - 1s, now), "Jan  3  2024");
  EXPECT_EQ(listed(now + days(1) + 1s, now), "Jul  2  2024");
  EXPECT_EQ(listed(at(1999y / 12 / 31, 23h), now), "Dec 31  1999");
}

TEST(ListTime, IsTwelveCharactersInEveryMonth) {
  const FileTime now = at(2024y / 7 / 1);
  const std::string_view months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  for (unsigned month = 1; month <= 12; ++month) {
    const std::string text = listed(at(2001y / static_cast<int>(month) / 9), now);
    EXPECT_EQ(text, std::string(months[month - 1]) + "  9  2001");
  }
}

TEST(ListTime, MovesWithTheZone) {
  const FileTime now = at(2024y / 7 / 1, 12h);
  EXPECT_EQ(listed(at(2024y / 6 / 30, 23h), now, 2h), "Jul  1 01:00");
  EXPECT_EQ(listed(at(2024y / 7 / 1, 30min), now, -5h), "Jun 30 19:30");
  EXPECT_EQ(listed(at(2000y / 1 / 1), now, -1s), "Dec 31  1999");
  // Whether a file is recent does not depend on the zone.
  EXPECT_EQ(listed(now - days(180), now, 14h), "Jan  4 02:00");
}

TEST(ListTime, SurvivesTheEndsOfTime) {
  EXPECT_EQ(listed(FileTime::min(), FileTime::max(), -12h), "Sep 20  1677");
  EXPECT_EQ(listed(FileTime::max(), FileTime::min(), 14h), "Apr 12  2262");
}

}  // namespace
}  // namespace ferry::test
