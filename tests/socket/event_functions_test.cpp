// Whose thread an event is told on, and what the function that gets it may do: throw, block, be none.
#include <gtest/gtest.h>

#include <chrono>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <ferry/event_functions.hpp>
#include <ferry/events.hpp>
#include <ferry/inspection.hpp>
#include <ferry/sync_wait.hpp>

#include "support/test_client.hpp"
#include "support/test_server.hpp"
#include "told.hpp"

namespace ferry::test {
namespace {

class Thrower final : public Events {
 public:
  Task<void> connected(const SessionFacts&) override { throw std::runtime_error("a bug in a plain function"); }
  Task<void> logged_in(const SessionFacts&) override {
    co_await run_blocking([] {});
    throw std::runtime_error("a bug in a coroutine");
  }
};

TEST(EventFunctions, AnExceptionIsLoggedAndChangesNothingElse) {
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

// Plain functions, and what a result means.
TEST(EventFunctions, AreCalledByWhatHappened) {
  std::mutex mutex;
  std::vector<std::string> lines;
  const auto note = [&](std::string line) {
    const std::lock_guard lock(mutex);
    lines.push_back(std::move(line));
  };
  const auto events = std::make_shared<EventFunctions>();
  events->on_logged_in = [&](const SessionFacts& who) { note("in " + who.user); };
  events->on_file_received = [&](const TransferResult& result) { note("received " + result.path.text()); };
  events->on_file_sent = [&](const TransferResult& result) { note("sent " + result.path.text()); };
  events->on_incomplete_file_received = [&](const TransferResult& result) { note("half " + result.path.text()); };
  events->on_renamed = [&](const SessionFacts&, const FtpPath& from, const FtpPath& to) {
    note(from.text() + " to " + to.text());
  };
  TestServer server(told(events));
  TestClient client(server);
  client.login();
  client.upload("STOR f", "content");
  client.download("RETR f");
  client.download("LIST");
  client.expect("RNFR f", 350);
  client.expect("RNTO g", 250);
  client.passive();
  client.begin("STOR h");
  client.open_data().send("some");
  client.expect("ABOR", 426);
  client.expect_reply(226);
  client.quit();
  server.stop();
  EXPECT_EQ(lines, (std::vector<std::string>{"in alice", "received /f", "sent /f", "/f to /g", "half /h"}));
}

// Only one thread may be in them then.
TEST(EventFunctions, RunOnTheLoopWhereThatIsAskedFor) {
  std::set<std::thread::id> threads;
  const auto events = std::make_shared<EventFunctions>();
  events->on_connected = [&](const SessionFacts&) { threads.insert(std::this_thread::get_id()); };
  events->on_transfer_finished = [&](const TransferResult&) { threads.insert(std::this_thread::get_id()); };
  ServerSetup setup;
  setup.configure = [&](Config& config) {
    config.events = events;
    config.events_on_loop = true;
  };
  TestServer server(setup);
  for (int i = 0; i < 3; ++i) {
    TestClient client(server);
    client.login();
    client.upload("STOR f", "content");
    client.quit();
  }
  server.stop();
  EXPECT_EQ(threads.size(), 1u);
}

// A thread of the program's own that does what is posted to it, in order.
class OneThread final : public Executor {
 public:
  ~OneThread() override {
    work_.post([this] { over_ = true; });
    thread_.join();
  }
  void post(std::move_only_function<void()> work) override { work_.post(std::move(work)); }
  void post_blocking(std::move_only_function<void()> work) override { work_.post(std::move(work)); }
  std::thread::id id() const { return thread_.get_id(); }

 private:
  InlineExecutor work_;
  bool over_ = false;
  std::thread thread_{[this] {
    while (!over_) work_.run_one();
  }};
};

TEST(EventFunctions, RunOnTheExecutorThatWasGiven) {
  const auto executor = std::make_shared<OneThread>();
  std::vector<std::thread::id> threads;  // no lock: they all run there
  const auto here = [&](const auto&...) { threads.push_back(std::this_thread::get_id()); };
  const auto events = std::make_shared<EventFunctions>();
  events->on_connected = here;
  events->on_logged_in = here;
  events->on_transfer_started = here;
  events->on_transfer_finished = here;
  events->on_file_deleted = here;
  events->on_disconnected = here;
  std::promise<void> timer_ran;
  ServerSetup setup;
  setup.configure = [&](Config& config) {
    config.events = events;
    config.events_executor = executor;
    config.threads = 2;
    config.upload_inspector = upload_inspector([&](const FinishedUpload&) {
      here();
      return std::nullopt;
    });
  };
  TestServer server(setup);
  server.server().call_later(std::chrono::milliseconds(0), [&] {
    here();
    timer_ran.set_value();
  });
  timer_ran.get_future().get();
  for (int i = 0; i < 3; ++i) {
    TestClient client(server);
    client.login();
    client.upload("STOR f", "content");
    client.expect("DELE f", 250);
    client.quit();
  }
  server.stop();
  EXPECT_EQ(threads.size(), 1u + 3u * 7u);
  for (const std::thread::id id : threads) EXPECT_EQ(id, executor->id());
}

// While one session's handler does not come back, the others go on.
TEST(EventFunctions, ASlowFunctionHoldsUpNobodyElse) {
  std::promise<void> release;
  std::shared_future<void> released = release.get_future().share();
  const auto events = std::make_shared<EventFunctions>();
  events->on_logged_in = [&](const SessionFacts& who) {
    if (who.user == "reader") released.wait();
  };
  TestServer server(told(events));
  TestClient slow(server);
  slow.expect("USER reader", 331);
  slow.send("PASS secret");
  TestClient client(server);
  client.login();
  client.upload("STOR f", "content");
  client.quit();
  EXPECT_TRUE(slow.control().is_silent());
  release.set_value();
  slow.expect_reply(230);
  slow.quit();
}

}  // namespace
}  // namespace ferry::test
