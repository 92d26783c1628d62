// ferry without threads of its own, in a program whose event loop is there already: here it is poll(2), over the
// program's input and the server's handle. All that ferry calls is called on that one thread, from poll_once().
//
//     $ ./driven_by_poll
//     ftp://127.0.0.1:40123 takes uploads from anonymous
//     /tea.txt, 1 octet, on the program's own thread
//
// The same with any other event loop: asio::posix::stream_descriptor(loop, server.native_handle()) and async_wait,
// uv_poll_init, g_unix_fd_add, QSocketNotifier.
#include <poll.h>

#include <iostream>
#include <memory>
#include <thread>

#include <ferry/event_functions.hpp>
#include <ferry/server.hpp>
#include <ferry/storages.hpp>

int main() {
  const std::thread::id own = std::this_thread::get_id();
  const auto events = std::make_shared<ferry::EventFunctions>();
  events->on_file_received = [own](const ferry::TransferResult& upload) {
    std::cout << upload.path.text() << ", " << upload.octets << (upload.octets == 1 ? " octet, on " : " octets, on ")
              << (std::this_thread::get_id() == own ? "the program's own thread" : "some thread") << '\n'
              << std::flush;
  };

  ferry::Account account;
  account.files = ferry::memory_file_system();
  account.permissions = ferry::Permissions::all();
  const auto users = std::make_shared<ferry::StaticUsers>();
  users->allow_anonymous(account);

  ferry::Config config;
  config.interface = "127.0.0.1";
  config.port = 0;
  config.authenticator = users;
  config.events = events;
  config.events_on_loop = true;  // events and timers too; they must not block then
  ferry::Server server(config);
  server.start_driven();
  std::cout << "ftp://127.0.0.1:" << server.port() << " takes uploads from anonymous\n" << std::flush;

  // The program's event loop. It ends with the program's input.
  for (;;) {
    pollfd watched[] = {{.fd = 0, .events = POLLIN, .revents = 0},
                        {.fd = server.native_handle(), .events = POLLIN, .revents = 0}};
    if (::poll(watched, 2, -1) < 0) continue;
    if (watched[0].revents != 0) break;
    if (watched[1].revents != 0) server.poll_once();
  }
  server.stop();  // serves the rest meanwhile, on this thread
}
