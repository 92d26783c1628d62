// An upload that is cut off is never taken for a complete one, and what was there before survives it.
#include <gtest/gtest.h>

#include <ostream>
#include <string>

#include "scene.hpp"
#include "support/content.hpp"
#include "support/test_client.hpp"
#include "support/test_server.hpp"

namespace ferry::test {
namespace {

struct ProtectedScene {
  const char* name;
  StorageKind storage;
  Protection protection;
  friend std::ostream& operator<<(std::ostream& out, const ProtectedScene& self) { return out << self.name; }
};

class UploadCut : public testing::TestWithParam<ProtectedScene> {
 protected:
  static ServerSetup setup() {
    ServerSetup setup;
    setup.storage = GetParam().storage;
    return setup;
  }
  static ClientOptions options() {
    ClientOptions options;
    if (GetParam().protection == Protection::tls_1_2) options.tls.max_version = TLS1_2_VERSION;
    return options;
  }
  static bool tls() { return GetParam().protection != Protection::clear; }

  UploadCut() {
    server_.tree().make_file("/old", "the old content");
    if (tls()) client_.auth_tls();
    client_.login();
    if (tls()) client_.protect_data();
    client_.expect("TYPE I", 200);
  }

  void begin(const std::string& command, std::size_t octets_sent) {
    client_.extended_passive();
    client_.begin(command);
    client_.open_data().send(octets(octets_sent));
    // Nothing is known to have arrived yet; the reply to NOOP gives the server a chance to take some.
    client_.expect("NOOP", 200);
  }

  void expect_nothing_new() {
    client_.expect_reply(426);
    client_.drop_data();
    EXPECT_EQ(server_.tree().content("/old"), "the old content");
    EXPECT_EQ(server_.tree().names("/"), std::vector<std::string>{"old"});
    client_.expect("NOOP", 200);
  }

  TestServer server_{setup()};
  TestClient client_{server_, options()};
};

TEST_P(UploadCut, ByAResetIsNoUpload) {
  for (const std::size_t sent : {0u, 1u, 65'536u, 1'000'000u}) {
    for (const char* command : {"STOR old", "STOR new", "STOU"}) {
      SCOPED_TRACE(std::string(command) + " after " + std::to_string(sent));
      begin(command, sent);
      client_.data().open().reset();
      expect_nothing_new();
    }
  }
}

TEST_P(UploadCut, WithoutCloseNotifyIsNoUploadUnderTls) {
  for (const std::size_t sent : {0u, 1u, 16'384u, 1'000'000u}) {
    for (const char* command : {"STOR old", "STOR new"}) {
      SCOPED_TRACE(std::string(command) + " after " + std::to_string(sent));
      begin(command, sent);
      client_.data().open().cut();
      if (tls()) {
        expect_nothing_new();
      } else {  // in clear, FIN is all the end there is
        client_.expect_reply(226);
        client_.drop_data();
        client_.expect(std::string("DELE ") + (command + 5), 250);
        server_.tree().make_file("/old", "the old content");
      }
    }
  }
}

TEST_P(UploadCut, ByTheEndOfTheServerIsNoUpload) {
  begin("STOR old", 100'000);
  server_.stop();
  client_.data().open().receive_all();
  EXPECT_EQ(server_.tree().content("/old"), "the old content");
  EXPECT_EQ(server_.tree().names("/"), std::vector<std::string>{"old"});
}

// That is what makes it possible to resume an upload.
TEST_P(UploadCut, KeepsWhatWasAppendedSoFar) {
  client_.extended_passive();
  client_.begin("APPE old");
  client_.open_data().send(", and more");
  while (client_.expect("SIZE old", 213).text() != "213 25") {
  }
  client_.data().open().reset();
  client_.expect_reply(426);
  client_.drop_data();
  EXPECT_EQ(server_.tree().content("/old"), "the old content, and more");
}

INSTANTIATE_TEST_SUITE_P(
    AllWays, UploadCut,
    testing::Values(ProtectedScene{"memory_in_clear", StorageKind::memory, Protection::clear},
                    ProtectedScene{"local_in_clear", StorageKind::local, Protection::clear},
                    ProtectedScene{"memory_under_tls_1_2", StorageKind::memory, Protection::tls_1_2},
                    ProtectedScene{"memory_under_tls_1_3", StorageKind::memory, Protection::tls_1_3},
                    ProtectedScene{"local_under_tls_1_2", StorageKind::local, Protection::tls_1_2},
                    ProtectedScene{"local_under_tls_1_3", StorageKind::local, Protection::tls_1_3}),
    [](const auto& test) { return std::string(test.param.name); });

}  // namespace
}  // namespace ferry::test
