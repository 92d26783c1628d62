// Permissions by effect (docs/PERMISSIONS.md): every command that may touch files, with every letter alone and with all
// but one, at every kind of target. What counts is what the tree looks like before and after, and what the user got to
// see.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <ferry/testing/storage_calls.hpp>

#include "support/test_client.hpp"
#include "support/test_server.hpp"

namespace ferry::test {
namespace {

using contract::at;
namespace fs = std::filesystem;

enum class Data : std::uint8_t { none, down, up };

// {} stands for the target, {dir} for the directory that it is in.
struct Way {
  std::string command;
  std::vector<std::string> before = {};
  Data data = Data::none;
};

const std::vector<Way> ways = {
    {"CWD {}"},
    {"XCWD {}"},
    {.command = "CDUP", .before = {"CWD {dir}"}},
    {.command = "XCUP", .before = {"CWD {dir}"}},
    {"MKD {}"},
    {"XMKD {}"},
    {"RMD {}"},
    {"XRMD {}"},
    {"DELE {}"},
    {"RNFR {}"},
    {.command = "RNTO {dir}/fresh", .before = {"RNFR {}"}},
    {.command = "RNTO {dir}/g", .before = {"RNFR {}"}},
    {.command = "RNTO /other/fresh", .before = {"RNFR {}"}},
    {.command = "RNTO /other/f", .before = {"RNFR {}"}},
    {.command = "RNTO {}", .before = {"RNFR {dir}/g"}},
    {.command = "RNTO {}", .before = {"RNFR /other/f"}},
    {.command = "RNTO {}", .before = {"RNFR /other/e"}},
    {"COMB {} /other/f /other/g"},
    {"COMB {} {dir}/f {dir}/g"},
    {"COMB /other/fresh {} {}"},
    {"MFMT 20200101000000 {}"},
    {"MFCT 20200101000000 {}"},
    {"MFF modify=20200101000000; {}"},
    {"MFF UNIX.mode=0600; {}"},
    {"MFF UNIX.mode=0600;modify=20200101000000; {}"},
    {"MFF UNIX.group=12345; {}"},
    {"SIZE {}"},
    {"MDTM {}"},
    {"MDTM 20200101000000 {}"},
    {"MLST {}"},
    {"STAT {}"},
    {"AVBL {}"},
    {"DSIZ {}"},
    {"RMDA {}"},
    {"HASH {}"},
    {"XCRC {}"},
    {"XMD5 {}"},
    {"XSHA {}"},
    {"XSHA1 {}"},
    {"XSHA256 {}"},
    {"XSHA512 {}"},
    {"MD5 {}"},
    {"MMD5 {}"},
    {.command = "RETR {}", .data = Data::down},
    {.command = "RETR {}", .before = {"REST 2"}, .data = Data::down},
    {.command = "RETR {}", .before = {"RANG 0 3"}, .data = Data::down},
    {.command = "STOR {}", .data = Data::up},
    {.command = "STOR {}", .before = {"REST 2"}, .data = Data::up},
    {.command = "STOR {}", .before = {"RANG 0 3"}, .data = Data::up},
    {.command = "APPE {}", .data = Data::up},
    {.command = "APPE {}", .before = {"REST 2"}, .data = Data::up},
    {.command = "APPE {}", .before = {"RANG 0 3"}, .data = Data::up},
    {.command = "STOU", .before = {"CWD {dir}"}, .data = Data::up},
    {.command = "LIST {}", .data = Data::down},
    {.command = "LIST -aR {}", .data = Data::down},
    {.command = "NLST {}", .data = Data::down},
    {.command = "MLSD {}", .data = Data::down},
    {"SITE CHMOD 600 {}"},
    {"SITE CHGRP 12345 {}"},
    {"SITE UTIME 20200101000000 {}"},
    {"SITE UTIME {} 20200101000000 20200101000000 20200101000000 UTC"},
    {"SITE CPFR {}"},
    {.command = "SITE CPTO {}", .before = {"SITE CPFR {dir}/g"}},
    {.command = "SITE CPTO {}", .before = {"SITE CPFR /other/f"}},
    {.command = "SITE CPTO /other/fresh", .before = {"SITE CPFR {}"}},
    {.command = "SITE CPTO /other/f", .before = {"SITE CPFR {}"}},
    {"SITE SYMLINK {} {dir}/fresh"},
    {"SITE SYMLINK /other/f {}"},
    {"SITE MKDIR {}"},
    {"SITE MKDIR {}/a/b"},
    {"SITE RMDIR {}"},
};

// Commands that touch no files, whatever their argument.
const std::set<std::string> harmless = {
    "USER", "PASS", "HOST",      "ACCT",       "REIN",      "QUIT",     "SMNT",       "AUTH", "PBSZ", "PROT",
    "CCC",  "ADAT", "MIC",       "CONF",       "ENC",       "PWD",      "XPWD",       "TYPE", "STRU", "MODE",
    "REST", "RANG", "ALLO",      "PORT",       "PASV",      "EPRT",     "EPSV",       "CPSV", "SSCN", "LPRT",
    "LPSV", "PRET", "ABOR",      "SYST",       "NOOP",      "HELP",     "FEAT",       "OPTS", "LANG", "CLNT",
    "CSID", "THMB", "SITE HELP", "SITE UMASK", "SITE IDLE", "SITE WHO", "SITE WHOAMI"};

const std::vector<std::string> targets = {"{dir}/f",          "{dir}/missing", "{dir}/e",    "{dir}/full", "{dir}/link",
                                          "{dir}/dirlink",    "{dir}/broken",  "{dir}/no/f", "{dir}",      "/",
                                          "{dir}/full/inside"};

std::string filled(std::string text, const std::string& mark, const std::string& by) {
  for (std::size_t at = 0; (at = text.find(mark, at)) != std::string::npos; at += by.size())
    text.replace(at, mark.size(), by);
  return text;
}

std::string written_on(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

constexpr std::int64_t time_that_is_set = 1'577'836'800;  // 20200101000000

struct Entry {
  mode_t kind = 0;
  bool directory = false;  // or a link to one
  mode_t mode = 0;
  gid_t group = 0;
  ino_t inode = 0;
  std::int64_t modified = 0;
  std::string content{};  // what a link leads to
  bool operator==(const Entry&) const = default;
};
using Tree = std::map<std::string, Entry>;

Tree tree_below(const std::string& root) {
  Tree tree;
  for (const auto& found : fs::recursive_directory_iterator(root)) {
    struct stat facts{};
    ::lstat(found.path().c_str(), &facts);
    std::error_code ignored;  // a link to itself
    Entry& entry = tree[found.path().string().substr(root.size())];
    entry = {.kind = facts.st_mode & S_IFMT,
             .directory = fs::is_directory(found.path(), ignored),
             .mode = facts.st_mode & 07777,
             .group = facts.st_gid,
             .inode = facts.st_ino,
             .modified = facts.st_mtim.tv_sec};
    if (S_ISREG(facts.st_mode)) entry.content = written_on(found.path());
    if (S_ISLNK(facts.st_mode)) entry.content = fs::read_symlink(found.path()).string();
  }
  return tree;
}

// A letter that was needed at a path, and why.
struct Need {
  std::string letters;  // one of these
  std::string path;
  std::string why;
};

bool same_file(const Entry& a, const Entry& b) {
  return a.inode == b.inode && a.kind == b.kind && a.content == b.content;
}

std::string parent_of(const std::string& path) { return path.substr(0, path.rfind('/')); }

std::vector<Need> needs_of(const Tree& before, const Tree& after) {
  std::vector<Need> needs;
  std::set<std::string> moved_away;
  std::set<std::string> moved_here;
  for (const auto& [from, old] : before)
    for (const auto& [to, now] : after) {
      const bool gone = !after.contains(from) || !same_file(after.at(from), old);
      const bool came = !before.contains(to) || !same_file(before.at(to), now);
      if (!gone || !came || !same_file(old, now)) continue;
      moved_away.insert(from);
      moved_here.insert(to);
      if (moved_away.contains(parent_of(from))) continue;  // its directory has moved
      needs.push_back({"f", from, "renamed"});
      if (parent_of(from) != parent_of(to))
        needs.push_back({now.directory ? "m" : "w", to, "came from another directory"});
      else
        needs.push_back({"f", to, "got this name"});
      if (!before.contains(to)) continue;
      needs.push_back({"d", to, "was replaced by a rename"});
      needs.push_back({"w", to, "was replaced by a rename"});
    }
  for (const auto& [path, old] : before)
    if (!after.contains(path) && !moved_away.contains(path)) needs.push_back({"d", path, "deleted"});
  for (const auto& [path, now] : after) {
    if (moved_here.contains(path)) continue;
    const auto old = before.find(path);
    if (old == before.end() || old->second.kind != now.kind) {
      needs.push_back({S_ISDIR(now.kind) ? "m" : "w", path, "made"});
      continue;
    }
    if (S_ISDIR(now.kind) && old->second.inode == now.inode && old->second.mode == now.mode &&
        old->second.group == now.group)
      continue;  // its time changes with its entries
    if (now.content != old->second.content)
      needs.push_back({now.content.starts_with(old->second.content) ? "aw" : "w", path, "written"});
    else if (now.modified == time_that_is_set)
      needs.push_back({"T", path, "got another time"});
    else if (now.modified != old->second.modified)
      needs.push_back({"w", path, "written with what it had"});
    if (now.mode != old->second.mode || now.group != old->second.group)
      needs.push_back({"M", path, "got another mode or group"});
  }
  return needs;
}

class PermissionEffects : public testing::Test {
 protected:
  PermissionEffects() : server_(setup()) { make_tree(); }

  static ServerSetup setup() {
    ServerSetup setup;
    setup.storage = StorageKind::local;
    // The tree is made anew some thousand times.
    if (fs::is_directory("/dev/shm")) setup.local_parent = "/dev/shm";
    setup.configure = [](Config& config) { config.permit_owner_changes = true; };
    return setup;
  }

  void make_tree() {
    const fs::path root = server_.tree().directory();
    for (const auto& entry : fs::directory_iterator(root)) fs::remove_all(entry.path());
    TestTree& tree = server_.tree();
    for (const std::string directory : {"/here", "/other"}) {
      tree.make_directory(directory);
      for (const char* name : {"/e", "/full"}) tree.make_directory(directory + name);
      for (const char* name : {"/f", "/g", "/full/inside"})
        tree.make_file(directory + name, "content of " + directory + name);
      tree.make_symlink(directory + "/link", "g");
      tree.make_symlink(directory + "/dirlink", "full");
      tree.make_symlink(directory + "/broken", "nowhere");
    }
    const timespec past[2]{{.tv_sec = 1'000'000'000, .tv_nsec = 0}, {.tv_sec = 1'000'000'000, .tv_nsec = 0}};
    for (const auto& entry : fs::recursive_directory_iterator(root))
      ::utimensat(AT_FDCWD, entry.path().c_str(), past, AT_SYMLINK_NOFOLLOW);
    before_ = tree_below(root.string());
  }

  void login(Permissions everywhere, std::vector<PermissionOverride> overrides) {
    account_ = {};
    account_.files = server_.tree().files();
    account_.permissions = everywhere;
    account_.overrides = std::move(overrides);
    server_.users().add("bob", Secret("secret"), account_);
    client_.emplace(server_);
    client_->login("bob");
    client_->expect("TYPE I", 200);
  }

  // Everything that the user got to see.
  std::string play(const Way& way, const std::string& target) {
    const auto line = [&](const std::string& text) { return filled(filled(text, "{}", target), "{dir}", "/here"); };
    client_->command("CWD /");
    if (way.data != Data::none) client_->extended_passive();
    for (const std::string& before : way.before)
      if (client_->command(line(before)).code >= 400) return {};
    Reply reply = client_->command(line(way.command));
    std::string seen = reply.text();
    if (reply.code == 150) {
      if (way.data == Data::up)
        client_->open_data().send("sent octets");
      else
        seen += client_->open_data().receive_all();
      if (way.data == Data::up) client_->open_data().finish_sending();
      client_->drop_data();
      seen += client_->read_reply().text();
    }
    return seen;
  }

  bool allowed(const Need& need) const {
    const auto old = before_.find(need.path);
    const Permissions there = account_.permissions_at(at(need.path), old != before_.end() && S_ISDIR(old->second.kind));
    return std::ranges::any_of(need.letters,
                               [&](char letter) { return there.letters().find(letter) != std::string::npos; });
  }

  // Plays all ways at all targets; returns how many changed anything.
  std::size_t play_all() {
    std::size_t changes = 0;
    for (const Way& way : ways)
      for (const std::string& target : targets) {
        if (way.command.find("{}") == std::string::npos && target != targets.front() &&
            (way.before.empty() || way.before.front().find("{}") == std::string::npos))
          continue;  // says nothing about the target
        const std::string place = filled(target, "{dir}", "/here");
        SCOPED_TRACE(
            way.command + " at " + place + " with " + account_.permissions.letters() +
            (account_.overrides.empty() ? "" : ", and in /here " + account_.overrides.front().permissions.letters()));
        const std::string seen = play(way, place);
        for (const std::string directory : {"/here", "/other"})
          for (const char* name : {"/f", "/g", "/full/inside"})
            if (seen.find(("content of " + directory + name).substr(4)) != std::string::npos) {
              EXPECT_TRUE(allowed({"r", directory + name, "seen"})) << "its content was sent";
            }
        Tree after = tree_below(server_.tree().directory());
        if (after == before_) continue;
        ++changes;
        for (const Need& need : needs_of(before_, after))
          EXPECT_TRUE(allowed(need)) << need.path << " " << need.why << ", which needs " << need.letters;
        make_tree();
      }
    return changes;
  }

  static constexpr std::string_view letters = "elradfmwMT";
  TestServer server_;
  Account account_;
  std::optional<TestClient> client_;
  Tree before_;
};

TEST_F(PermissionEffects, OfEachLetterAlone) {
  for (const char letter : letters) {
    login(Permissions::parse(std::string(1, letter)).value(), {});
    play_all();
  }
}

TEST_F(PermissionEffects, OfAllButOneLetter) {
  for (const char letter : letters) {
    std::string rest(letters);
    std::erase(rest, letter);
    login(Permissions::parse(rest).value(), {});
    play_all();
  }
}

// Nothing is proved by a matrix in which nothing happens.
TEST_F(PermissionEffects, OfAllLettersAreMany) {
  login(Permissions::all(), {});
  EXPECT_GT(play_all(), 100u);
  login(Permissions::none(), {});
  EXPECT_EQ(play_all(), 0u);
  login(Permissions::read_only(), {});
  EXPECT_EQ(play_all(), 0u);
}

TEST_F(PermissionEffects, OfLettersThatASingleDirectoryLacks) {
  for (const char letter : letters) {
    std::string rest(letters);
    std::erase(rest, letter);
    login(Permissions::all(),
          {{.directory = at("/here"), .permissions = Permissions::parse(rest).value(), .recursive = true}});
    play_all();
  }
}

TEST_F(PermissionEffects, OfLettersThatASingleDirectoryHas) {
  for (const char letter : letters) {
    login(Permissions::none(), {{.directory = at("/here"),
                                 .permissions = Permissions::parse(std::string(1, letter)).value(),
                                 .recursive = true}});
    play_all();
  }
  login(Permissions::none(), {{.directory = at("/here"), .permissions = Permissions::all(), .recursive = true}});
  EXPECT_GT(play_all(), 50u);
}

// A directory keeps the rights that were given to it.
TEST_F(PermissionEffects, DoNotChangeByRenamingADirectory) {
  login(Permissions::all(), {{.directory = at("/here/full"), .permissions = Permissions::none(), .recursive = true}});
  client_->expect("RNFR /here/full", 550);
  client_->expect("RNFR /here", 550);
  client_->expect("RNFR /here/e", 350);
  client_->quit();
}

TEST_F(PermissionEffects, AreTriedForEveryCommand) {
  login(Permissions::all(), {});
  std::vector<std::string> verbs = verbs_of(client_->expect("HELP", 214));
  for (const std::string& verb : verbs_of(client_->expect("SITE HELP", 214))) verbs.push_back("SITE " + verb);
  EXPECT_GT(verbs.size(), 50u);
  for (const std::string& verb : verbs) {
    const bool played =
        std::ranges::any_of(ways, [&](const Way& way) { return (way.command + ' ').starts_with(verb + ' '); });
    EXPECT_TRUE(played || harmless.contains(verb)) << verb << " is neither in `ways` nor known to touch no files";
    EXPECT_FALSE(played && harmless.contains(verb)) << verb;
  }
}

}  // namespace
}  // namespace ferry::test
