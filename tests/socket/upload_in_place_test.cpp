// Uploads that write into a file which is there (APPE, REST and RANG with STOR, STOR where uploads are not atomic): two
// at once never spoil each other's work.
#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "support/failure.hpp"
#include "support/test_client.hpp"
#include "support/test_server.hpp"

namespace ferry::test {
namespace {

class UploadInPlace : public testing::Test {
 protected:
  explicit UploadInPlace(Atomicity atomicity = Atomicity::new_files)
      : server_(setup(atomicity)), first_(server_), second_(server_) {
    server_.tree().make_file("/file", "old content");
    for (TestClient* client : {&first_, &second_}) {
      client->login();
      client->expect("TYPE I", 200);
    }
  }
  static ServerSetup setup(Atomicity atomicity) {
    ServerSetup setup;
    setup.storage = StorageKind::local;
    setup.configure = [=](Config& config) { config.uploads.atomic = atomicity; };
    return setup;
  }

  // The upload has written `text` and stays open.
  void begin_first(const std::string& command, const std::string& text) {
    first_.extended_passive();
    first_.begin(command);
    first_.open_data().send(text);
    const auto deadline = std::chrono::steady_clock::now() + patience;
    while (!first_.command("STAT").text().contains(std::to_string(text.size()) + " octets so far"))
      ASSERT_LT(std::chrono::steady_clock::now(), deadline);
  }
  void end_first() {
    first_.open_data().finish_sending();
    first_.expect_reply(226);
    first_.drop_data();
  }
  void expect_busy(const std::string& command) {
    second_.extended_passive();
    second_.begin(command);
    second_.open_data();
    second_.expect_reply(450);
    second_.drop_data();
  }

  TestServer server_;
  TestClient first_;
  TestClient second_;
};

TEST_F(UploadInPlace, IsRefusedWhileAnotherOneWritesIntoTheFile) {
  begin_first("APPE file", " and more");
  expect_busy("APPE file");
  second_.expect("REST 3", 350);
  expect_busy("STOR file");
  second_.expect("RANG 1 2", 350);
  expect_busy("STOR file");
  end_first();
  second_.expect("RANG 0 0", 350);
  second_.upload("APPE file", " by another");
  EXPECT_EQ(server_.tree().content("/file"), "old content and more by another");
}

TEST_F(UploadInPlace, IsOpenToAnotherOneAfterItBrokeOff) {
  begin_first("APPE file", " and more");
  first_.send("ABOR");
  first_.expect_reply(426);
  first_.expect_reply(226);
  second_.upload("APPE file", "!");
  EXPECT_TRUE(server_.tree().content("/file")->ends_with("!"));
}

TEST_F(UploadInPlace, LetsPartsBeReplacedAtTheSameTime) {
  first_.expect("RANG 0 2", 350);
  begin_first("STOR file", "new");
  second_.expect("RANG 4 10", 350);
  second_.upload("STOR file", "CONTENT");
  end_first();
  EXPECT_EQ(server_.tree().content("/file"), "new CONTENT");
}

TEST_F(UploadInPlace, MayBeReplacedByANewFile) {
  begin_first("APPE file", " and more");
  second_.upload("STOR file", "new");
  end_first();
  EXPECT_EQ(server_.tree().content("/file"), "new");
}

class UploadOnACopy : public UploadInPlace {
 protected:
  UploadOnACopy() : UploadInPlace(Atomicity::always) {}
};

TEST_F(UploadOnACopy, IsRefusedWhileAnotherOneAppends) {
  begin_first("APPE file", " and more");
  expect_busy("APPE file");
  end_first();
  second_.upload("APPE file", " by another");
  EXPECT_EQ(server_.tree().content("/file"), "old content and more by another");
}

class PlainUpload : public UploadInPlace {
 protected:
  PlainUpload() : UploadInPlace(Atomicity::off) {}
};

TEST_F(PlainUpload, IsRefusedWhileAnotherOneWritesIntoTheFile) {
  begin_first("STOR new", "content");
  expect_busy("STOR new");
  expect_busy("APPE new");
  end_first();
  EXPECT_EQ(server_.tree().content("/new"), "content");
}

}  // namespace
}  // namespace ferry::test
