#include "protocol/list_format.hpp"

#include <gtest/gtest.h>

#include "protocol/timestamps.hpp"

namespace ferry::test {
namespace {

using namespace std::chrono_literals;
using std::string_view_literals::operator""sv;

const FileTime today = parse_time_val("20240401000000").value();

FileInfo listed_file() {
  FileInfo info;
  info.size = 1234;
  info.modified = parse_time_val("20240301123045").value();
  info.owner = "owner";
  info.group = "group";
  return info;
}

std::string line(const FileInfo& info, std::string_view name = "name", std::chrono::seconds zone_offset = 0s) {
  std::string out = "before\r\n";
  append_list_line(out, name, info, today, zone_offset);
  return out.substr(8);
}

std::string mode_of(std::uint32_t mode) {
  FileInfo info = listed_file();
  info.mode = mode;
  return line(info).substr(1, 9);
}

TEST(ListLine, IsALineOfLs) {
  EXPECT_EQ(line(listed_file()), "-rw-r--r--   1 owner    group            1234 Mar  1 12:30 name\r\n");
}

TEST(ListLine, BeginsWithTheKind) {
  for (const auto& [kind, letter] : {std::pair{FileKind::regular, '-'},
                                     {FileKind::directory, 'd'},
                                     {FileKind::broken_link, 'l'},
                                     {FileKind::special, 'p'}}) {
    FileInfo info = listed_file();
    info.kind = kind;
    EXPECT_EQ(line(info).front(), letter);
  }
}

TEST(ListLine, ShowsThePermissionBits) {
  EXPECT_EQ(mode_of(0), "---------");
  EXPECT_EQ(mode_of(0777), "rwxrwxrwx");
  EXPECT_EQ(mode_of(0421), "r---w---x");
  EXPECT_EQ(mode_of(0100755), "rwxr-xr-x");
}

TEST(ListLine, ShowsTheSpecialBits) {
  EXPECT_EQ(mode_of(04755), "rwsr-xr-x");
  EXPECT_EQ(mode_of(04644), "rwSr--r--");
  EXPECT_EQ(mode_of(02755), "rwxr-sr-x");
  EXPECT_EQ(mode_of(02644), "rw-r-Sr--");
  EXPECT_EQ(mode_of(01777), "rwxrwxrwt");
  EXPECT_EQ(mode_of(01776), "rwxrwxrwT");
}

TEST(ListLine, WidensColumnsRatherThanCutThem) {
  FileInfo info = listed_file();
  info.links = 4'294'967'295;
  info.size = UINT64_MAX;
  info.owner = "a-rather-long-name";
  EXPECT_EQ(line(info), "-rw-r--r-- 4294967295 a-rather-long-name group    18446744073709551615 Mar  1 12:30 name\r\n");
}

TEST(ListLine, KeepsOwnersInOneColumn) {
  FileInfo info = listed_file();
  info.owner = "domain users";
  info.group = "";
  EXPECT_EQ(line(info), "-rw-r--r--   1 domain_users -                1234 Mar  1 12:30 name\r\n");
  info.owner = "a\r\nb";
  EXPECT_EQ(line(info).substr(15, 8), "a__b    ");
}

TEST(ListLine, ShowsTheTimeOfTheZone) { EXPECT_EQ(line(listed_file(), "name", -13h).substr(46, 12), "Feb 29 23:30"); }

TEST(ListLine, KeepsTheNameOctetByOctet) {
  EXPECT_TRUE(line(listed_file(), " a\xFF\xC3\xA4  b ").ends_with(" 12:30  a\xFF\xC3\xA4  b \r\n"));
}

TEST(IsListable, RefusesNamesThatWouldEndALine) {
  for (std::string_view good : {"a"sv, " "sv, "\xFF"sv, "\xC2\x85"sv, "\t"sv}) EXPECT_TRUE(is_listable(good));
  for (std::string_view bad : {"a\rb"sv, "a\nb"sv, "a\r\nb"sv, "\n"sv, "a\r"sv}) EXPECT_FALSE(is_listable(bad));
}

}  // namespace
}  // namespace ferry::test
