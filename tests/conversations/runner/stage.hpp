// Where a conversation takes place: the server with its files, the clients, and a record of what was said.
#pragma once

#include <ferry/permissions.hpp>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "expectation.hpp"
#include "support/test_client.hpp"
#include "support/test_server.hpp"

namespace ferry::test {

// What the "given" lines say.
struct Givens {
  ServerSetup server;
  std::vector<StorageKind> storages{StorageKind::memory, StorageKind::local};
  std::vector<std::function<void(Config&)>> options;
  std::vector<std::function<void(TestTree&)>> files;
  std::map<std::string, Account> users;  // beside those of TestServer, with their tree; the password is "secret"
  TlsClientOptions client_tls;
};

class Stage {
 public:
  Stage(const Givens& givens, StorageKind storage);

  TestServer& server() { return *server_; }
  // The client that speaks. At its first use without connect() it connects and takes the greeting.
  TestClient& client();
  // A further client, or a first one whose greeting the conversation wants to see itself.
  void connect(const std::string& name, ClientOptions options);
  void choose(const std::string& name);
  void hang_up();

  void say(std::string_view line);
  void check_reply(const std::vector<int>& codes, bool multi_line, const Expectation& wanted);
  void check_data(const Expectation& wanted);
  // Keeps the last word of the last reply as ${name}.
  void capture(const std::string& name);
  // Fills in ${name} of what was captured.
  std::string expand(std::string_view text) const;
  void note(std::string line) { said_.push_back(std::move(line)); }

  // Says good-bye with every client that is still there: QUIT must give exactly one 221 and the end.
  void finish();
  std::string transcript() const;

 private:
  ClientOptions default_client_;
  std::unique_ptr<TestServer> server_;
  std::map<std::string, std::unique_ptr<TestClient>> clients_;
  std::string name_ = "first";
  std::map<std::string, std::string, std::less<>> variables_;
  Reply last_reply_;
  std::vector<std::string> said_;
};

}  // namespace ferry::test
