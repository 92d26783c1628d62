// What an embedder is told: each event once, in order for each session, and an upload's when its file can be opened.
#include <gtest/gtest.h>

#include <mutex>
#include <stdexcept>
#include <string>
#include <vector>

#include <ferry/events.hpp>

#include "support/content.hpp"
#include "support/test_client.hpp"
#include "support/test_server.hpp"

namespace ferry::test {
namespace {

// Keeps one line for each event.
class Diary final : public Events {
 public:
  Task<void> connected(const SessionFacts& s) override { return note("connected", s); }
  Task<void> disconnected(const SessionFacts& s) override { return note("disconnected", s); }
  Task<void> logged_in(const SessionFacts& s) override { return note("logged_in " + s.user, s); }
  Task<void> login_failed(const SessionFacts& s, const std::string& user) override {
    return note("login_failed " + user, s);
  }
  Task<void> logged_out(const SessionFacts& s) override { return note("logged_out " + s.user, s); }
  Task<void> transfer_finished(const TransferResult& result) override {
    {
      const std::lock_guard lock(mutex_);
      results_.push_back(result);
    }
    return note("transfer " + result.command + " " + result.path.text(), result.session);
  }
  Task<void> file_deleted(const SessionFacts& s, const FtpPath& path) override {
    return note("file_deleted " + path.text(), s);
  }
  Task<void> renamed(const SessionFacts& s, const FtpPath& from, const FtpPath& to) override {
    return note("renamed " + from.text() + " " + to.text(), s);
  }
  Task<void> directory_made(const SessionFacts& s, const FtpPath& path) override {
    return note("directory_made " + path.text(), s);
  }
  Task<void> directory_removed(const SessionFacts& s, const FtpPath& path) override {
    return note("directory_removed " + path.text(), s);
  }
  Task<void> mode_changed(const SessionFacts& s, const FtpPath& path, std::uint32_t) override {
    return note("mode_changed " + path.text(), s);
  }
  Task<void> time_changed(const SessionFacts& s, const FtpPath& path) override {
    return note("time_changed " + path.text(), s);
  }

  std::vector<std::string> lines() const {
    const std::lock_guard lock(mutex_);
    return lines_;
  }
  TransferResult last() const {
    const std::lock_guard lock(mutex_);
    return results_.back();
  }
  std::size_t transfers() const {
    const std::lock_guard lock(mutex_);
    return results_.size();
  }

 private:
  Task<void> note(std::string line, const SessionFacts&) {
    {
      const std::lock_guard lock(mutex_);
      lines_.push_back(std::move(line));
    }
    // Going through the pool once more must not change the order.
    co_await run_blocking([] {});
  }

  mutable std::mutex mutex_;
  std::vector<std::string> lines_;
  std::vector<TransferResult> results_;
};

ServerSetup told(const std::shared_ptr<Events>& events) {
  ServerSetup setup;
  setup.configure = [events](Config& config) { config.events = events; };
  return setup;
}

TEST(Events, TellOneSessionFromConnectToDisconnectInOrder) {
  const auto diary = std::make_shared<Diary>();
  TestServer server(told(diary));
  {
    TestClient client(server);
    client.expect("USER alice", 331);
    client.expect("PASS wrong", 530);
    client.login();
    client.expect("MKD d", 257);
    client.upload("STOR d/f", "content");
    client.expect("SITE CHMOD 600 d/f", 200);
    client.expect("MFMT 20200102030405 d/f", 213);
    client.expect("RNFR d/f", 350);
    client.expect("RNTO g", 250);
    client.download("RETR g");
    client.expect("DELE g", 250);
    client.expect("RMD d", 250);
    client.quit();
  }
  server.stop();
  EXPECT_EQ(diary->lines(),
            (std::vector<std::string>{"connected", "login_failed alice", "logged_in alice", "directory_made /d",
                                      "transfer STOR /d/f", "mode_changed /d/f", "time_changed /d/f", "renamed /d/f /g",
                                      "transfer RETR /g", "file_deleted /g", "directory_removed /d", "logged_out alice",
                                      "disconnected"}));
}

TEST(Events, ResultOfAnUploadComesBeforeIts226) {
  const auto diary = std::make_shared<Diary>();
  TestServer server(told(diary));
  TestClient client(server);
  client.login();
  for (std::size_t i = 1; i <= 20; ++i) {
    client.upload("STOR f", octets(1000 + i));
    ASSERT_EQ(diary->transfers(), i);
    const TransferResult result = diary->last();
    EXPECT_EQ(result.outcome, TransferOutcome::complete);
    EXPECT_EQ(result.octets, 1000 + i);
    EXPECT_TRUE(result.upload);
    EXPECT_FALSE(result.tls);
    EXPECT_EQ(result.session.user, "alice");
  }
  client.quit();
}

TEST(Events, TellTheRestartPointAndTheProtection) {
  const auto diary = std::make_shared<Diary>();
  TestServer server(told(diary));
  server.tree().make_file("/f", "0123456789");
  TestClient client(server);
  client.auth_tls();
  client.login();
  client.protect_data();
  client.expect("TYPE I", 200);
  client.extended_passive();
  client.expect("REST 4", 350);
  EXPECT_EQ(client.download("RETR f"), "456789");
  EXPECT_EQ(diary->last().offset, 4u);
  EXPECT_EQ(diary->last().octets, 6u);
  EXPECT_TRUE(diary->last().tls);
  EXPECT_TRUE(diary->last().session.tls);
  client.quit();
}

TEST(Events, TellAbortedAndCutOffTransfersApart) {
  const auto diary = std::make_shared<Diary>();
  TestServer server(told(diary));
  TestClient client(server);
  client.login();
  client.expect("TYPE I", 200);

  client.extended_passive();
  client.begin("STOR a");
  client.open_data().send("some");
  client.expect("ABOR", 426);
  client.expect_reply(226);
  client.drop_data();
  EXPECT_EQ(diary->last().outcome, TransferOutcome::aborted);

  client.extended_passive();
  client.begin("STOR b");
  Wire& data = client.open_data();
  data.send("some");
  data.reset();
  client.drop_data();
  client.expect_reply(426);
  EXPECT_EQ(diary->last().outcome, TransferOutcome::cut_off);
  EXPECT_EQ(diary->transfers(), 2u);
  client.quit();
}

class Thrower final : public Events {
 public:
  Task<void> connected(const SessionFacts&) override { throw std::runtime_error("a bug in a plain function"); }
  Task<void> logged_in(const SessionFacts&) override {
    co_await run_blocking([] {});
    throw std::runtime_error("a bug in a coroutine");
  }
};

TEST(Events, ExceptionIsLoggedAndChangesNothingElse) {
  std::mutex mutex;
  int failures = 0;
  ServerSetup setup;
  setup.configure = [&](Config& config) {
    config.events = std::make_shared<Thrower>();
    config.log = [&](const LogRecord& record) {
      const std::lock_guard lock(mutex);
      if (record.event == "event_failed") ++failures;
    };
  };
  TestServer server(setup);
  TestClient client(server);
  client.login();
  client.expect("NOOP", 200);
  client.quit();
  server.stop();
  EXPECT_EQ(failures, 2);
}

}  // namespace
}  // namespace ferry::test
