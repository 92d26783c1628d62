// The processes that serve the files of users, and the contract suite over one. Needs root.
#include "auth/system/user_processes.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <map>
#include <thread>

#include <ferry/sandbox.hpp>
#include <ferry/testing/filesystem_contract.hpp>

#include "storage/channel/channel_file_system.hpp"
#include "storage/local/credentials.hpp"
#include "unit/storage/storage_support.hpp"

namespace ferry::test {
namespace {

constexpr unsigned somebody = 61'001;

std::map<std::string, std::string> status_of(pid_t process) {
  std::map<std::string, std::string> result;
  std::ifstream file("/proc/" + std::to_string(process) + "/status");
  for (std::string line; std::getline(file, line);)
    if (const auto colon = line.find(":\t"); colon != std::string::npos)
      result[line.substr(0, colon)] = line.substr(colon + 2);
  return result;
}

std::vector<pid_t> children_of(pid_t process) {
  std::ifstream file("/proc/" + std::to_string(process) + "/task/" + std::to_string(process) + "/children");
  std::vector<pid_t> result;
  for (pid_t child = 0; file >> child;) result.push_back(child);
  return result;
}

// Looks again until it is so; false after a long time.
template <typename Holds>
bool comes_true(Holds holds) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (!holds()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::yield();
  }
  return true;
}

class Home {
 public:
  explicit Home(unsigned user) : user_(user) {
    if (::chmod(path().c_str(), 0700) != 0 || ::chown(path().c_str(), user, user) != 0)
      throw std::runtime_error("chown: not root?");
  }
  std::string path() const { return scratch_.path().string(); }
  UserHome request() const {
    return {.identity = {.user = user_, .group = user_, .groups = {user_, somebody + 7}}, .root = path(), .clear = {}};
  }

 private:
  const ScratchDirectory scratch_;
  const unsigned user_;
};

std::shared_ptr<FileSystem> files_of(UserProcesses& processes, const UserHome& home, ChannelOptions options = {}) {
  return files_over(processes.open(home), std::move(options)).value().value();
}

class ProcessesOfUsers : public testing::Test {
 protected:
  // Those that serve files: children of the one that starts them.
  std::vector<pid_t> servers() const { return children_of(starter_); }
  pid_t server() const { return servers().at(0); }

  const std::vector<pid_t> before_ = children_of(::getpid());
  UserProcesses processes_;
  const pid_t starter_ = [this] {
    for (const pid_t child : children_of(::getpid()))
      if (std::ranges::find(before_, child) == before_.end()) return child;
    return pid_t{-1};
  }();
  const Home home_{somebody};
};

TEST_F(ProcessesOfUsers, AreTheUserAndNothingElse) {
  const auto files = files_of(processes_, home_.request());
  const auto status = status_of(server());
  const std::string id = std::to_string(somebody);
  const std::string four_times = id + "\t" + id + "\t" + id + "\t" + id;
  EXPECT_EQ(status.at("Name"), "ferry-files");
  EXPECT_EQ(status.at("Uid"), four_times);
  EXPECT_EQ(status.at("Gid"), four_times);
  EXPECT_THAT(status.at("Groups"), testing::StartsWith("61001 61008"));
  for (const char* const set : {"CapInh", "CapPrm", "CapEff", "CapAmb"}) EXPECT_EQ(status.at(set), "0000000000000000");
  EXPECT_EQ(status.at("NoNewPrivs"), "1");
  const LayerState seccomp = sandbox_layers().back();
  ASSERT_EQ(seccomp.layer, SandboxLayer::seccomp);
  EXPECT_EQ(status.at("Seccomp"), seccomp.active ? "2" : "0");
}

TEST_F(ProcessesOfUsers, AreStartedByOneThatMayBecomeOthersAndNothingElse) {
  const auto files = files_of(processes_, home_.request());
  const auto status = status_of(starter_);
  EXPECT_EQ(status.at("Name"), "ferry-users");
  for (const char* const set : {"CapPrm", "CapEff", "CapBnd"}) EXPECT_EQ(status.at(set), "00000000000000c0") << set;
  EXPECT_EQ(status.at("NoNewPrivs"), "1");
}

TEST_F(ProcessesOfUsers, HaveNoDescriptorsOfOneAnother) {
  const Home other(somebody + 1);
  const auto first = files_of(processes_, other.request());
  const auto files = files_of(processes_, home_.request());
  ASSERT_EQ(servers().size(), 2u);
  for (const pid_t process : servers()) {
    std::size_t sockets = 0;
    for (const auto& entry : std::filesystem::directory_iterator("/proc/" + std::to_string(process) + "/fd"))
      if (std::filesystem::read_symlink(entry).string().starts_with("socket:")) ++sockets;
    EXPECT_EQ(sockets, 2u) << "a control and a channel";
  }
}

TEST_F(ProcessesOfUsers, AreSharedByTheSessionsOfOneUserAndEndWithTheLast) {
  auto first = files_of(processes_, home_.request());
  auto second = files_of(processes_, home_.request());
  const pid_t process = server();
  EXPECT_EQ(servers().size(), 1u);
  first.reset();
  EXPECT_TRUE(sync_wait(second->stat(at("/"))));
  auto third = files_of(processes_, home_.request());
  second.reset();
  EXPECT_TRUE(sync_wait(third->stat(at("/"))));
  EXPECT_EQ(server(), process);
  third.reset();
  EXPECT_TRUE(comes_true([&] { return servers().empty(); }));
  const auto again = files_of(processes_, home_.request());
  EXPECT_NE(server(), process);
}

// Groups that an administrator has taken away do not come back with a process that still has them.
TEST_F(ProcessesOfUsers, AreOthersWhereTheIdentityIsAnother) {
  const auto files = files_of(processes_, home_.request());
  UserHome changed = home_.request();
  changed.identity.groups = {somebody};
  const auto without = files_of(processes_, changed);
  EXPECT_EQ(servers().size(), 2u);
}

TEST_F(ProcessesOfUsers, ThatWereKilledAreReplaced) {
  const auto files = files_of(processes_, home_.request());
  const pid_t process = server();
  ASSERT_EQ(::kill(process, SIGKILL), 0);
  EXPECT_EQ(code_of(sync_wait(files->stat(at("/")))), FsErrc::failed);
  EXPECT_TRUE(comes_true([&] {
    auto next = files_over(processes_.open(home_.request()), {});
    return next && *next && sync_wait((**next)->stat(at("/"))).has_value();
  }));
  EXPECT_TRUE(comes_true([&] { return status_of(process).empty(); })) << "nobody waited for it";
}

TEST_F(ProcessesOfUsers, RefuseAHomeThatTheUserMayNotEnter) {
  const Home other(somebody + 1);
  UserHome request = home_.request();
  request.root = other.path();
  EXPECT_EQ(code_of(files_over(processes_.open(request), {}).value()), FsErrc::not_permitted);
  request.root = "/no/such/home";
  EXPECT_EQ(code_of(files_over(processes_.open(request), {}).value()), FsErrc::not_found);
  EXPECT_TRUE(comes_true([&] { return servers().empty(); }));
}

TEST_F(ProcessesOfUsers, RefuseWhatTheKernelRefusesTheUser) {
  const auto files = files_of(processes_, home_.request());
  put_on_disk(home_.path() + "/private", "content");
  ASSERT_EQ(::chmod((home_.path() + "/private").c_str(), 0600), 0);
  EXPECT_EQ(code_of(retrieve(*files, at("/private"))), FsErrc::not_permitted);
  ASSERT_TRUE(store(*files, at("/own"), "content"));
  struct stat facts{};
  ASSERT_EQ(::stat((home_.path() + "/own").c_str(), &facts), 0);
  EXPECT_EQ(facts.st_uid, somebody);
  EXPECT_EQ(facts.st_gid, somebody);
}

// Root's writing would leave it, so this process leaves the writing to the other one.
TEST_F(ProcessesOfUsers, TakeOffSetUserIdWhereTheyWrite) {
  ASSERT_TRUE(may_write_more_than_users());
  const auto files = files_of(processes_, home_.request());
  const std::string tool = home_.path() + "/tool";
  put_on_disk(tool, "content");
  ASSERT_EQ(::chown(tool.c_str(), 0, somebody + 7), 0);
  ASSERT_EQ(::chmod(tool.c_str(), 04770), 0);
  ASSERT_TRUE(store(*files, at("/tool"), "more", {.mode = StoreMode::append}));
  struct stat facts{};
  ASSERT_EQ(::stat(tool.c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 07777u, 0770u);
}

TEST_F(ProcessesOfUsers, ClearAHomeOfLeftOversOnce) {
  UserHome request = home_.request();
  request.clear = home_.path();
  const std::string left = home_.path() + "/.ferry-0123456789abcdef";
  const auto leave = [&] {
    put_on_disk(left, "half");
    ASSERT_EQ(::chown(left.c_str(), somebody, somebody), 0);
  };
  leave();
  auto files = files_of(processes_, request);
  EXPECT_TRUE(comes_true([&] { return ::access(left.c_str(), F_OK) != 0; }));
  files.reset();
  EXPECT_TRUE(comes_true([&] { return servers().empty(); }));
  leave();
  files = files_of(processes_, request);
  files.reset();
  EXPECT_TRUE(comes_true([&] { return servers().empty(); }));
  EXPECT_EQ(::access(left.c_str(), F_OK), 0);
}

TEST(UserHome, ArrivesAsItWasSent) {
  const UnixIdentity ann{.user = 1, .group = 2, .groups = {3, 4}};
  const UserHome home{.identity = ann, .root = "/home/ann", .clear = "/home/ann"};
  const std::string packet = encode_user_home(home).value();
  EXPECT_EQ(decode_user_home(packet), home);
  for (std::size_t size = 0; size < packet.size(); ++size) {
    const bool a_group_less = size >= packet.size() - 2 * sizeof(gid_t) && (packet.size() - size) % sizeof(gid_t) == 0;
    EXPECT_EQ(decode_user_home(packet.substr(0, size)).has_value(), a_group_less) << size;
  }
  UserHome large = home;
  large.identity.groups.resize(largest_packet);
  EXPECT_FALSE(encode_user_home(large));
}

contract::Storage of_somebody() {
  struct Parts {
    Home home{somebody};
    UserProcesses processes;
  };
  auto parts = std::make_shared<Parts>();
  return {.files = files_of(parts->processes, parts->home.request(), {.writes_here = false, .keeps = parts})};
}

const StorageKind kinds[] = {{"OfAProcess", of_somebody}};
const auto name_of_kind = [](const auto& parameter) { return parameter.param.name; };

INSTANTIATE_TEST_SUITE_P(User, FileSystemContract, testing::ValuesIn(kinds), name_of_kind);
INSTANTIATE_TEST_SUITE_P(User, FileSystemAbilities, testing::ValuesIn(kinds), name_of_kind);
INSTANTIATE_TEST_SUITE_P(User, FileSystemPolicies, testing::ValuesIn(kinds), name_of_kind);

}  // namespace
}  // namespace ferry::test
