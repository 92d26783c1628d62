// What an embedder is told: each event once, in order for each session, and an upload's when its file can be opened.
#include <gtest/gtest.h>

#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <ferry/events.hpp>
#include <ferry/task.hpp>

#include "support/content.hpp"
#include "support/test_client.hpp"
#include "support/test_server.hpp"
#include "told.hpp"

namespace ferry::test {
namespace {

// Keeps one line for each event.
class Diary final : public Events {
 public:
  Task<void> connected(const SessionFacts& s) override { return note("connected", s); }
  Task<void> disconnected(const SessionFacts& s, DisconnectReason reason, const SessionTotals& totals) override {
    {
      const std::lock_guard lock(mutex_);
      reasons_.push_back(reason);
      totals_ = totals;
    }
    return note("disconnected", s);
  }
  Task<void> logged_in(const SessionFacts& s) override { return note("logged_in " + s.user, s); }
  Task<void> login_failed(const SessionFacts& s, const std::string& user) override {
    return note("login_failed " + user, s);
  }
  Task<void> logged_out(const SessionFacts& s) override { return note("logged_out " + s.user, s); }
  Task<void> transfer_started(const TransferFacts& transfer) override {
    return note("started " + transfer.command + " " + transfer.path.text(), transfer.session);
  }
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
  Task<void> file_copied(const SessionFacts& s, const std::vector<FtpPath>& from, const FtpPath& to) override {
    std::string line = "file_copied";
    for (const FtpPath& part : from) line += " " + part.text();
    return note(line + " to " + to.text(), s);
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
  std::vector<DisconnectReason> reasons() const {
    const std::lock_guard lock(mutex_);
    return reasons_;
  }
  SessionTotals totals() const {
    const std::lock_guard lock(mutex_);
    return totals_;
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
  std::vector<DisconnectReason> reasons_;
  SessionTotals totals_;
};

class EventsOfASession : public testing::TestWithParam<bool> {};
INSTANTIATE_TEST_SUITE_P(, EventsOfASession, testing::Bool(),
                         [](const auto& test) { return std::string(test.param ? "tls" : "plain"); });

TEST_P(EventsOfASession, AreToldFromConnectToDisconnectInOrder) {
  const auto diary = std::make_shared<Diary>();
  TestServer server(told(diary));
  {
    TestClient client(server);
    if (GetParam()) client.auth_tls();
    client.expect("USER alice", 331);
    client.expect("PASS wrong", 530);
    client.login();
    if (GetParam()) client.protect_data();
    client.expect("MKD d", 257);
    client.upload("STOR d/f", "content");
    client.expect("SITE CHMOD 600 d/f", 200);
    client.expect("MFMT 20200102030405 d/f", 213);
    client.expect("RNFR d/f", 350);
    client.expect("RNTO g", 250);
    client.download("RETR g");
    client.expect("SITE CPFR g", 350);
    client.expect("SITE CPTO h", 250);
    client.expect("COMB g g h", 250);
    client.expect("DELE h", 250);
    client.expect("DELE g", 250);
    client.expect("RMD d", 250);
    client.quit();
  }
  server.stop();
  EXPECT_EQ(diary->lines(),
            (std::vector<std::string>{"connected", "login_failed alice", "logged_in alice", "directory_made /d",
                                      "started STOR /d/f", "transfer STOR /d/f", "mode_changed /d/f",
                                      "time_changed /d/f", "renamed /d/f /g", "started RETR /g", "transfer RETR /g",
                                      "file_copied /g to /h", "file_copied /g /h to /g", "file_deleted /h",
                                      "file_deleted /g", "directory_removed /d", "logged_out alice", "disconnected"}));
  EXPECT_EQ(diary->reasons(), std::vector{DisconnectReason::quit});
  EXPECT_EQ(diary->totals().files_up, 1u);
  EXPECT_EQ(diary->totals().octets_up, 7u);
  EXPECT_EQ(diary->totals().files_down, 1u);
  EXPECT_EQ(diary->totals().octets_down, 7u);
  EXPECT_GT(diary->totals().commands, 12u);
}

TEST(Events, TellWhyASessionEnded) {
  const auto diary = std::make_shared<Diary>();
  ServerSetup setup;
  setup.configure = [&](Config& config) {
    config.events = diary;
    config.limits.login_attempts = 1;
  };
  TestServer server(setup);
  const auto last_reason = [&](std::size_t count) {
    while (diary->reasons().size() < count) std::this_thread::yield();
    return diary->reasons().at(count - 1);
  };
  {
    TestClient client(server);
  }
  EXPECT_EQ(last_reason(1), DisconnectReason::hung_up);
  {
    TestClient client(server);
    client.control().reset();
  }
  EXPECT_EQ(last_reason(2), DisconnectReason::lost);
  {
    TestClient client(server);
    client.expect("USER alice", 331);
    client.expect("PASS wrong", 421);
    client.expect_closed();
  }
  EXPECT_EQ(last_reason(3), DisconnectReason::refused);
  {
    TestClient client(server);
    client.expect("AUTH TLS", 234);
    client.control().send("this is no TLS record\r\n");
    client.expect_cut_off();
  }
  EXPECT_EQ(last_reason(4), DisconnectReason::tls_failed);
  TestClient client(server);
  client.expect("NOOP", 200);
  server.stop();
  EXPECT_EQ(last_reason(5), DisconnectReason::server_stopped);
}

TEST(Events, CountTheOctetsOfTheFileAndNotOfItsTypeA) {
  const auto diary = std::make_shared<Diary>();
  TestServer server(told(diary));
  TestClient client(server);
  client.login();
  client.upload("STOR f", "a\r\nb\r\n");
  EXPECT_EQ(diary->last().octets, 4u);
  EXPECT_EQ(client.download("RETR f"), "a\r\nb\r\n");
  client.expect("NOOP", 200);
  EXPECT_EQ(diary->last().octets, 4u);
  client.quit();
}

TEST(Events, ResultOfAnUploadComesBeforeIts226) {
  const auto diary = std::make_shared<Diary>();
  TestServer server(told(diary));
  TestClient client(server);
  client.login();
  client.expect("TYPE I", 200);
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
  ASSERT_TRUE(diary->last().tls);
  EXPECT_EQ(diary->last().tls->version, "TLSv1.3");
  EXPECT_FALSE(diary->last().tls->cipher.empty());
  ASSERT_TRUE(diary->last().session.tls);
  EXPECT_EQ(diary->last().session.tls->version, "TLSv1.3");
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

}  // namespace
}  // namespace ferry::test
