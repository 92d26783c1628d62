// An embedder looks at each complete upload before it gets its name, and may refuse it.
#include <gtest/gtest.h>

#include <atomic>
#include <fstream>
#include <future>
#include <iterator>
#include <stdexcept>
#include <string>

#include <ferry/event_functions.hpp>
#include <ferry/inspection.hpp>

#include "scene.hpp"
#include "support/content.hpp"
#include "support/test_client.hpp"
#include "support/test_server.hpp"

namespace ferry::test {
namespace {

std::string read_path(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

// Refuses what holds the word "virus", and reads it by way of the Source.
class WordInspector final : public UploadInspector {
 public:
  Task<std::optional<UploadRefusal>> inspect(const FinishedUpload& upload) override {
    std::string text;
    std::byte buffer[1000];
    for (;;) {
      const auto size = co_await upload.content->read(buffer);
      if (!size) throw std::runtime_error(size.error().detail);
      if (*size == 0) break;
      text.append(reinterpret_cast<const char*>(buffer), *size);
    }
    last = text;
    std::optional<UploadRefusal> refusal;
    if (text.find("virus") != std::string::npos) refusal = UploadRefusal{550, "Infected."};
    if (text.size() > 2'000'000) refusal = UploadRefusal{552, "Too much\nof a good thing."};
    co_return refusal;
  }
  std::string last;
};

class UploadInspection : public testing::TestWithParam<Scene> {
 protected:
  ServerSetup setup() {
    ServerSetup setup;
    setup.storage = GetParam().storage;
    setup.configure = [this](Config& config) {
      config.upload_inspector = inspector_;
      config.uploads.keep_partial = true;  // has no effect
      events_->on_transfer_finished = [this](const TransferResult& result) { outcome_ = result.outcome; };
      config.events = events_;
    };
    return setup;
  }
  UploadInspection() {
    server_.tree().make_file("/old", "the old content");
    if (GetParam().tls) client_.auth_tls();
    client_.login();
    if (GetParam().tls) client_.protect_data();
    client_.expect("TYPE I", 200);
  }
  Reply refused(const std::string& command, std::string_view content, int code) {
    client_.extended_passive();
    client_.begin(command);
    client_.open_data();
    client_.data().send_all(content);
    Reply reply = client_.expect_reply(code);
    client_.drop_data();
    return reply;
  }
  void stored(const std::string& command, std::string_view content) {
    client_.extended_passive();
    client_.upload(command, content);
  }

  const std::shared_ptr<WordInspector> inspector_ = std::make_shared<WordInspector>();
  const std::shared_ptr<EventFunctions> events_ = std::make_shared<EventFunctions>();
  std::atomic<TransferOutcome> outcome_{};
  TestServer server_{setup()};
  TestClient client_{server_};
};

TEST_P(UploadInspection, PublishesWhatIsAccepted) {
  stored("STOR new", "harmless");
  EXPECT_EQ(inspector_->last, "harmless");
  EXPECT_EQ(server_.tree().content("/new"), "harmless");
  stored("STOR old", "new content");
  EXPECT_EQ(server_.tree().content("/old"), "new content");
  stored("APPE old", " and more");
  EXPECT_EQ(inspector_->last, "new content and more");
  EXPECT_EQ(server_.tree().content("/old"), "new content and more");
  const std::string text = octets(1'500'000);
  stored("STOR long", text);
  EXPECT_TRUE(inspector_->last == text);
  EXPECT_EQ(outcome_, TransferOutcome::complete);
}

TEST_P(UploadInspection, PublishesNothingOfWhatIsRefused) {
  EXPECT_EQ(refused("STOR new", "a virus", 550).text(), "550 Infected.");
  EXPECT_EQ(outcome_, TransferOutcome::vetoed);
  refused("STOR old", "a virus", 550);
  refused("STOU", "a virus", 550);
  refused("APPE old", " and a virus", 550);
  EXPECT_EQ(inspector_->last, "the old content and a virus");
  client_.extended_passive();
  client_.expect("REST 4", 350);
  client_.begin("STOR old");
  client_.open_data();
  client_.data().send_all("virus");
  client_.expect_reply(550);
  client_.drop_data();
  EXPECT_EQ(inspector_->last, "the virus");
  refused("STOR new", octets(2'000'001), 552);
  EXPECT_EQ(server_.tree().content("/old"), "the old content");
  EXPECT_EQ(server_.tree().names("/"), std::vector<std::string>{"old"});
  client_.expect("NOOP", 200);
}

// Parts that were accepted one by one may be refused together.
TEST_P(UploadInspection, SeesWhatIsPutTogetherOnTheServer) {
  stored("STOR vi", "vi");
  stored("STOR rus", "rus");
  client_.expect("COMB both rus vi", 250);
  EXPECT_EQ(inspector_->last, "rusvi");
  EXPECT_EQ(server_.tree().content("/both"), "rusvi");
  EXPECT_EQ(client_.expect("COMB whole vi rus", 550).text(), "550 Infected.");
  EXPECT_EQ(inspector_->last, "virus");
  client_.expect("COMB old vi rus", 550);
  EXPECT_EQ(server_.tree().content("/old"), "the old content");
  client_.expect("SITE CPFR old", 350);
  client_.expect("SITE CPTO copy", 250);
  EXPECT_EQ(inspector_->last, "the old content");
  server_.tree().make_file("/unseen", "a virus that came another way");
  client_.expect("SITE CPFR unseen", 350);
  client_.expect("SITE CPTO copy", 550);
  EXPECT_EQ(server_.tree().content("/copy"), "the old content");
  EXPECT_EQ(server_.tree().names("/"), (std::vector<std::string>{"both", "copy", "old", "rus", "unseen", "vi"}));
}

TEST_P(UploadInspection, KeepsNoPartThatNobodyHasSeen) {
  for (const char* command : {"STOR new", "APPE old", "STOR old"}) {
    client_.extended_passive();
    client_.begin(command);
    client_.open_data().send("half");
    client_.expect("ABOR", 426);
    client_.expect_reply(226);
    client_.drop_data();
  }
  EXPECT_EQ(inspector_->last, "");
  EXPECT_EQ(server_.tree().content("/old"), "the old content");
  EXPECT_EQ(server_.tree().names("/"), std::vector<std::string>{"old"});
}

INSTANTIATE_TEST_SUITE_P(AllWays, UploadInspection,
                         testing::Values(Scene{"memory", StorageKind::memory, false},
                                         Scene{"local", StorageKind::local, false},
                                         Scene{"local_under_tls", StorageKind::local, true}),
                         [](const auto& test) { return std::string(test.param.name); });

ServerSetup inspected(StorageKind storage,
                      std::function<std::optional<UploadRefusal>(const FinishedUpload&)> function) {
  ServerSetup setup;
  setup.storage = storage;
  setup.configure = [function](Config& config) { config.upload_inspector = upload_inspector(function); };
  return setup;
}

TEST(UploadInspector, APlainFunctionReadsTheFileByItsPath) {
  std::string seen;
  std::string path;
  TestServer server(inspected(StorageKind::local, [&](const FinishedUpload& upload) {
    seen = read_path(upload.native_path);
    path = upload.transfer.path.text() + " of " + upload.transfer.session.user;
    return std::nullopt;
  }));
  TestClient client(server);
  client.login();
  client.upload("STOR f", "content");
  EXPECT_EQ(seen, "content");
  EXPECT_EQ(path, "/f of alice");
  client.quit();
}

TEST(UploadInspector, IsToldWhatACopyIsAndItsDigests) {
  for (const StorageKind storage : {StorageKind::memory, StorageKind::local}) {
    std::string seen;
    ServerSetup setup = inspected(storage, [&](const FinishedUpload& upload) {
      seen = upload.transfer.command + " " + upload.transfer.path.text() + " " +
             std::to_string(upload.transfer.octets) + " " + upload.transfer.session.user;
      for (const Digest& digest : upload.digests) seen += " " + digest.hex;
      return std::nullopt;
    });
    setup.configure = [inner = setup.configure](Config& config) {
      inner(config);
      config.transfer_digests = {DigestKind::crc32};
    };
    TestServer server(setup);
    server.tree().make_file("/a", "12345");
    server.tree().make_file("/b", "6789");
    TestClient client(server);
    client.login();
    client.expect("COMB c a b", 250);
    EXPECT_EQ(seen, "COMB /c 9 alice cbf43926");  // the check value of CRC-32
    client.expect("SITE CPFR c", 350);
    client.expect("SITE CPTO d", 250);
    EXPECT_EQ(seen, "SITE CPTO /d 9 alice cbf43926");
    client.quit();
  }
}

TEST(UploadInspector, HoldsUpACopyThatAborMayEnd) {
  std::promise<void> asked;
  std::promise<void> release;
  std::shared_future<void> released = release.get_future().share();
  TestServer server(inspected(StorageKind::local, [&](const FinishedUpload&) {
    asked.set_value();
    released.wait();
    return std::nullopt;
  }));
  server.tree().make_file("/a", "content");
  TestClient client(server);
  client.login();
  client.expect("SITE CPFR a", 350);
  client.send("SITE CPTO b");
  asked.get_future().get();
  client.expect("NOOP\r\nABOR", 200);  // both are read at once
  release.set_value();
  client.expect_reply(426);
  client.expect_reply(226);
  EXPECT_EQ(server.tree().names("/"), std::vector<std::string>{"a"});
  client.quit();
}

TEST(UploadInspector, ThatThrowsRefuses) {
  ServerSetup setup = inspected(StorageKind::memory, [](const FinishedUpload&) -> std::optional<UploadRefusal> {
    throw std::runtime_error("a bug");
  });
  setup.configure = [inner = setup.configure](Config& config) {
    inner(config);
    config.log = {};
  };
  TestServer server(setup);
  TestClient client(server);
  client.login();
  client.passive();
  client.begin("STOR f");
  client.open_data();
  client.data().send_all("content");
  client.expect_reply(550);
  EXPECT_TRUE(server.tree().names("/").empty());
  client.quit();
}

// A slow one holds up its own upload only, and an upload that is aborted meanwhile is not published.
TEST(UploadInspector, ThatIsSlowHoldsUpNobodyElseAndAborWins) {
  std::promise<void> asked;
  std::promise<void> release;
  std::shared_future<void> released = release.get_future().share();
  TestServer server(inspected(StorageKind::local, [&](const FinishedUpload& upload) {
    if (upload.transfer.path.text() == "/slow") {
      asked.set_value();
      released.wait();
    }
    return std::nullopt;
  }));
  TestClient slow(server);
  slow.login();
  slow.passive();
  slow.begin("STOR slow");
  slow.open_data().send("content");
  slow.data().open().finish_sending();
  asked.get_future().wait();
  slow.expect("NOOP", 200);
  TestClient other(server);
  other.login();
  other.upload("STOR f", "content");
  slow.send("ABOR");
  other.expect("NOOP", 200);
  release.set_value();
  slow.expect_reply(426);
  slow.expect_reply(226);
  EXPECT_EQ(server.tree().names("/"), std::vector<std::string>{"f"});
}

}  // namespace
}  // namespace ferry::test
