// A server without a thread of its own: served by poll_once() from within an event loop of the program's, which here is
// poll(2) over the server's handle and a descriptor of the program's own.
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include <ferry/event_functions.hpp>
#include <ferry/server.hpp>
#include <ferry/storages.hpp>

#include "support/certificate.hpp"
#include "support/content.hpp"
#include "support/test_client.hpp"

namespace ferry::test {
namespace {

using namespace std::chrono_literals;

constexpr int longest_poll = 60'000;

// As a program would have it: its own descriptor, the server's handle, one thread.
class Program {
 public:
  explicit Program(const std::function<void(Config&)>& configure = [](Config&) {}) {
    auto users = std::make_shared<StaticUsers>();
    Account account;
    account.files = memory_file_system();
    account.permissions = Permissions::all();
    users->add("alice", Secret("secret"), account);
    Config config;
    config.interface = "127.0.0.1";
    config.port = 0;
    config.threads = 7;  // counts for nothing
    config.authenticator = users;
    config.events = events_;
    config.events_on_loop = true;
    config.timeouts.login_delay = 0ms;
    config.tls.emplace();
    config.tls->certificate_file = shared_certificate().certificate;
    config.tls->key_file = shared_certificate().key;
    configure(config);
    server_ = std::make_unique<Server>(std::move(config));
    server_->start_driven();
  }
  ~Program() { ::close(quit_); }
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  Server& server() { return *server_; }
  EventFunctions& events() { return *events_; }
  Endpoint endpoint() const { return {IpAddress::v4({127, 0, 0, 1}), server_->port()}; }
  void end_server() { server_.reset(); }

  // Any thread: serve() returns.
  void quit() { ::eventfd_write(quit_, 1); }

  // The program's event loop; returns at quit(), or when the server has been stopped.
  void serve() {
    for (;;) {
      pollfd watched[] = {{.fd = server_->native_handle(), .events = POLLIN, .revents = 0},
                          {.fd = quit_, .events = POLLIN, .revents = 0}};
      ASSERT_GT(::poll(watched, 2, longest_poll), 0);
      if (watched[0].revents != 0 && !server_->poll_once()) return;
      if (watched[1].revents != 0) break;
    }
    eventfd_t count = 0;
    ::eventfd_read(quit_, &count);
  }

  // Serves while `users` do what they do on a thread of their own.
  void serve_while(const std::function<void()>& users) {
    auto done = std::async(std::launch::async, [&] {
      const std::shared_ptr<void> at_the_end(nullptr, [this](void*) { quit(); });
      users();
    });
    serve();
    done.get();
  }

  // A session that has got its greeting.
  std::unique_ptr<TestClient> connect() {
    std::unique_ptr<TestClient> client;
    serve_while([&] { client = std::make_unique<TestClient>(endpoint()); });
    return client;
  }

  bool has_work() const {
    pollfd handle{.fd = server_->native_handle(), .events = POLLIN, .revents = 0};
    return ::poll(&handle, 1, 0) == 1;
  }

 private:
  const std::shared_ptr<EventFunctions> events_ = std::make_shared<EventFunctions>();
  const int quit_ = ::eventfd(0, EFD_CLOEXEC);
  std::unique_ptr<Server> server_;
};

class DrivenServer : public testing::TestWithParam<bool> {
 protected:
  static void log_in(TestClient& client) {
    if (GetParam()) client.auth_tls();
    client.login();
    if (GetParam()) client.protect_data();
    client.expect("TYPE I", 200);
  }
};

TEST_P(DrivenServer, ServesAllOnTheDriversThread) {
  Program program;
  std::set<std::thread::id> threads;
  const auto note = [&](const auto&...) { threads.insert(std::this_thread::get_id()); };
  program.events().on_connected = note;
  program.events().on_logged_in = note;
  program.events().on_transfer_finished = note;
  program.events().on_disconnected = note;
  const std::string content = octets(3'000'000);
  program.serve_while([&] {
    TestClient other(program.endpoint());
    log_in(other);
    for (int i = 0; i < 3; ++i) {
      TestClient client(program.endpoint());
      log_in(client);
      client.upload("STOR f", content);
      EXPECT_TRUE(client.download("RETR f") == content);
      EXPECT_EQ(client.download("NLST"), "f\r\n");
      client.active();
      EXPECT_TRUE(client.download("RETR f") == content);
      other.expect("NOOP", 200);
      client.quit();
    }
    other.quit();
  });
  EXPECT_EQ(threads, std::set{std::this_thread::get_id()});
  while (program.server().statistics().sessions_now > 0) program.server().poll_once();
}

TEST_P(DrivenServer, IsQuietWhenThereIsNothingToDo) {
  Program program;
  std::unique_ptr<TestClient> client;
  program.serve_while([&] {
    client = std::make_unique<TestClient>(program.endpoint());
    log_in(*client);
    client->upload("STOR f", "content");
  });
  while (program.server().poll_once().value_or(0) > 0) {
  }
  EXPECT_FALSE(program.has_work());
  EXPECT_EQ(program.server().poll_once(), 0u);
  client->send("NOOP");
  pollfd handle{.fd = program.server().native_handle(), .events = POLLIN, .revents = 0};
  EXPECT_EQ(::poll(&handle, 1, longest_poll), 1);
  while (program.has_work()) program.server().poll_once();
  client->expect_reply(200);
}

TEST_P(DrivenServer, StopsFromTheDriversThread) {
  Program program;
  std::vector<std::thread::id> ended;
  program.events().on_disconnected = [&](const auto&...) { ended.push_back(std::this_thread::get_id()); };
  std::unique_ptr<TestClient> idle;
  std::unique_ptr<TestClient> storing;
  program.serve_while([&] {
    idle = std::make_unique<TestClient>(program.endpoint());
    storing = std::make_unique<TestClient>(program.endpoint());
    log_in(*idle);
    log_in(*storing);
    storing->passive();
    storing->begin("STOR f");
    storing->open_data().send("half of it");
  });
  std::thread user([&] { idle->expect_cut_off(); });
  program.server().stop(0ms);
  user.join();
  EXPECT_EQ(ended, std::vector(2, std::this_thread::get_id()));
  EXPECT_TRUE(program.has_work());
  EXPECT_EQ(program.server().poll_once(), std::nullopt);
  EXPECT_TRUE(program.has_work());  // for good
  EXPECT_EQ(Wire::try_connect(program.endpoint()), nullptr);
  program.server().stop(0ms);
  EXPECT_TRUE(program.has_work());
  program.server().start_driven();  // stopped for good
  EXPECT_EQ(program.server().poll_once(), std::nullopt);
}

TEST_P(DrivenServer, StopsFromAnotherThreadWhileItIsDriven) {
  Program program;
  auto client = program.connect();
  auto user = std::async(std::launch::async, [&] {
    log_in(*client);
    client->passive();
    client->begin("STOR f");
    client->open_data().send("half of it");
    std::thread stopper([&] { program.server().stop(1min); });
    client->data().send_all(" and the rest");  // what runs may end
    client->drop_data();
    client->expect_reply(226);
    client->expect_reply(421);
    stopper.join();
  });
  program.serve();  // until stop() has ended the server
  user.get();
}

TEST_P(DrivenServer, IsLookedAtAndKickedFromOtherThreads) {
  Program program;
  std::atomic<bool> done = false;
  std::vector<std::thread> lookers;
  for (int i = 0; i < 2; ++i)
    lookers.emplace_back([&] {
      while (!done)
        for (const SessionInfo& session : program.server().sessions())
          if (session.directory.text() == "/victims") program.server().kick(session.facts.id, "Out.");
    });
  program.serve_while([&] {
    TestClient client(program.endpoint());
    log_in(client);
    client.expect("MKD victims", 257);
    for (int i = 0; i < 10; ++i) {
      client.upload("STOR f", octets(100'000));
      TestClient victim(program.endpoint());
      log_in(victim);
      victim.send("CWD victims");
      victim.expect_cut_off();
    }
    client.quit();
    done = true;
    for (std::thread& looker : lookers) looker.join();
  });
}

TEST_P(DrivenServer, DrainsWithoutAPauseInTheDriversLoop) {
  Program program;
  auto client = program.connect();
  program.serve_while([&] { log_in(*client); });
  EXPECT_FALSE(program.server().drain(0ms));
  EXPECT_EQ(Wire::try_connect(program.endpoint()), nullptr);
  std::thread user([&] {
    client->upload("STOR f", "content");
    client->quit();
  });
  while (program.server().statistics().sessions_now > 0) program.server().poll_once();
  user.join();
  EXPECT_TRUE(program.server().drain(0ms));
  program.server().stop();
}

INSTANTIATE_TEST_SUITE_P(, DrivenServer, testing::Bool(),
                         [](const auto& scene) { return std::string(scene.param ? "tls" : "plain"); });

TEST(DrivenServerEnd, DrainServesUntilTheLastSessionHasEnded) {
  Program program;
  const auto client = program.connect();
  program.serve_while([&] { client->login(); });
  std::thread user([&] { client->quit(); });
  EXPECT_TRUE(program.server().drain(1min));
  user.join();
}

TEST(DrivenServerEnd, NeedsNoDriverAnyMore) {
  Program program;
  const auto client = program.connect();
  program.serve_while([&] { client->login(); });
  EXPECT_EQ(program.server().sessions().size(), 1u);
  EXPECT_EQ(program.server().kick_user("alice", "Out."), 1u);
  auto ended = std::async(std::launch::async, [&] { program.end_server(); });
  client->expect_reply(421);
  ended.get();
}

TEST(DrivenServerEnd, MayNeverHaveBeenDriven) {
  Program program;
  TestClient waiting(program.endpoint(), {.from = {}, .tls = {}, .greeting = false});
  EXPECT_TRUE(program.server().sessions().empty() || program.server().sessions().size() == 1);
}

TEST(DrivenServerTimers, RunOnTheDriversThreadAndDeadlinesToo) {
  Program program([](Config& config) { config.timeouts.idle = 20ms; });
  std::vector<std::thread::id> calls;
  const auto note = [&] { calls.push_back(std::this_thread::get_id()); };
  program.server().call_later(5ms, note);
  int repeated = 0;
  Timer every = program.server().call_every(1ms, [&] {
    note();
    if (++repeated == 5) every.cancel();
  });
  program.serve_while([&] {
    TestClient client(program.endpoint());
    client.expect_reply(421);  // idle for too long
  });
  while (calls.size() < 6) {
    pollfd handle{.fd = program.server().native_handle(), .events = POLLIN, .revents = 0};
    ASSERT_EQ(::poll(&handle, 1, longest_poll), 1);
    program.server().poll_once();
  }
  for (const std::thread::id id : calls) EXPECT_EQ(id, std::this_thread::get_id());
}

TEST(DrivenServerTimers, RunOnThePoolWhereEventsDo) {
  Program program([](Config& config) { config.events_on_loop = false; });
  std::promise<std::thread::id> called;
  program.server().call_later(0ms, [&] {
    called.set_value(std::this_thread::get_id());
    program.quit();
  });
  program.serve();
  EXPECT_NE(called.get_future().get(), std::this_thread::get_id());
}

TEST(DrivenServerStart, MayComeAfterBind) {
  Config config;
  config.interface = "127.0.0.1";
  config.port = 0;
  config.threads = 3;
  config.authenticator = std::make_shared<StaticUsers>();
  Server server(config);
  server.bind();
  const std::uint16_t port = server.port();
  EXPECT_NE(port, 0);
  server.start_driven();
  EXPECT_EQ(server.port(), port);
  auto greeted = std::async(std::launch::async, [&] { TestClient client({IpAddress::v4({127, 0, 0, 1}), port}); });
  while (greeted.wait_for(0s) != std::future_status::ready) server.poll_once();
  greeted.get();
}

TEST(DrivenServerMisuse, IsSaid) {
  Config config;
  config.interface = "127.0.0.1";
  config.port = 0;
  config.threads = 1;
  config.authenticator = std::make_shared<StaticUsers>();
  Server driven(config);
  EXPECT_EQ(driven.native_handle(), -1);
  EXPECT_THROW(driven.poll_once(), ConfigError);
  driven.start_driven();
  const int handle = driven.native_handle();
  EXPECT_GE(handle, 0);
  driven.start_driven();
  EXPECT_EQ(driven.native_handle(), handle);
  EXPECT_THROW(driven.start(), ConfigError);
  EXPECT_THROW(driven.run(), ConfigError);
  Server threaded(config);
  threaded.start();
  EXPECT_EQ(threaded.native_handle(), -1);
  EXPECT_THROW(threaded.start_driven(), ConfigError);
  EXPECT_THROW(threaded.poll_once(), ConfigError);
}

TEST(DrivenServerMisuse, PollingFromWithinDoesNothing) {
  Program program;
  std::optional<std::size_t> done = 99;
  program.server().call_later(0ms, [&] {
    done = program.server().poll_once();
    program.quit();
  });
  program.serve();
  EXPECT_EQ(done, 0u);
}

}  // namespace
}  // namespace ferry::test
