// An FTP server inside of another program: files in memory, one user, a port that the system chooses. It serves until
// its standard input ends.
//
//     $ ./minimal
//     alice can log in at ftp://127.0.0.1:40123 with the password "wonderland"
#include <cstdio>
#include <iostream>
#include <memory>

#include <ferry/server.hpp>

int main() {
  ferry::Account account;
  account.files = ferry::memory_file_system();
  account.permissions = ferry::Permissions::all();

  auto users = std::make_shared<ferry::StaticUsers>();
  users->add("alice", ferry::Secret("wonderland"), account);

  ferry::Config config;
  config.interface = "127.0.0.1";
  config.port = 0;
  config.authenticator = users;

  try {
    ferry::Server server(config);
    server.start();
    std::cout << "alice can log in at ftp://127.0.0.1:" << server.port() << " with the password \"wonderland\"\n"
              << std::flush;
    while (std::getchar() != EOF) {
    }
    server.stop();
  } catch (const ferry::ConfigError& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
}
