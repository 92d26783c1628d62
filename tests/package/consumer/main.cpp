// A program of somebody else's: uses a part of each library that lies in a source file of ferry's.
#include <ferry/server.hpp>
#include <ferry/testing/test_server.hpp>

int main() {
  auto users = std::make_shared<ferry::StaticUsers>();
  ferry::Account account;
  account.files = ferry::memory_file_system();
  users->allow_anonymous(account);

  ferry::Config config;
  config.interface = "127.0.0.1";
  config.port = 0;
  config.authenticator = users;
  ferry::Server server(config);
  server.start();

  ferry::testing::TestServer test_server;
  test_server.put("/hello.txt", "hello\n");

  // An exception crosses from the library's code to this program's.
  bool refused = false;
  try {
    config.encoding = "no such one";
    const ferry::Server other(config);
  } catch (const ferry::ConfigError&) {
    refused = true;
  }
  return server.port() != 0 && test_server.content("/hello.txt") == "hello\n" && refused ? 0 : 1;
}
