// Breaks the n-th operation on the file system of each command, for every n until none is left to break: the peer gets
// a refusal that the command's row knows (TestServer looks at that), the session goes on, nothing is half done, and no
// descriptor and no hidden file is left behind.
#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <ostream>
#include <string>
#include <thread>
#include <vector>

#include <ferry/testing/faulty_filesystem.hpp>

#include "support/content.hpp"
#include "support/descriptors.hpp"
#include "support/test_client.hpp"
#include "support/test_server.hpp"

namespace ferry::test {
namespace {

struct Case {
  const char* name;
  std::vector<std::string> before;  // commands that are not the matter of the test, but belong to it
  std::string command;
  enum class Data { none, down, up } data = Data::none;
  friend std::ostream& operator<<(std::ostream& out, const Case& self) { return out << self.name; }
};

const Case cases[] = {
    {"cwd", {}, "CWD d", Case::Data::none},
    {"mkd", {}, "MKD new", Case::Data::none},
    {"rmd", {}, "RMD d", Case::Data::none},
    {"dele", {}, "DELE f", Case::Data::none},
    {"rnfr", {}, "RNFR f", Case::Data::none},
    {"rnto", {"RNFR f"}, "RNTO new", Case::Data::none},
    {"size", {}, "SIZE f", Case::Data::none},
    {"mdtm", {}, "MDTM f", Case::Data::none},
    {"mfmt", {}, "MFMT 20200102030405 f", Case::Data::none},
    {"mlst", {}, "MLST f", Case::Data::none},
    {"mff", {}, "MFF modify=20200102030405;UNIX.mode=600; f", Case::Data::none},
    {"hash", {}, "HASH f", Case::Data::none},
    {"xmd5", {}, "XMD5 f", Case::Data::none},
    {"dsiz", {}, "DSIZ d", Case::Data::none},
    {"rmda", {}, "RMDA d", Case::Data::none},
    {"comb", {}, "COMB \"whole\" \"f\" \"f\"", Case::Data::none},
    {"site_cpto", {"SITE CPFR f"}, "SITE CPTO copy", Case::Data::none},
    {"site_mkdir", {}, "SITE MKDIR a/b", Case::Data::none},
    {"site_rmdir", {}, "SITE RMDIR d", Case::Data::none},
    {"site_symlink", {}, "SITE SYMLINK f link", Case::Data::none},
    {"stat_of_a_file", {}, "STAT f", Case::Data::none},
    {"stat_of_a_directory", {}, "STAT d", Case::Data::none},
    {"site_chmod", {}, "SITE CHMOD 600 f", Case::Data::none},
    {"list", {}, "LIST", Case::Data::down},
    {"list_of_a_file", {}, "LIST f", Case::Data::down},
    {"nlst", {}, "NLST", Case::Data::down},
    {"mlsd", {}, "MLSD", Case::Data::down},
    {"retr", {}, "RETR f", Case::Data::down},
    {"retr_from_a_restart_point", {"REST 5"}, "RETR f", Case::Data::down},
    {"retr_under_type_a", {"TYPE A", "REST 5"}, "RETR f", Case::Data::down},
    {"stor", {}, "STOR new", Case::Data::up},
    {"stor_over_an_old_file", {}, "STOR f", Case::Data::up},
    {"stor_from_a_restart_point", {"REST 5"}, "STOR f", Case::Data::up},
    {"appe", {}, "APPE f", Case::Data::up},
    {"stou", {}, "STOU", Case::Data::up},
};

class FaultInjection : public testing::TestWithParam<Case> {
 protected:
  FaultInjection() {
    Account account;
    account.files = faulty(server_.tree().files(), faults_);
    account.permissions = Permissions::all();
    server_.users().add("unlucky", Secret("secret"), account);
  }

  void make_tree() {
    for (const std::string& name : server_.tree().names("/"))
      std::filesystem::remove_all(server_.tree().directory() + "/" + name);
    server_.tree().make_directory("/d");
    server_.tree().make_file("/f", content_);
  }

  // The code of the final reply.
  int run(TestClient& client) {
    const Case& what = GetParam();
    client.expect("TYPE I", 200);
    if (what.data != Case::Data::none) client.extended_passive();
    for (const std::string& command : what.before) client.command(command);
    faults_->fail_after(nth_, FsErrc::failed);
    int code = client.command(what.command).code;
    if (code == 150 && what.data == Case::Data::down) client.open_data().receive_all();
    if (code == 150 && what.data == Case::Data::up) {
      // The server may have given up already.
      if (client.open_data().try_send(upload_)) client.data().open().finish_sending();
    }
    if (code == 150) code = client.read_reply().code;
    client.drop_data();
    return code;
  }

  void expect_nothing_half_done() {
    for (const std::string& name : server_.tree().names("/")) EXPECT_FALSE(name.starts_with(".ferry-")) << name;
    // Appending and resuming write into the file itself.
    if (GetParam().before.empty() && GetParam().command == "STOR f") {
      EXPECT_EQ(server_.tree().content("/f"), content_);
    }
    if (GetParam().command == "STOR new" || GetParam().command == "STOU") {
      EXPECT_EQ(server_.tree().names("/"), (std::vector<std::string>{"d", "f"}));
    }
  }

  const std::string content_ = octets(3000);
  const std::string upload_ = octets(200'000, 2);
  const std::shared_ptr<Faults> faults_ = std::make_shared<Faults>();
  TestServer server_{[] {
    ServerSetup setup;
    setup.storage = StorageKind::local;
    return setup;
  }()};
  std::uint64_t nth_ = 0;
};

TEST_P(FaultInjection, EachOperationInItsTurn) {
  const std::size_t descriptors = open_descriptors();
  {
    TestClient client(server_);
    client.login("unlucky");
    constexpr std::uint64_t most = 200;
    for (; nth_ < most; ++nth_) {
      make_tree();
      const std::uint64_t failures = faults_->failures();
      const int code = run(client);
      if (faults_->failures() == failures) {  // the command needs no more operations than that
        faults_->fail_after(~0ull >> 1, FsErrc::failed);
        EXPECT_LT(code, 400) << GetParam().command;
        break;
      }
      EXPECT_GE(code, 400) << GetParam().command << ", operation " << nth_;
      expect_nothing_half_done();
      client.expect("NOOP", 200);
    }
    EXPECT_GT(nth_, 0u) << "no operation was broken";
    EXPECT_LT(nth_, most);
    client.quit();
  }
  while (!server_.server().sessions().empty()) std::this_thread::yield();
  EXPECT_EQ(open_descriptors(), descriptors);
}

INSTANTIATE_TEST_SUITE_P(Each, FaultInjection, testing::ValuesIn(cases),
                         [](const auto& test) { return std::string(test.param.name); });

}  // namespace
}  // namespace ferry::test
