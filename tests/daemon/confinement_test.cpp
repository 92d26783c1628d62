#include "confinement.hpp"

#include <algorithm>
#include <filesystem>

#include <gmock/gmock.h>

#include "command_line.hpp"

namespace ferry {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

SandboxRules rules_of(std::vector<std::string> words) {
  words.insert(words.begin(), "ferry");
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  auto read = read_command_line(static_cast<int>(arguments.size()), arguments.data());
  if (const auto* const error = std::get_if<CommandLineError>(&read)) ADD_FAILURE() << error->text;
  return sandbox_rules(std::get<Options>(read));
}

bool binds(const SandboxRules& rules, std::uint16_t first, std::uint16_t last) {
  return std::ranges::any_of(rules.bind_ports,
                             [&](const PortRange& range) { return range.first == first && range.last == last; });
}

TEST(SandboxRules, NameTheTreesByWhatMayBeDoneThere) {
  const SandboxRules rules = rules_of({"--user", "a:x:/srv/a", "--user", "b:x:/srv/b:elrw", "--user", "c:x:/srv/c:elrM",
                                       "--user", "d:x:/srv/a:elr", "--anonymous", "/srv/pub"});
  EXPECT_THAT(rules.readable, UnorderedElementsAre("/srv/a", "/srv/pub"));
  EXPECT_THAT(rules.writable, UnorderedElementsAre("/srv/b", "/srv/c"));
}

TEST(SandboxRules, CountExceptionsAndHosts) {
  const SandboxRules rules =
      rules_of({"--user", "a:x:/srv/a", "--permissions", "a:/in:elrw", "--anonymous", "/srv/pub", "--permissions",
                "ftp:/in:elw", "--host", "one.example,dir=/srv/one", "--host-user", "one.example:e:x:/srv/e:elrw"});
  EXPECT_THAT(rules.writable, UnorderedElementsAre("/srv/a", "/srv/pub", "/srv/e"));
  EXPECT_THAT(rules.readable, ElementsAre("/srv/one"));
}

TEST(SandboxRules, HaveNoTreeForAMemoryTree) {
  const SandboxRules rules = rules_of({"--memory", "-w", "/srv/a"});
  EXPECT_THAT(rules.readable, IsEmpty());
  EXPECT_THAT(rules.writable, IsEmpty());
  EXPECT_THAT(rules.capabilities, IsEmpty());
}

TEST(SandboxRules, ReadTheDirectoriesOfCertificates) {
  const SandboxRules rules = rules_of({"--memory", "--certfile", "/c/one.pem", "--keyfile", "/k/one.key", "--ocsp-file",
                                       "/o/one.der", "--client-ca", "/ca/ca.pem", "--client-crl", "/crl/crl.pem",
                                       "--client-certificates", "optional", "--host", "h.example,certfile=/h/h.pem"});
  EXPECT_THAT(rules.readable, UnorderedElementsAre("/c", "/k", "/o", "/ca", "/crl", "/h"));
}

TEST(SandboxRules, BindThePassivePortsAndNoOthers) {
  SandboxRules rules = rules_of({"-r", "5000-5010", "--without", "PORT,EPRT,LPRT"});
  EXPECT_TRUE(binds(rules, 5000, 5010));
  EXPECT_EQ(rules.bind_ports.size(), 1u);
  EXPECT_FALSE(rules.connects);
  rules = rules_of({"--without", "PORT"});
  EXPECT_TRUE(binds(rules, 49152, 65535));
  EXPECT_TRUE(binds(rules, 0, 0));
  EXPECT_TRUE(rules.connects);
}

// Their homes and the right to act as them are for other processes.
TEST(SandboxRules, HaveNothingForTheUsersOfTheMachine) {
  for (const char* const option : {"--system-users", "--system-unconfined"}) {
    const SandboxRules rules = rules_of({option});
    EXPECT_FALSE(rules.acts_as_others);
    EXPECT_THAT(rules.readable, IsEmpty());
    EXPECT_THAT(rules.writable, IsEmpty());
    EXPECT_THAT(rules.capabilities, IsEmpty());
  }
}

TEST(SandboxRules, AreEmptyWhereTheSandboxIsOff) { EXPECT_THAT(rules_of({"--sandbox", "off"}).layers, IsEmpty()); }

TEST(Layers, AreToldByWhetherTheyAreActive) {
  const std::vector<LayerState> layers{{SandboxLayer::capabilities, true, "capabilities: none"},
                                       {SandboxLayer::landlock, false, "landlock: no"},
                                       {SandboxLayer::seccomp, true, "seccomp"}};
  EXPECT_EQ(active_layers(layers), "capabilities: none; seccomp");
  EXPECT_EQ(missing_layers(layers), "landlock: no");
}

}  // namespace
}  // namespace ferry
