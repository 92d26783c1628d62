// Landlock by its effect; where the kernel has none, that this is said.
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "sandbox/layers.hpp"
#include "unit/sandbox/probe.hpp"

namespace ferry::test {
namespace {

long bind_to(std::uint16_t port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  return ::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address);
}

// Nobody listens there: without a sandbox the answer is ECONNREFUSED.
long connect_to_nobody() {
  const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(1);
  return ::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address);
}

class LandlockLayer : public SandboxTest {
 protected:
  SandboxRules reading() const {
    SandboxRules rules = only(SandboxLayer::landlock);
    rules.readable = {inside()};
    return rules;
  }
  SandboxRules writing() const {
    SandboxRules rules = only(SandboxLayer::landlock);
    rules.writable = {inside()};
    return rules;
  }
  Fate open(const SandboxRules& rules, const std::string& path, int flags) const {
    return fate_of(rules, [&] { return ::open(path.c_str(), flags, 0600); });
  }

  // What the kernel can refuse at all.
  const bool files_ = Landlock::abi() >= 2;
  const bool ports_ = Landlock::abi() >= 4;
  const Fate refused_ = files_ ? refused_with(EACCES) : succeeded;
};

TEST_F(LandlockLayer, SaysWhetherItIsThere) {
  const LayerState state = Landlock::offered();
  EXPECT_EQ(state.active, files_) << state.text;
  EXPECT_TRUE(state.text.starts_with(files_ ? "landlock (ABI " : "landlock: ")) << state.text;
}

TEST_F(LandlockLayer, OpensOnlyWhatTheRulesName) {
  EXPECT_EQ(open(reading(), inside("file"), O_RDONLY), succeeded);
  EXPECT_EQ(open(reading(), inside(), O_RDONLY | O_DIRECTORY), succeeded);
  EXPECT_EQ(open(reading(), outside("file"), O_RDONLY), refused_);
  EXPECT_EQ(open(reading(), outside(), O_RDONLY | O_DIRECTORY), refused_);
  EXPECT_EQ(open(reading(), "/etc/shells", O_RDONLY), refused_);
}

TEST_F(LandlockLayer, ChangesOnlyWhereTheRulesSaySo) {
  EXPECT_EQ(open(reading(), inside("file"), O_WRONLY), refused_);
  EXPECT_EQ(open(writing(), inside("file"), O_WRONLY | O_TRUNC), succeeded);
  EXPECT_EQ(open(writing(), inside("new"), O_WRONLY | O_CREAT), succeeded);
  EXPECT_EQ(open(writing(), outside("new"), O_WRONLY | O_CREAT), refused_);
  EXPECT_EQ(fate_of(writing(), [&] { return ::mkdir(inside("directory").c_str(), 0700); }), succeeded);
  EXPECT_EQ(fate_of(writing(), [&] { return ::rename(inside("new").c_str(), inside("directory/new").c_str()); }),
            succeeded);
  EXPECT_EQ(fate_of(writing(), [&] { return ::unlink(inside("directory/new").c_str()); }), succeeded);
  EXPECT_EQ(fate_of(reading(), [&] { return ::unlink(inside("file").c_str()); }), refused_);
}

TEST_F(LandlockLayer, FollowsNoLinkToTheOutside) {
  ASSERT_EQ(::symlink(outside("file").c_str(), inside("link").c_str()), 0);
  EXPECT_EQ(open(writing(), inside("link"), O_RDONLY), refused_);
}

TEST_F(LandlockLayer, MakesNothingButFilesDirectoriesAndLinks) {
  EXPECT_EQ(fate_of(writing(), [&] { return ::mkfifo(inside("fifo").c_str(), 0600); }), refused_);
  EXPECT_EQ(fate_of(writing(), [&] { return ::symlink("file", inside("symlink").c_str()); }), succeeded);
}

TEST_F(LandlockLayer, StartsNoProgram) {
  EXPECT_EQ(fate_of(writing(),
                    [] {
                      char* const arguments[] = {nullptr};
                      return ::execve("/usr/bin/true", arguments, arguments);
                    }),
            refused_);
}

TEST_F(LandlockLayer, MayLetFilesBeRemovedAndNothingElse) {
  SandboxRules rules = only(SandboxLayer::landlock);
  rules.removable = {inside()};
  EXPECT_EQ(open(rules, inside("file"), O_RDONLY), refused_);
  EXPECT_EQ(fate_of(rules, [&] { return ::unlink(inside("file").c_str()); }), succeeded);
}

TEST_F(LandlockLayer, BindsOnlyThePortsOfTheRules) {
  SandboxRules rules = reading();
  EXPECT_EQ(fate_of(rules, [] { return bind_to(0); }), ports_ ? refused_with(EACCES) : succeeded);
  rules.bind_ports = {{0, 0}};
  EXPECT_EQ(fate_of(rules, [] { return bind_to(0); }), succeeded);
}

TEST_F(LandlockLayer, ConnectsOnlyWhereTheRulesSaySo) {
  SandboxRules rules = reading();
  EXPECT_EQ(fate_of(rules, connect_to_nobody), refused_with(ECONNREFUSED));
  rules.connects = false;
  EXPECT_EQ(fate_of(rules, connect_to_nobody), refused_with(ports_ ? EACCES : ECONNREFUSED));
}

}  // namespace
}  // namespace ferry::test
