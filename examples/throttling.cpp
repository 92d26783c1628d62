// Limits of bandwidth: for the server as a whole, for each session, and less for one user than for the others. The
// numbers are octets a second of what the data connections carry, in clear as under TLS.
//
//     $ ./throttling
//     alice (400 kB/s) and bob (100 kB/s) can log in at ftp://127.0.0.1:40123 with the password "wonderland"
#include <cstdio>
#include <iostream>
#include <memory>

#include <ferry/server.hpp>

int main() {
  ferry::Account account;
  account.files = ferry::memory_file_system();
  account.permissions = ferry::Permissions::all();
  const auto users = std::make_shared<ferry::StaticUsers>();
  users->add("alice", ferry::Secret("wonderland"), account);
  account.rates.user = {.down = 100'000, .up = 100'000};  // all of bob's sessions together
  users->add("bob", ferry::Secret("wonderland"), account);

  ferry::Config config;
  config.interface = "127.0.0.1";
  config.port = 0;
  config.authenticator = users;
  config.rates.session = {.down = 400'000, .up = 400'000};
  config.server_rate = {.down = 10'000'000, .up = 0};  // 0: no limit
  ferry::Server server(config);
  server.start();
  std::cout << "alice (400 kB/s) and bob (100 kB/s) can log in at ftp://127.0.0.1:" << server.port()
            << " with the password \"wonderland\"\n"
            << std::flush;
  while (std::getchar() != EOF) {
  }
}
