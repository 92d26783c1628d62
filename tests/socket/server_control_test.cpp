// What an embedder may do with a running server from outside: look at its sessions, end them, wait for their end, have
// functions called later.
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <future>
#include <memory>
#include <stdexcept>
#include <thread>
#include <vector>

#include <ferry/event_functions.hpp>

#include "support/content.hpp"
#include "support/test_client.hpp"
#include "support/test_server.hpp"

namespace ferry::test {
namespace {

using namespace std::chrono_literals;

ServerSetup with_loops(std::uint32_t count) {
  ServerSetup setup;
  setup.configure = [count](Config& config) { config.threads = count; };
  return setup;
}

TEST(ServerControl, ListsTheSessionsOfAllLoopsAndWhatTheyDo) {
  TestServer server(with_loops(3));
  EXPECT_TRUE(server.server().sessions().empty());
  TestClient nobody(server);
  TestClient alice(server);
  TestClient reader(server);
  alice.auth_tls();
  alice.login();
  alice.expect("MKD d", 257);
  alice.expect("CWD d", 250);
  reader.login("reader");
  alice.passive();
  alice.begin("STOR f");
  alice.open_data();

  const std::vector<SessionInfo> sessions = server.server().sessions();
  ASSERT_EQ(sessions.size(), 3u);
  EXPECT_EQ(sessions[0].facts.user, "");
  EXPECT_EQ(sessions[0].facts.peer, nobody.control().local());
  EXPECT_FALSE(sessions[0].facts.tls);
  EXPECT_EQ(sessions[1].facts.user, "alice");
  EXPECT_TRUE(sessions[1].facts.tls);
  EXPECT_EQ(sessions[1].directory.text(), "/d");
  ASSERT_TRUE(sessions[1].transfer);
  EXPECT_EQ(sessions[1].transfer->command, "STOR");
  EXPECT_EQ(sessions[1].transfer->path.text(), "/d/f");
  EXPECT_EQ(sessions[2].facts.user, "reader");
  EXPECT_FALSE(sessions[2].transfer);
  EXPECT_EQ(sessions[2].totals.commands, 2u);
  alice.data().send_all("content");
  alice.expect_reply(226);
}

TEST(ServerControl, AKickEndsTheSessionWithItsText) {
  TestServer server(with_loops(2));
  auto client = std::make_unique<TestClient>(server);
  client->login();
  const std::uint64_t id = server.server().sessions().front().facts.id;
  EXPECT_TRUE(server.server().kick(id, "Come back tomorrow."));
  EXPECT_EQ(client->expect_reply(421).text(), "421 Come back tomorrow.");
  client->expect_closed();
  client.reset();
  while (!server.server().sessions().empty()) std::this_thread::yield();
  EXPECT_FALSE(server.server().kick(id));
  EXPECT_FALSE(server.server().kick(12'345));
}

TEST(ServerControl, AKickAbortsTheTransferAndLeavesNothingOfIt) {
  TestServer server;
  TestClient client(server);
  client.login();
  client.passive();
  client.begin("STOR f");
  client.open_data().send("half of it");
  EXPECT_EQ(server.server().kick_user("nobody"), 0u);
  EXPECT_EQ(server.server().kick_user("alice"), 1u);
  client.expect_reply(426);
  client.expect_reply(421);
  client.expect_closed();
  EXPECT_EQ(server.tree().content("/f"), std::nullopt);
}

TEST(ServerControl, DrainAcceptsNoMoreAndWaitsForTheRest) {
  TestServer server;
  TestClient client(server);
  client.login();
  EXPECT_FALSE(server.server().drain(0ms));
  EXPECT_EQ(Wire::try_connect(server.endpoint()), nullptr);
  client.upload("STOR f", "content");  // as before
  auto drained = std::async(std::launch::async, [&] { return server.server().drain(1min); });
  client.quit();
  EXPECT_TRUE(drained.get());
  EXPECT_TRUE(server.server().drain(0ms));
}

TEST(ServerControl, RunServesOnTheCallersThreadUntilStop) {
  auto users = std::make_shared<StaticUsers>();
  Account account;
  account.files = memory_file_system();
  users->add("alice", Secret("secret"), account);
  Config config;
  config.interface = "127.0.0.1";
  config.port = 0;
  config.threads = 1;
  config.authenticator = users;
  config.events_on_loop = true;
  std::promise<std::thread::id> called_on;
  auto events = std::make_shared<EventFunctions>();
  events->on_logged_in = [&](const SessionFacts&) { called_on.set_value(std::this_thread::get_id()); };
  config.events = events;
  Server server(config);
  std::thread caller([&] { server.run(); });
  const std::thread::id caller_id = caller.get_id();
  while (server.port() == 0) std::this_thread::yield();
  {
    TestClient client({IpAddress::v4({127, 0, 0, 1}), server.port()});
    client.login();
    EXPECT_EQ(called_on.get_future().get(), caller_id);
    EXPECT_EQ(server.sessions().size(), 1u);
    client.quit();
  }
  server.stop();
  caller.join();
  server.run();  // stopped for good: returns at once
}

TEST(ServerControl, SeveralServersAreIndependent) {
  TestServer one;
  TestServer two;
  TestClient first(one);
  TestClient second(two);
  first.login();
  second.login();
  first.upload("STOR f", "one");
  EXPECT_EQ(two.tree().content("/f"), std::nullopt);
  first.quit();
  one.stop();
  second.upload("STOR f", "two");
  EXPECT_EQ(two.server().sessions().size(), 1u);
  second.quit();
}

TEST(ServerControl, LooksFromManyThreadsWhileSessionsComeAndGo) {
  TestServer server(with_loops(2));
  std::atomic<bool> ends = false;
  std::vector<std::thread> threads;
  for (int i = 0; i < 3; ++i)
    threads.emplace_back([&] {
      while (!ends) {
        for (const SessionInfo& session : server.server().sessions())
          if (session.facts.user == "reader") server.server().kick(session.facts.id);
      }
    });
  for (int i = 0; i < 20; ++i) {
    TestClient client(server);
    client.login();
    client.upload("STOR f", octets(1000));
    client.quit();
    TestClient victim(server);
    victim.send("USER reader\r\nPASS secret");
    victim.expect_cut_off();
  }
  ends = true;
  for (std::thread& thread : threads) thread.join();
}

TEST(Timers, CallLaterCallsOnceAndEveryAgainAndAgain) {
  TestServer server;
  std::promise<void> once;
  std::atomic<int> calls = 0;
  std::promise<void> fifth;
  const auto begin = std::chrono::steady_clock::now();
  server.server().call_later(20ms, [&] { once.set_value(); });
  Timer every = server.server().call_every(5ms, [&] {
    if (++calls == 5) fifth.set_value();
  });
  once.get_future().get();
  EXPECT_GE(std::chrono::steady_clock::now() - begin, 20ms);
  fifth.get_future().get();
  EXPECT_GE(std::chrono::steady_clock::now() - begin, 25ms);
  EXPECT_TRUE(every.active());
  every.cancel();
  EXPECT_FALSE(every.active());
  server.stop();
  const int last = calls;
  EXPECT_GE(last, 5);
  every.cancel();
}

TEST(Timers, OneThatIsCalledOffIsNotCalled) {
  TestServer server;
  std::atomic<bool> called = false;
  std::promise<void> later;
  Timer timer = server.server().call_later(10ms, [&] { called = true; });
  timer.cancel();
  server.server().call_later(20ms, [&] { later.set_value(); });
  later.get_future().get();
  EXPECT_FALSE(called);
  EXPECT_FALSE(Timer().active());
}

TEST(Timers, ThatThrowAreLoggedAndGoOn) {
  std::atomic<int> failures = 0;
  ServerSetup setup;
  setup.configure = [&](Config& config) {
    config.log = [&](const LogRecord& record) {
      if (record.event == "timer_failed") ++failures;
    };
  };
  TestServer server(setup);
  std::promise<void> third;
  int calls = 0;
  Timer timer = server.server().call_every(1ms, [&] {
    if (++calls == 3) third.set_value();
    throw std::runtime_error("a bug");
  });
  third.get_future().get();
  timer.cancel();
  server.stop();
  EXPECT_GE(failures, 2);
}

TEST(Timers, BeforeTheStartWaitForIt) {
  auto users = std::make_shared<StaticUsers>();
  Config config;
  config.interface = "127.0.0.1";
  config.port = 0;
  config.threads = 1;
  config.authenticator = users;
  Server server(config);
  std::promise<void> called;
  server.call_later(0ms, [&] { called.set_value(); });
  server.start();
  called.get_future().get();
  server.stop();
  server.call_later(0ms, [] {});  // nothing happens any more
}

}  // namespace
}  // namespace ferry::test
