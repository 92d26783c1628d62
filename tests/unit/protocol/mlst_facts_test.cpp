#include "protocol/mlst_facts.hpp"

#include <gtest/gtest.h>

#include "protocol/timestamps.hpp"

namespace ferry::test {
namespace {

using namespace std::chrono_literals;

constexpr FactSet only(Fact fact) { return FactSet().with(fact); }

FactSet all_facts() {
  FactSet facts = default_facts();
  for (const Fact fact :
       {Fact::media_type, Fact::charset, Fact::unix_owner, Fact::unix_group, Fact::unix_uid, Fact::unix_gid})
    facts = facts.with(fact);
  return facts;
}

std::string facts(const FileInfo& info, FactSet set, Permissions permissions = Permissions::all(),
                  const FurtherFacts& further = {}) {
  std::string out = "before ";
  append_facts(out, info, permissions, set, further);
  return out.substr(7);
}

FileInfo file() {
  FileInfo info;
  info.size = 1024990;
  info.modified = parse_time_val("19980130010322.9").value();
  info.device = 0x801;
  info.inode = 0xABCDEF;
  info.owner = "alice";
  info.group = "users";
  return info;
}

FileInfo directory() {
  FileInfo info = file();
  info.kind = FileKind::directory;
  info.mode = 0755;
  return info;
}

FileInfo of_kind(FileKind kind) {
  FileInfo info = file();
  info.kind = kind;
  return info;
}

std::string perm(const FileInfo& info, Permissions permissions) {
  const std::string text = facts(info, only(Fact::perm), permissions);
  EXPECT_TRUE(text.starts_with("perm=") && text.ends_with(';')) << text;
  return text.substr(5, text.size() - 6);
}

std::string perm(const FileInfo& info, std::string_view letters) {
  return perm(info, Permissions::parse(letters).value());
}

TEST(AppendFacts, WritesAllFactsOfAFile) {
  FileInfo info = file();
  info.created = parse_time_val("19971231235959");
  EXPECT_EQ(facts(info, all_facts()),
            "type=file;perm=adfrw;size=1024990;modify=19980130010322;create=19971231235959;unique=801gabcdef;"
            "UNIX.mode=0644;UNIX.owner=alice;UNIX.group=users;");
}

TEST(AppendFacts, WritesWhatTheFileInfoDoesNotHold) {
  FileInfo info = file();
  info.owner_id = 1000;
  info.group_id = 0;
  const FurtherFacts further{.media_type = "text/plain; charset=utf-8", .charset = "UTF-8", .link_target = {}};
  EXPECT_EQ(facts(info, only(Fact::media_type).with(Fact::charset).with(Fact::unix_uid).with(Fact::unix_gid),
                  Permissions::all(), further),
            "media-type=text/plain;charset=UTF-8;UNIX.uid=1000;UNIX.gid=0;");
  EXPECT_EQ(facts(info, only(Fact::size), Permissions::all(), further), "size=1024990;");
}

TEST(AppendFacts, AMediaTypeThatIsNoneIsNotSaid) {
  for (const char* bad : {"text", "/plain", "text/", "a/b/c", "te xt/plain", "text/\r\nplain", ";", " text/plain"})
    EXPECT_EQ(facts(file(), only(Fact::media_type), Permissions::all(),
                    {.media_type = bad, .charset = {}, .link_target = {}}),
              "")
        << bad;
}

TEST(AppendFacts, ALinkMayBeShownWithItsTarget) {
  const auto type = [](std::string_view target) {
    return facts(file(), only(Fact::type), Permissions::all(),
                 {.media_type = {}, .charset = {}, .link_target = target});
  };
  EXPECT_EQ(type("/foobar"), "type=OS.unix=slink:/foobar;") << "as in RFC 3659 §7.7.4";
  for (const char* unspeakable : {"/a b", "/a;b", "/a\nb", "/\xC3\xBC"}) EXPECT_EQ(type(unspeakable), "type=file;");
}

TEST(AppendFacts, WritesOnlyTheFactsSelected) {
  EXPECT_EQ(facts(file(), FactSet()), "");
  EXPECT_EQ(facts(file(), only(Fact::size)), "size=1024990;");
  EXPECT_EQ(facts(file(), only(Fact::type).with(Fact::unix_mode)), "type=file;UNIX.mode=0644;");
}

TEST(AppendFacts, TheExampleOfRfc3659Section771) {
  const FactSet set = only(Fact::type).with(Fact::size).with(Fact::perm);
  EXPECT_EQ(facts(file(), set, Permissions::read_only()), "type=file;perm=r;size=1024990;");
}

TEST(AppendFacts, TheExampleOfRfc3659Section772) {
  FileInfo info = directory();
  info.modified = parse_time_val("19981107085215").value();
  const FactSet set = only(Fact::type).with(Fact::size).with(Fact::modify).with(Fact::perm);
  EXPECT_EQ(facts(info, set, Permissions::read_only()), "type=dir;perm=el;modify=19981107085215;");
}

TEST(AppendFacts, TypeTellsTheKindOfTheEntry) {
  EXPECT_EQ(facts(file(), only(Fact::type)), "type=file;");
  EXPECT_EQ(facts(directory(), only(Fact::type)), "type=dir;");
  EXPECT_EQ(facts(of_kind(FileKind::broken_link), only(Fact::type)), "type=OS.unix=slink:;");
  EXPECT_EQ(facts(of_kind(FileKind::special), only(Fact::type)), "type=OS.unix=special;");
}

TEST(AppendFacts, OnlyFilesHaveASize) {
  for (const FileKind kind : {FileKind::directory, FileKind::broken_link, FileKind::special})
    EXPECT_EQ(facts(of_kind(kind), only(Fact::size)), "");
  FileInfo info = file();
  info.size = UINT64_MAX;
  EXPECT_EQ(facts(info, only(Fact::size)), "size=18446744073709551615;");
  info.size = 0;
  EXPECT_EQ(facts(info, only(Fact::size)), "size=0;");
}

TEST(AppendFacts, CreateIsNeverLaterThanModify) {
  FileInfo info = file();
  EXPECT_EQ(facts(info, only(Fact::create)), "");
  info.created = info.modified + 24h;
  EXPECT_EQ(facts(info, only(Fact::create)), "create=19980130010322;");
  info.created = info.modified - 24h;
  EXPECT_EQ(facts(info, only(Fact::create)), "create=19980129010322;");
}

TEST(AppendFacts, UniqueIsLeftOutWhereTheStorageCannotTell) {
  FileInfo info = file();
  info.device = info.inode = 0;
  EXPECT_EQ(facts(info, only(Fact::unique)), "");
  info.inode = 7;
  EXPECT_EQ(facts(info, only(Fact::unique)), "unique=0g7;");
  info.device = info.inode = UINT64_MAX;
  EXPECT_EQ(facts(info, only(Fact::unique)), "unique=ffffffffffffffffgffffffffffffffff;");
}

TEST(AppendFacts, ModeIsFourOctalDigits) {
  FileInfo info = file();
  for (const auto& [mode, text] :
       {std::pair{0u, "0000"}, {07u, "0007"}, {0755u, "0755"}, {07777u, "7777"}, {0100644u, "0644"}}) {
    info.mode = mode;
    EXPECT_EQ(facts(info, only(Fact::unix_mode)), "UNIX.mode=" + std::string(text) + ";");
  }
}

TEST(AppendFacts, OwnersNamesCannotEndAFactOrALine) {
  FileInfo info = file();
  info.owner = "domain users;type=dir; x\r\n";
  info.group = "DOMAIN\\group-1";
  EXPECT_EQ(facts(info, only(Fact::unix_owner)), "UNIX.owner=domain_users_type=dir__x__;");
  EXPECT_EQ(facts(info, only(Fact::unix_group)), "UNIX.group=DOMAIN\\group-1;");
}

TEST(PermFact, FilesHaveTheLettersOfTheUsersPermissions) {
  EXPECT_EQ(perm(file(), Permissions::all()), "adfrw");
  EXPECT_EQ(perm(file(), Permissions::none()), "");
  EXPECT_EQ(perm(file(), "r"), "r");
  EXPECT_EQ(perm(file(), "w"), "w");
  EXPECT_EQ(perm(file(), "a"), "a");
  EXPECT_EQ(perm(file(), "d"), "d");
  EXPECT_EQ(perm(file(), "f"), "f");
  EXPECT_EQ(perm(file(), "elmMT"), "");
}

TEST(PermFact, DirectoriesHaveTheLettersOfTheUsersPermissions) {
  EXPECT_EQ(perm(directory(), Permissions::all()), "cdeflmp");
  EXPECT_EQ(perm(directory(), Permissions::none()), "");
  EXPECT_EQ(perm(directory(), "w"), "c");
  EXPECT_EQ(perm(directory(), "d"), "dp");
  EXPECT_EQ(perm(directory(), "e"), "e");
  EXPECT_EQ(perm(directory(), "f"), "f");
  EXPECT_EQ(perm(directory(), "l"), "l");
  EXPECT_EQ(perm(directory(), "m"), "m");
  EXPECT_EQ(perm(directory(), "raMT"), "");
}

TEST(PermFact, NothingThatTheStorageRefusesIsPromised) {
  FileInfo info = file();
  info.access.read = false;
  EXPECT_EQ(perm(info, Permissions::all()), "adfw");
  info = file();
  info.access.write = false;
  EXPECT_EQ(perm(info, Permissions::all()), "dfr");
  info = file();
  info.access.removable = false;
  EXPECT_EQ(perm(info, Permissions::all()), "arw");

  info = directory();
  info.access.read = false;
  EXPECT_EQ(perm(info, Permissions::all()), "cdefmp");
  info = directory();
  info.access.write = false;
  EXPECT_EQ(perm(info, Permissions::all()), "defl");
  info = directory();
  info.access.enter = false;
  EXPECT_EQ(perm(info, Permissions::all()), "dfl");
  info = directory();
  info.access.removable = false;
  EXPECT_EQ(perm(info, Permissions::all()), "celmp");
}

TEST(PermFact, OtherKindsCanOnlyBeDeletedAndRenamed) {
  for (const FileKind kind : {FileKind::broken_link, FileKind::special}) {
    FileInfo info = of_kind(kind);
    EXPECT_EQ(perm(info, Permissions::all()), "df");
    info.access.removable = false;
    EXPECT_EQ(perm(info, Permissions::all()), "");
  }
}

TEST(ParseOptsMlst, TakesTheExamplesOfRfc3659Section792) {
  EXPECT_EQ(parse_opts_mlst("Type;UNIX.mode;Perm;"), only(Fact::type).with(Fact::unix_mode).with(Fact::perm));
  EXPECT_EQ(parse_opts_mlst("unique;size;"), only(Fact::size).with(Fact::unique));
  EXPECT_EQ(parse_opts_mlst("unique;type;modify;"), only(Fact::type).with(Fact::modify).with(Fact::unique));
  EXPECT_EQ(parse_opts_mlst("fish;cakes;"), FactSet());
  EXPECT_EQ(parse_opts_mlst("Modify;Unique;"), only(Fact::modify).with(Fact::unique));
  EXPECT_EQ(parse_opts_mlst("fish cakes;"), std::unexpected(SyntaxErrc::malformed));
}

TEST(ParseOptsMlst, SelectsNothingWithoutFacts) { EXPECT_EQ(parse_opts_mlst(""), FactSet()); }

TEST(ParseOptsMlst, IgnoresCaseAndRepetition) {
  EXPECT_EQ(parse_opts_mlst("SIZE;sIzE;size;"), only(Fact::size));
  EXPECT_EQ(parse_opts_mlst("unix.OWNER;Unix.Group;"), only(Fact::unix_owner).with(Fact::unix_group));
}

TEST(ParseOptsMlst, RefusesWhatIsNoListOfTokens) {
  for (std::string_view bad :
       {";", ";;", "size", "type;size", ";size;", "size;;", "size;;type;", " ", " size;", "size ;", "size; ",
        "size; type;", "size;\ttype;", "size=1;", "type*;", "\xC3\xA4;", "a\rb;"})
    EXPECT_EQ(parse_opts_mlst(bad), std::unexpected(SyntaxErrc::malformed)) << "input: " << bad;
}

TEST(FormatSelected, NamesTheSelectedFactsInTheirOrder) {
  EXPECT_EQ(format_selected(FactSet()), "");
  EXPECT_EQ(format_selected(parse_opts_mlst("unix.mode;SIZE;type;").value()), "type;size;UNIX.mode;");
  EXPECT_EQ(
      format_selected(all_facts()),
      "type;perm;size;modify;create;unique;media-type;charset;UNIX.mode;UNIX.owner;UNIX.group;UNIX.uid;UNIX.gid;");
}

TEST(FormatSelected, IsUndoneByParsing) {
  for (const FactSet set : {FactSet(), default_facts(), all_facts(), only(Fact::unix_group)})
    EXPECT_EQ(parse_opts_mlst(format_selected(set)), set);
}

TEST(FormatFeat, MarksTheSelectedFactsWithAStar) {
  EXPECT_EQ(format_feat(default_facts()),
            "type*;perm*;size*;modify*;create*;unique*;media-type;charset;UNIX.mode*;UNIX.owner;UNIX.group;UNIX.uid;"
            "UNIX.gid;");
  EXPECT_EQ(
      format_feat(FactSet()),
      "type;perm;size;modify;create;unique;media-type;charset;UNIX.mode;UNIX.owner;UNIX.group;UNIX.uid;UNIX.gid;");
}

}  // namespace
}  // namespace ferry::test
