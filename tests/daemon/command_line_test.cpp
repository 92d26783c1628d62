#include "command_line.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include <gmock/gmock.h>

namespace ferry {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// A command line that lives as long as the test looks at it.
class Line {
 public:
  explicit Line(std::vector<std::string> words) : words_(std::move(words)) {
    words_.insert(words_.begin(), "ferry");
    for (std::string& word : words_) argv_.push_back(word.data());
  }
  auto read() { return read_command_line(static_cast<int>(argv_.size()), argv_.data()); }
  const std::vector<std::string>& words() const { return words_; }

 private:
  std::vector<std::string> words_;
  std::vector<char*> argv_;
};

Options options(std::vector<std::string> words) { return std::get<Options>(Line(std::move(words)).read()); }
std::string error(std::vector<std::string> words) {
  return std::get<CommandLineError>(Line(std::move(words)).read()).text;
}

TEST(CommandLine, NothingMeansServeTheCurrentDirectoryReadOnlyToEverybodyAtPort2121) {
  for (const Options& o : {options({}), options({"serve"}), options({"serve", "."})}) {
    EXPECT_EQ(o.shared_directory(), ".");
    EXPECT_EQ(o.config.port, 2121);
    EXPECT_EQ(o.config.interface, "");
    EXPECT_FALSE(o.config.tls);
    EXPECT_FALSE(o.write);
    EXPECT_TRUE(o.anonymous_allowed());
    EXPECT_EQ(o.config.log_level, LogLevel::info);
  }
}

TEST(CommandLine, OptionsReachTheConfiguration) {
  const Options o = options({"serve",
                             "-i",
                             "::1",
                             "-p",
                             "0",
                             "-r",
                             "50000-50010",
                             "-n",
                             "192.0.2.1",
                             "/srv",
                             "--timeout",
                             "7",
                             "--login-delay",
                             "2",
                             "--max-cons",
                             "3",
                             "--max-cons-per-ip",
                             "4",
                             "--max-login-attempts",
                             "5",
                             "--threads",
                             "6",
                             "--permit-foreign-addresses",
                             "--permit-privileged-ports",
                             "--use-localtime",
                             "--disable-sendfile",
                             "--banner",
                             "-hello",
                             "--encoding",
                             "ISO-8859-1",
                             "-D"});
  EXPECT_EQ(o.shared_directory(), "/srv");
  EXPECT_EQ(o.config.interface, "::1");
  EXPECT_EQ(o.config.port, 0);
  EXPECT_EQ(o.config.passive_ports.first, 50000);
  EXPECT_EQ(o.config.passive_ports.last, 50010);
  EXPECT_EQ(o.config.masquerade_address, IpAddress::parse("192.0.2.1"));
  EXPECT_EQ(o.config.timeouts.idle, std::chrono::seconds(7));
  EXPECT_EQ(o.config.timeouts.login_delay, std::chrono::seconds(2));
  EXPECT_EQ(o.config.limits.connections, 3u);
  EXPECT_EQ(o.config.limits.connections_per_address, 4u);
  EXPECT_EQ(o.config.limits.login_attempts, 5u);
  EXPECT_EQ(o.config.threads, 6u);
  EXPECT_TRUE(o.config.permit_foreign_addresses);
  EXPECT_TRUE(o.config.permit_privileged_ports);
  EXPECT_TRUE(o.config.local_time);
  EXPECT_FALSE(o.config.use_sendfile);
  EXPECT_EQ(o.config.banner, "-hello");
  EXPECT_EQ(o.config.encoding, "ISO-8859-1");
  EXPECT_EQ(o.config.log_level, LogLevel::debug);
}

TEST(CommandLine, EveryOptionAboutTlsTurnsItOn) {
  const std::vector<std::vector<std::string>> lines = {
      {"--tls"},
      {"--certfile", "c.pem"},
      {"--certfile", "c.pem", "--keyfile", "k.pem"},
      {"--tls-control-required"},
      {"--tls-data-required"},
      {"--implicit-tls-port", "990"},
      {"--tls-session-reuse", "require"},
  };
  for (const auto& line : lines) EXPECT_TRUE(options(line).config.tls) << line.front();
  const TlsConfig tls =
      *options({"--tls-session-reuse", "off", "--implicit-tls-port", "0", "--tls-data-required"}).config.tls;
  EXPECT_EQ(tls.session_reuse, SessionReuse::off);
  EXPECT_EQ(tls.implicit_port, 0);
  EXPECT_TRUE(tls.required_for_data);
  EXPECT_FALSE(tls.required_for_control);
}

TEST(CommandLine, UsersAreReadWithTheirPermissions) {
  const Options o = options({"--user", "bob:one:/home/bob", "--user=eve:t w o:rel/ative:elradfmwMT"});
  ASSERT_EQ(o.users.size(), 2u);
  EXPECT_EQ(o.users[0].name, "bob");
  EXPECT_EQ(o.users[0].password.reveal(), "one");
  EXPECT_EQ(o.users[0].home, "/home/bob");
  EXPECT_EQ(o.users[0].permissions, Permissions::read_only());
  EXPECT_EQ(o.users[1].password.reveal(), "t w o");
  EXPECT_EQ(o.users[1].home, "rel/ative");
  EXPECT_EQ(o.users[1].permissions, Permissions::all());
  EXPECT_FALSE(o.anonymous_allowed());
}

TEST(CommandLine, AnonymousTakesAHomeOrNone) {
  EXPECT_EQ(options({"--anonymous"}).anonymous_home, "");
  EXPECT_EQ(options({"--anonymous", "-w"}).anonymous_home, "");
  EXPECT_EQ(options({"--anonymous", "/pub"}).anonymous_home, "/pub");
  EXPECT_EQ(options({"--anonymous=/pub", "-p", "0"}).anonymous_home, "/pub");
  EXPECT_TRUE(options({"-u", "a", "-P", "b", "--anonymous"}).anonymous_allowed());
}

TEST(CommandLine, ValuesInBracketsAndWithCommasStayWhole) {
  EXPECT_EQ(options({"--banner", "[a,b]"}).config.banner, "[a,b]");
  EXPECT_EQ(options({"--banner", "a,b"}).config.banner, "a,b");
  EXPECT_EQ(options({"--banner=a=b"}).config.banner, "a=b");
}

TEST(CommandLine, ADirectoryMayBeginWithADashBehindTwoDashes) {
  EXPECT_EQ(options({"serve", "--", "-d"}).shared_directory(), "-d");
}

TEST(CommandLine, SecretsAreOverwrittenWhereverTheyStand) {
  Line line({"serve", "-u", "a", "-Phush", "--user", "bob:secret:/:elr", "--user=eve:secret:/"});
  const Options o = std::get<Options>(line.read());
  EXPECT_EQ(o.password->reveal(), "hush");
  EXPECT_THAT(line.words(),
              ElementsAre("ferry", "serve", "-u", "a", "-P****", "--user", "****************", "--user=************"));
}

TEST(CommandLine, ErrorsDoNotRepeatSecrets) {
  EXPECT_EQ(error({"--user", "bob:hush:/:xyz"}).find("hush"), std::string::npos);
  EXPECT_THAT(error({"--user", "bob:hush:/:xyz"}), HasSubstr("bob"));
}

TEST(OptionTable, HasALongNameAHelpTextAndASetterInEachRowOnce) {
  std::set<std::string_view> seen;
  for (const OptionRow& row : option_table()) {
    EXPECT_TRUE(row.long_name().starts_with("--")) << row.names;
    EXPECT_TRUE(seen.insert(row.long_name()).second) << row.names;
    EXPECT_FALSE(row.help.empty()) << row.names;
    EXPECT_NE(row.set, nullptr) << row.names;
    EXPECT_EQ(row.takes == Takes::nothing, row.value.empty()) << row.names;
    EXPECT_THAT(help_text(), HasSubstr(std::string(row.long_name())));
  }
}

}  // namespace
}  // namespace ferry
