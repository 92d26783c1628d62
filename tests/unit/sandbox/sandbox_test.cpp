// Capabilities, no_new_privs and the change of the user, by their effect. What root can lose is shown as root.
#include <fcntl.h>
#include <grp.h>
#include <sys/prctl.h>
#include <sys/stat.h>

#include <linux/capability.h>

#include <sstream>
#include <thread>

#include "unit/sandbox/probe.hpp"

namespace ferry::test {
namespace {

// The value of one line of /proc/self/status.
std::string status(const std::string& name) {
  std::ifstream file("/proc/self/status");
  for (std::string line; std::getline(file, line);)
    if (line.starts_with(name + ":")) return line.substr(line.find_first_not_of("\t ", name.size() + 1));
  return {};
}

std::string capability_sets() {
  std::string text;
  for (const char* const set : {"CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"}) text += status(set) + " ";
  return text;
}

constexpr auto none = "0000000000000000 ";

class Capabilities : public SandboxTest {};

TEST_F(Capabilities, AreTakenFromEverySet) {
  const std::string sets = text_from(only(SandboxLayer::capabilities), capability_sets);
  EXPECT_EQ(sets.substr(0, 3 * 17), std::string(none) + none + none);
  if (::geteuid() == 0) {
    EXPECT_EQ(sets, std::string(none) + none + none + none + none);
  }
}

TEST_F(Capabilities, AreKeptWhereTheyAreNamed) {
  SandboxRules rules = only(SandboxLayer::capabilities);
  rules.capabilities = {CAP_CHOWN};
  const auto give_away = [&] { return ::chown(inside("file").c_str(), 12345, 12345); };
  const auto enter = [] { return ::chroot("/"); };
  const bool root = ::geteuid() == 0;
  EXPECT_EQ(fate_of(rules, give_away), root ? succeeded : refused_with(EPERM));
  EXPECT_EQ(fate_of(only(SandboxLayer::capabilities), give_away), refused_with(EPERM));
  EXPECT_EQ(fate_of(rules, enter), refused_with(EPERM));
}

TEST_F(Capabilities, OfActingAsOthersAreTwo) {
  SandboxRules rules = only(SandboxLayer::capabilities);
  rules.acts_as_others = true;
  const std::string both = ::geteuid() == 0 ? "00000000000000c0" : "0000000000000000";
  EXPECT_EQ(text_from(rules, [] { return status("CapEff"); }), both);
}

TEST_F(Capabilities, OfRootDoNotOpenTheFilesOfOthers) {
  ::chmod(inside("file").c_str(), 0);
  const bool given = ::chown(inside("file").c_str(), 12345, 12345) == 0;
  EXPECT_EQ(fate_of(only(SandboxLayer::capabilities), [&] { return ::open(inside("file").c_str(), O_RDONLY); }),
            refused_with(EACCES));
  EXPECT_EQ(given, ::geteuid() == 0);
}

class NoNewPrivs : public SandboxTest {};

TEST_F(NoNewPrivs, IsSet) {
  EXPECT_EQ(fate_of(only(SandboxLayer::no_new_privs), [] { return ::prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) - 1; }),
            succeeded);
}

class Become : public SandboxTest {};

TEST_F(Become, LeavesNoWayBack) {
  SandboxRules rules;
  rules.layers.clear();
  rules.become = UnixIdentity{.user = 12345, .group = 12346, .groups = {12347}};
  if (::geteuid() != 0) {
    EXPECT_THROW(enter_sandbox(rules), std::system_error);
    return;
  }
  EXPECT_EQ(text_from(rules, [] { return status("Uid") + " " + status("Gid") + " " + status("Groups"); }),
            "12345\t12345\t12345\t12345 12346\t12346\t12346\t12346 12347 ");
  EXPECT_EQ(fate_of(rules, [] { return ::setuid(0); }), refused_with(EPERM));
  EXPECT_EQ(fate_of(rules, [] { return ::setgroups(0, nullptr); }), refused_with(EPERM));
  rules.layers = {SandboxLayer::capabilities};
  EXPECT_EQ(text_from(rules, capability_sets), std::string(none) + none + none + none + none);
}

TEST(Sandbox, IsNotEnteredBesideOtherThreads) {
  const pid_t child = ::fork();
  if (child == 0) {
    std::jthread other([](const std::stop_token& stop) {
      while (!stop.stop_requested()) std::this_thread::yield();
    });
    try {
      enter_sandbox({});
    } catch (const std::logic_error&) {
      ::_exit(0);
    }
    ::_exit(1);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
}

TEST(Sandbox, NamesItsLayers) {
  const std::vector<LayerState> layers = sandbox_layers();
  ASSERT_EQ(layers.size(), 4u);
  for (const LayerState& layer : layers) EXPECT_TRUE(layer.text.starts_with(name_of(layer.layer))) << layer.text;
}

}  // namespace
}  // namespace ferry::test
