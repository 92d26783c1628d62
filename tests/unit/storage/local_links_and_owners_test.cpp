// Symbolic links that users make, what is known of links, and owners.
#include <gmock/gmock.h>
#include <grp.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "storage/local/local_file_system.hpp"
#include "storage/local/owner_names.hpp"
#include "storage_support.hpp"

namespace ferry::test {
namespace {

namespace fs = std::filesystem;

TEST(MakeLink, LeadsToThePathBelowTheRootWhereverTheLinkStands) {
  const ScratchDirectory scratch;
  fs::create_directories(scratch.path() / "d/e");
  put_on_disk(scratch.path() / "f", "content");
  const auto files = serve(scratch);
  for (const char* path : {"/link", "/d/link", "/d/e/link"}) {
    ASSERT_TRUE(sync_wait(files->link_maker()->make_link(at(path), at("/f")))) << path;
    EXPECT_EQ(retrieve(*files, at(path)), "content") << path;
  }
  EXPECT_EQ(fs::read_symlink(scratch.path() / "d/e/link"), "../../f");
}

TEST(MakeLink, LeadsThereFromADirectoryBehindALinkToo) {
  const ScratchDirectory scratch;
  fs::create_directories(scratch.path() / "d/e");
  fs::create_symlink("d/e", scratch.path() / "deep");
  fs::create_symlink("../..", scratch.path() / "d/e/top");
  put_on_disk(scratch.path() / "f", "content");
  const auto files = serve(scratch);
  for (const char* path : {"/deep/link", "/d/e/top/link", "/deep/top/d/link"}) {
    ASSERT_TRUE(sync_wait(files->link_maker()->make_link(at(path), at("/f")))) << path;
    EXPECT_EQ(retrieve(*files, at(path)), "content") << path;
  }
  EXPECT_EQ(fs::read_symlink(scratch.path() / "d/e/link"), "../../f");
}

TEST(MakeLink, TakesNoNameAwayAndNeverLeadsOutOfTheRoot) {
  const ScratchDirectory scratch;
  put_on_disk(scratch.path() / "f", "content");
  const auto files = serve(scratch);
  LinkMaker& maker = *files->link_maker();
  EXPECT_EQ(code_of(sync_wait(maker.make_link(at("/f"), at("/other")))), FsErrc::exists);
  EXPECT_EQ(code_of(sync_wait(maker.make_link(at("/"), at("/f")))), FsErrc::exists);
  EXPECT_EQ(code_of(sync_wait(maker.make_link(at("/none/link"), at("/f")))), FsErrc::not_found);
  EXPECT_EQ(code_of(sync_wait(maker.make_link(at("/.ferry-1"), at("/f")))), FsErrc::bad_name);
  ASSERT_TRUE(sync_wait(maker.make_link(at("/up"), at("/../../etc/passwd"))));
  EXPECT_EQ(code_of(sync_wait(files->stat(at("/up")))), FsErrc::not_found);
  EXPECT_EQ(fs::read_symlink(scratch.path() / "up"), "etc/passwd");
}

TEST(Listings, SayWhichNamesAreLinks) {
  const ScratchDirectory scratch;
  fs::create_directory(scratch.path() / "d");
  fs::create_symlink("d", scratch.path() / "l");
  const auto files = serve(scratch);
  for (const Detail detail : {Detail::names, Detail::full}) {
    auto found = entries(*files, at("/"), detail);
    EXPECT_FALSE(found["d"].link);
    EXPECT_TRUE(found["l"].link);
    EXPECT_EQ(found["l"].kind, FileKind::directory);
  }
}

TEST(Attributes, TellTheMediaTypeThatTheFileHas) {
  const ScratchDirectory scratch;
  put_on_disk(scratch.path() / "f", "content");
  put_on_disk(scratch.path() / "bare", "content");
  const std::string type = "text/plain; charset=utf-8";
  ASSERT_EQ(::setxattr((scratch.path() / "f").c_str(), "user.mime_type", type.data(), type.size(), 0), 0);
  fs::create_symlink("f", scratch.path() / "link");
  const auto files = serve(scratch);
  AttributeReader& reader = *files->attribute_reader();
  EXPECT_EQ(sync_wait(reader.attributes(at("/f")))->media_type, type);
  EXPECT_EQ(sync_wait(reader.attributes(at("/link")))->media_type, type);
  EXPECT_EQ(sync_wait(reader.attributes(at("/bare")))->media_type, "");
  EXPECT_EQ(sync_wait(reader.attributes(at("/")))->media_type, "");
  EXPECT_EQ(code_of(sync_wait(reader.attributes(at("/none")))), FsErrc::not_found);
}

TEST(Attributes, TellWhereALinkLeadsInTheTreeAndNothingOfThePathOutside) {
  const ScratchDirectory scratch;
  fs::create_directories(scratch.path() / "root/d/e");
  put_on_disk(scratch.path() / "root/d/f", "content");
  put_on_disk(scratch.path() / "secret", "content");
  const fs::path root = scratch.path() / "root";
  fs::create_symlink("../d/f", root / "d/f link");
  fs::create_symlink("d/f link", root / "chain");
  fs::create_symlink(root / "d", root / "absolute");
  fs::create_symlink("../secret", root / "out");
  fs::create_symlink(".", root / "here");
  const auto files = open_local_directory(root.string(), {}).value();
  AttributeReader& reader = *files->attribute_reader();
  const auto target = [&](const char* path) { return sync_wait(reader.attributes(at(path)))->link_target; };
  EXPECT_EQ(target("/d/f link"), at("/d/f"));
  EXPECT_EQ(target("/chain"), at("/d/f"));
  EXPECT_EQ(target("/absolute"), at("/d"));
  EXPECT_EQ(target("/absolute/f link"), at("/d/f"));
  EXPECT_EQ(target("/absolute/f"), std::nullopt) << "its own name is no link";
  EXPECT_EQ(target("/here"), at("/"));
  EXPECT_EQ(target("/"), std::nullopt);
  EXPECT_EQ(code_of(sync_wait(reader.attributes(at("/out")))), FsErrc::not_found);
}

TEST(SetOwner, TakesNamesAndNumbersAndLeavesWhatIsNotGiven) {
  const ScratchDirectory scratch;
  put_on_disk(scratch.path() / "f", "content");
  const auto files = serve(scratch);
  OwnerSetter& setter = *files->owner_setter();
  const std::string own_group = std::to_string(::getegid());
  EXPECT_TRUE(sync_wait(setter.set_owner(at("/f"), std::nullopt, own_group)));
  EXPECT_EQ(code_of(sync_wait(setter.set_owner(at("/f"), "no such user", std::nullopt))), FsErrc::bad_name);
  EXPECT_EQ(code_of(sync_wait(setter.set_owner(at("/none"), std::nullopt, own_group))), FsErrc::not_found);
  const auto info = sync_wait(files->stat(at("/f")));
  ASSERT_TRUE(info);
  EXPECT_EQ(info->owner_id, ::geteuid());
  EXPECT_EQ(info->group_id, ::getegid());
  EXPECT_TRUE(info->changed);
}

TEST(FindGroup, KnowsNamesBeforeNumbers) {
  EXPECT_EQ(find_group("root"), 0u);
  EXPECT_EQ(find_user("root"), 0u);
  EXPECT_EQ(find_user("4000000000"), 4'000'000'000u);
  for (const char* bad : {"", "no such name", "-1", "4294967295"}) EXPECT_FALSE(find_user(bad)) << bad;
}

}  // namespace
}  // namespace ferry::test
