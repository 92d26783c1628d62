// One thread acts as somebody else, and no other thread notices. Needs root.
#include "storage/local/credentials.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <future>
#include <string>
#include <thread>
#include <tuple>

#include "storage_support.hpp"

namespace ferry::test {
namespace {

using testing::HasSubstr;

constexpr UnixIdentity somebody{.user = 61'001, .group = 61'002};

// The line of /proc/thread-self/status that begins with `name`.
std::string status(const std::string& name) {
  std::ifstream file("/proc/thread-self/status");
  for (std::string line; std::getline(file, line);)
    if (line.starts_with(name + ":")) return line.substr(name.size() + 1);
  return "missing";
}

TEST(ActingAs, ChangesTheThreadAndThenChangesItBack) {
  const auto before = std::tuple(status("Uid"), status("Gid"), status("Groups"), status("CapEff"));
  {
    UnixIdentity identity = somebody;
    identity.groups = {61'003, 61'004};
    const ActingAs acting(identity);
    EXPECT_EQ(::geteuid(), 61'001u);
    EXPECT_EQ(::getegid(), 61'002u);
    EXPECT_THAT(status("Uid"), HasSubstr("61001\t0\t61001")) << "effective, saved, of the file system";
    EXPECT_THAT(status("Groups"), HasSubstr("61003 61004"));
    EXPECT_THAT(status("CapEff"), HasSubstr("0000000000000000"));
  }
  EXPECT_EQ(std::tuple(status("Uid"), status("Gid"), status("Groups"), status("CapEff")), before);
}

TEST(ActingAs, LeavesOtherThreadsAlone) {
  const std::string before = status("Uid") + status("Groups") + status("CapEff");
  std::promise<void> acts;
  std::string seen;
  // It is there before the identity changes: a new thread would begin as its maker is.
  std::thread other([&] {
    acts.get_future().wait();
    seen = status("Uid") + status("Groups") + status("CapEff");
  });
  const ActingAs acting(somebody);
  acts.set_value();
  other.join();
  EXPECT_EQ(seen, before);
}

TEST(ActingAs, TakesOffWhatRootMayDo) {
  const ScratchDirectory scratch;
  ASSERT_EQ(::chmod(scratch.path().c_str(), 0711), 0);
  const std::filesystem::path secret = scratch.path() / "secret";
  put_on_disk(secret, "content");
  ASSERT_EQ(::chmod(secret.c_str(), 0600), 0);
  const ActingAs acting(somebody);
  EXPECT_FALSE(std::ifstream(secret));
  EXPECT_NE(::chown(secret.c_str(), 61'001, 61'001), 0);
  EXPECT_NE(::mkdir((scratch.path() / "d").c_str(), 0777), 0);
}

TEST(ActingAs, EndsTheProcessWhereItCannotBeHad) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_DEATH(
      {
        // Without root's rights there is no other identity to take on.
        const ActingAs first(somebody);
        const ActingAs second({.user = 61'005, .group = 61'005});
      },
      "act as another user");
}

TEST(MayActAsOthers, IsRootsPrivilege) {
  EXPECT_TRUE(may_act_as_others());
  const ActingAs acting(somebody);
  EXPECT_FALSE(may_act_as_others());
}

}  // namespace
}  // namespace ferry::test
