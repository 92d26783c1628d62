// A program of somebody else's: includes every public header, starts a server, stops it.
#include <ferry/address.hpp>
#include <ferry/authenticator.hpp>
#include <ferry/config.hpp>
#include <ferry/error.hpp>
#include <ferry/filesystem.hpp>
#include <ferry/log.hpp>
#include <ferry/path.hpp>
#include <ferry/permissions.hpp>
#include <ferry/server.hpp>
#include <ferry/task.hpp>

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
  return server.port() != 0 ? 0 : 1;
}
