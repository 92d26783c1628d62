// Nothing leads out of the root of a local directory: each shape that a link can have, by openat2 and by the walk that
// stands in for it; and links that stay inside work.
#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include "storage/local/local_file_system.hpp"
#include "storage_support.hpp"

namespace ferry::test {
namespace {

namespace fs = std::filesystem;

// A root with files in it, beside a directory that nobody may see:
//   <scratch>/root/{in/deep/file, file}   <scratch>/outside/{secret, sub/}
class JailTest : public testing::TestWithParam<Jail::Method> {
 protected:
  JailTest() {
    fs::create_directories(root_ / "in/deep");
    fs::create_directories(outside_ / "sub");
    put_on_disk(root_ / "in/deep/file", "inner");
    put_on_disk(root_ / "file", "top");
    put_on_disk(outside_ / "secret", "secret");
    files_ = open_local_directory(root_.string(), {.method = GetParam()}).value();
  }

  void link(const std::string& target, const std::string& name) { fs::create_symlink(target, root_ / name); }

  // All that a user can do with `path`, whose target is outside or nowhere; `below` does the same to an entry in it.
  void expect_closed(const std::string& path, const std::string& below) {
    SCOPED_TRACE(path);
    EXPECT_EQ(code_of(sync_wait(files_->stat(at(path)))), FsErrc::not_found);
    EXPECT_EQ(code_of(retrieve(*files_, at(path))), FsErrc::not_found);
    EXPECT_EQ(code_of(sync_wait(files_->list(at(path), Detail::full))), FsErrc::not_found);
    EXPECT_EQ(code_of(store(*files_, at(path), "x")), FsErrc::not_found);
    EXPECT_EQ(code_of(store(*files_, at(path), "x", {.mode = StoreMode::append})), FsErrc::not_found);
    EXPECT_EQ(code_of(store(*files_, at(path), "x", {.mode = StoreMode::resume})), FsErrc::not_found);
    EXPECT_EQ(code_of(store(*files_, at(path), "x", {.mode = StoreMode::unique})), FsErrc::not_found);
    EXPECT_EQ(code_of(sync_wait(files_->mode_setter()->set_mode(at(path), 0777))), FsErrc::not_found);
    EXPECT_EQ(code_of(sync_wait(files_->time_setter()->set_modified(at(path), FileTime()))), FsErrc::not_found);
    EXPECT_EQ(code_of(sync_wait(files_->space_teller()->available(at(path)))), FsErrc::not_found);
    EXPECT_EQ(code_of(sync_wait(files_->make_directory(at(path)))), FsErrc::exists);
    EXPECT_EQ(code_of(sync_wait(files_->remove_directory(at(path)))), FsErrc::not_a_directory);

    const std::string entry = path + "/" + below;
    EXPECT_EQ(code_of(sync_wait(files_->stat(at(entry)))), FsErrc::not_found);
    EXPECT_EQ(code_of(retrieve(*files_, at(entry))), FsErrc::not_found);
    EXPECT_EQ(code_of(store(*files_, at(entry), "x")), FsErrc::not_found);
    EXPECT_EQ(code_of(store(*files_, at(path + "/new"), "x")), FsErrc::not_found);
    EXPECT_EQ(code_of(sync_wait(files_->make_directory(at(path + "/new")))), FsErrc::not_found);
    EXPECT_EQ(code_of(sync_wait(files_->remove_file(at(entry)))), FsErrc::not_found);
    EXPECT_EQ(code_of(sync_wait(files_->remove_directory(at(path + "/sub")))), FsErrc::not_found);
    EXPECT_EQ(code_of(sync_wait(files_->rename(at(entry), at("/stolen"), true))), FsErrc::not_found);
    EXPECT_EQ(code_of(sync_wait(files_->rename(at("/file"), at(path + "/new"), true))), FsErrc::not_found);

    const FileInfo listed = entries(*files_, at(path).parent()).at(std::string(at(path).name()));
    EXPECT_EQ(listed.kind, FileKind::broken_link);
    EXPECT_EQ(listed.mode, 0777u);
    EXPECT_EQ(get_from_disk(outside_ / "secret"), "secret");
    EXPECT_EQ(std::distance(fs::recursive_directory_iterator(outside_), {}), 2);
  }

  const ScratchDirectory scratch_;
  const fs::path root_ = scratch_.path() / "root";
  const fs::path outside_ = scratch_.path() / "outside";
  std::shared_ptr<FileSystem> files_;
};

INSTANTIATE_TEST_SUITE_P(Each, JailTest, testing::Values(Jail::Method::kernel_first, Jail::Method::walk_only),
                         [](const auto& parameter) {
                           return parameter.param == Jail::Method::walk_only ? "Walk" : "Kernel";
                         });

TEST_P(JailTest, NoLinkLeadsOut) {
  const std::string outside = outside_.string();
  const std::string root = root_.string();
  link("../outside", "relative_up");
  link("../../../../../../../../../../../../etc", "far_up");
  link("..", "parent");
  link("in/../../outside", "up_by_way_of_inside");
  link("in/deep/../../../outside", "up_by_way_of_deep");
  link("./.././outside/.", "with_dots");
  link(outside, "absolute");
  link("/", "machine_root");
  link("/etc/passwd", "absolute_file");
  link("//" + outside + "//", "absolute_with_slashes");
  link(root + "/../outside", "absolute_through_root");
  link(root + "/in/../../outside", "absolute_up");
  link(root + "2", "absolute_with_the_roots_beginning");
  fs::create_directory(scratch_.path() / "root2");
  link("relative_up", "chain");
  link("chain", "longer_chain");
  link("../absolute", "in/chain_to_absolute");
  link("/proc/self/root", "magic_root");
  link("/proc/self/cwd", "magic_directory");
  link("/proc/self/fd/0", "magic_descriptor");
  link("/dev/fd", "descriptors");
  link("self", "self");
  link("ping", "pong");
  link("pong", "ping");
  link("loop/x", "loop");
  link("nowhere", "dangling");
  link(outside + "/new", "dangling_outside");
  link("../outside/new", "dangling_relative_outside");
  link(std::string(300, 'x'), "to_a_name_that_is_too_long");

  for (const char* name : {"relative_up",
                           "far_up",
                           "parent",
                           "up_by_way_of_inside",
                           "up_by_way_of_deep",
                           "with_dots",
                           "absolute",
                           "machine_root",
                           "absolute_file",
                           "absolute_with_slashes",
                           "absolute_through_root",
                           "absolute_up",
                           "absolute_with_the_roots_beginning",
                           "chain",
                           "longer_chain",
                           "in/chain_to_absolute",
                           "magic_root",
                           "magic_directory",
                           "magic_descriptor",
                           "descriptors",
                           "self",
                           "ping",
                           "pong",
                           "loop",
                           "dangling",
                           "dangling_outside",
                           "dangling_relative_outside"})
    expect_closed(std::string("/") + name, "secret");
  EXPECT_EQ(code_of(retrieve(*files_, at("/to_a_name_that_is_too_long"))), FsErrc::bad_name);
}

TEST_P(JailTest, LinksThatStayInsideWork) {
  const std::string root = root_.string();
  link("file", "to_file");
  link("in/deep", "to_directory");
  link("../../file", "in/deep/up");
  link("../in/./deep/../../file", "in/around");
  link(root + "/in/deep/file", "absolute");
  link(root + "//in/./deep//file", "absolute_with_slashes");
  link(root + "/in/deep/../../file", "absolute_around");
  link(root, "to_root");
  link(root + "/", "to_root_with_slash");
  link("absolute", "chain");
  link(".", "here");

  for (const char* path :
       {"/to_file", "/in/deep/up", "/in/around", "/absolute_around", "/to_root/file", "/to_root_with_slash/file",
        "/here/here/file", "/to_directory/up", "/to_root/to_root/to_file"})
    EXPECT_EQ(retrieve(*files_, at(path)), "top") << path;
  for (const char* path : {"/to_directory/file", "/absolute", "/absolute_with_slashes", "/chain", "/to_root/chain"})
    EXPECT_EQ(retrieve(*files_, at(path)), "inner") << path;
  EXPECT_EQ(names(*files_, at("/to_directory")), (std::vector<std::string>{"file", "up"}));
}

TEST_P(JailTest, ALinkIsListedAsWhatItPointsTo) {
  link("file", "to_file");
  link(root_.string() + "/in", "to_directory");
  const auto all = entries(*files_, at("/"));
  EXPECT_EQ(all.at("to_file").kind, FileKind::regular);
  EXPECT_EQ(all.at("to_file").size, 3u);
  EXPECT_EQ(all.at("to_file").inode, all.at("file").inode);
  EXPECT_EQ(all.at("to_directory").kind, FileKind::directory);
  EXPECT_EQ(all.at("to_directory").inode, all.at("in").inode);
  const auto kinds = entries(*files_, at("/"), Detail::names);
  EXPECT_EQ(kinds.at("to_file").kind, FileKind::regular);
  EXPECT_EQ(kinds.at("to_directory").kind, FileKind::directory);
}

TEST_P(JailTest, StoringThroughALinkReplacesWhatItPointsTo) {
  link("in/deep/file", "relative");
  link(root_.string() + "/file", "absolute");
  ASSERT_TRUE(store(*files_, at("/relative"), "new inner"));
  ASSERT_TRUE(store(*files_, at("/absolute"), "new top"));
  EXPECT_EQ(get_from_disk(root_ / "in/deep/file"), "new inner");
  EXPECT_EQ(get_from_disk(root_ / "file"), "new top");
  EXPECT_TRUE(fs::is_symlink(root_ / "relative"));
  EXPECT_TRUE(fs::is_symlink(root_ / "absolute"));
  ASSERT_TRUE(store(*files_, at("/absolute"), "!", {.mode = StoreMode::append}));
  EXPECT_EQ(get_from_disk(root_ / "file"), "new top!");
}

TEST_P(JailTest, DeletingAndRenamingActOnTheLinkItself) {
  link(outside_.string() + "/secret", "out");
  link("in", "to_directory");
  link("file", "to_file");
  ASSERT_TRUE(sync_wait(files_->rename(at("/out"), at("/renamed"), false)));
  EXPECT_EQ(fs::read_symlink(root_ / "renamed"), outside_ / "secret");
  ASSERT_TRUE(sync_wait(files_->remove_file(at("/renamed"))));
  EXPECT_EQ(get_from_disk(outside_ / "secret"), "secret");
  EXPECT_EQ(code_of(sync_wait(files_->remove_directory(at("/to_directory")))), FsErrc::not_a_directory);
  ASSERT_TRUE(sync_wait(files_->remove_file(at("/to_directory"))));
  ASSERT_TRUE(sync_wait(files_->remove_file(at("/to_file"))));
  EXPECT_TRUE(fs::exists(root_ / "in/deep/file"));
  EXPECT_TRUE(fs::exists(root_ / "file"));
}

TEST_P(JailTest, AHardLinkIsAFileLikeAnyOther) {
  fs::create_hard_link(outside_ / "secret", root_ / "shared");
  EXPECT_EQ(retrieve(*files_, at("/shared")), "secret");
  EXPECT_EQ(sync_wait(files_->stat(at("/shared")))->links, 2u);
  // A new content is a new file: the other name keeps the old one.
  ASSERT_TRUE(store(*files_, at("/shared"), "mine"));
  EXPECT_EQ(get_from_disk(outside_ / "secret"), "secret");
}

TEST_P(JailTest, FortyLinksAreFollowedAndNoMore) {
  link("file", "l1");
  for (int i = 2; i <= 41; ++i) link("l" + std::to_string(i - 1), "l" + std::to_string(i));
  EXPECT_EQ(retrieve(*files_, at("/l40")), "top");
  EXPECT_EQ(code_of(retrieve(*files_, at("/l41"))), FsErrc::not_found);
}

TEST_P(JailTest, OnlyRegularFilesAreOpened) {
  ASSERT_EQ(::mkfifo((root_ / "fifo").c_str(), 0600), 0);
  link("fifo", "to_fifo");
  for (const char* path : {"/fifo", "/to_fifo"}) {
    EXPECT_EQ(sync_wait(files_->stat(at(path)))->kind, FileKind::special);
    EXPECT_EQ(code_of(retrieve(*files_, at(path))), FsErrc::not_a_file);
    EXPECT_EQ(code_of(store(*files_, at(path), "x")), FsErrc::not_a_file);
    EXPECT_EQ(code_of(store(*files_, at(path), "x", {.mode = StoreMode::append})), FsErrc::not_a_file);
    EXPECT_EQ(code_of(sync_wait(files_->list(at(path), Detail::full))), FsErrc::not_a_directory);
    EXPECT_EQ(entries(*files_, at("/")).at(path + 1).kind, FileKind::special);
  }
  EXPECT_TRUE(sync_wait(files_->remove_file(at("/fifo"))));
}

TEST_P(JailTest, TheRootStaysWhenItsPathIsRenamed) {
  fs::rename(root_, scratch_.path() / "moved");
  fs::create_symlink(outside_, root_);
  EXPECT_EQ(retrieve(*files_, at("/file")), "top");
  EXPECT_EQ(code_of(retrieve(*files_, at("/secret"))), FsErrc::not_found);
}

TEST_P(JailTest, ARootGivenThroughALinkKnowsBothPaths) {
  const fs::path alias = scratch_.path() / "alias";
  fs::create_symlink(root_, alias);
  const auto files = open_local_directory(alias.string() + "/", {.method = GetParam()}).value();
  link(alias.string() + "/file", "by_alias");
  link(root_.string() + "/file", "by_path");
  EXPECT_EQ(retrieve(*files, at("/by_alias")), "top");
  EXPECT_EQ(retrieve(*files, at("/by_path")), "top");
  EXPECT_EQ(code_of(retrieve(*files_, at("/by_alias"))), FsErrc::not_found);
}

TEST(LocalDirectory, TellsWhyADirectoryCannotBeServed) {
  const ScratchDirectory scratch;
  put_on_disk(scratch.path() / "file", "");
  EXPECT_EQ(code_of(local_directory((scratch.path() / "none").string())), FsErrc::not_found);
  EXPECT_EQ(code_of(local_directory((scratch.path() / "file").string())), FsErrc::not_a_directory);
  EXPECT_TRUE(local_directory(scratch.path().string()));
}

TEST(LocalDirectory, ServesTheRootOfTheMachine) {
  for (const auto method : {Jail::Method::kernel_first, Jail::Method::walk_only}) {
    const auto files = open_local_directory("/", {.method = method}).value();
    EXPECT_EQ(sync_wait(files->stat(at("/etc")))->kind, FileKind::directory);
    EXPECT_TRUE(retrieve(*files, at("/etc/passwd")));
    EXPECT_THAT(names(*files, at("/")), testing::Contains("etc"));
  }
}

}  // namespace
}  // namespace ferry::test
