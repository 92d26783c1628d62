// A real server in this process, on the loopback and on ports that the system chose.
//
// Users: alice/secret may do everything, reader/secret and anonymous may read (elr). All of them see the same tree.
// A client's certificate suffices for the user whom its common name names, where the configuration asks for one. At
// its end a TestServer fails the test when the server logged an error: among other things it logs one when a handler
// gives a reply that its row of the command table does not have.
#pragma once

#include <ferry/server.hpp>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "support/log_keeper.hpp"
#include "support/test_tree.hpp"

namespace ferry::test {

struct ServerSetup {
  StorageKind storage = StorageKind::memory;
  std::string local_parent;              // where a local tree is made; empty: among the temporary files
  std::string address = "127.0.0.1";     // where to listen, as Config::interface
  std::string connect_to = "127.0.0.1";  // where clients connect to
  std::string login_message;
  std::string quit_message;
  // The last word on the configuration. Before it: one loop, TLS offered, no delay after a wrong password.
  std::function<void(Config&)> configure = [](Config&) {};
};

class TestServer {
 public:
  explicit TestServer(const ServerSetup& setup = {});
  ~TestServer();
  TestServer(const TestServer&) = delete;
  TestServer& operator=(const TestServer&) = delete;

  Endpoint endpoint() const;
  Endpoint implicit_tls_endpoint() const;
  Server& server() { return *server_; }
  TestTree& tree() { return *tree_; }
  StaticUsers& users() { return *users_; }
  std::vector<LogKeeper::Record> log() const { return log_->records(); }
  // Ends the server early: what the destructor does.
  void stop();

 private:
  IpAddress connect_to_;
  std::unique_ptr<TestTree> tree_;
  std::shared_ptr<StaticUsers> users_;
  std::shared_ptr<LogKeeper> log_;
  std::unique_ptr<Server> server_;
};

}  // namespace ferry::test
