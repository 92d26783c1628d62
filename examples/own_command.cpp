// A command of one's own, SITE TOUCH: makes an empty file. The row says what it needs and what it may answer; the
// checks, HELP and the log follow from it.
//
//     $ ./own_command
//     anonymous can say "SITE TOUCH name" at ftp://127.0.0.1:40123
#include <cstdio>
#include <iostream>
#include <memory>
#include <string_view>

#include <ferry/server.hpp>

namespace {

ferry::Task<ferry::CommandReply> touch(ferry::CommandSession& session, std::string_view argument) {
  const ferry::FtpPath path = session.resolve(argument);
  const auto files = session.files();
  const ferry::StoreRequest request{.mode = ferry::StoreMode::append};  // leaves the content of a file that is there
  auto sink = co_await files->open_write(path, request);
  if (!sink) co_return ferry::CommandReply{550, "It cannot be made there."};
  auto done = co_await (*sink)->start();
  if (done) done = co_await (*sink)->commit();
  if (!done) co_return ferry::CommandReply{550, "It cannot be made there."};
  co_return ferry::CommandReply{250, path.text() + " is there."};
}

}  // namespace

int main() {
  ferry::Account account;
  account.files = ferry::memory_file_system();
  account.permissions = ferry::Permissions::all();
  const auto users = std::make_shared<ferry::StaticUsers>();
  users->allow_anonymous(account);

  ferry::Config config;
  config.interface = "127.0.0.1";
  config.port = 0;
  config.authenticator = users;
  config.commands.push_back({.verb = "SITE TOUCH",
                             .run = touch,
                             .argument = ferry::ArgumentRule::required,
                             .needs = ferry::Permission::store,
                             .replies = {250, 550},
                             .help = "SITE TOUCH <SP> pathname"});
  ferry::Server server(config);
  server.start();
  std::cout << "anonymous can say \"SITE TOUCH name\" at ftp://127.0.0.1:" << server.port() << '\n' << std::flush;
  while (std::getchar() != EOF) {
  }
}
