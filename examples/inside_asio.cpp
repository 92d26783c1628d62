// ferry in a program that has an event loop of its own, here Asio's: the server works on its threads, and what it tells
// comes to the program's loop, as one more handler among the others. So the program's own state needs no locks.
//
//     $ ./inside_asio
//     ftp://127.0.0.1:40123 takes uploads from anonymous
//     1 upload so far: /tea.txt
#define ASIO_STANDALONE
#include <asio.hpp>
#include <iostream>
#include <memory>
#include <utility>

#include <ferry/event_functions.hpp>
#include <ferry/server.hpp>

namespace {

// Where ferry calls its events: on the program's loop. Work that blocks goes to a pool of the program's.
class AsioExecutor final : public ferry::Executor {
 public:
  explicit AsioExecutor(asio::io_context& loop) : loop_(loop) {}
  void post(std::move_only_function<void()> work) override { asio::post(loop_, std::move(work)); }
  void post_blocking(std::move_only_function<void()> work) override { asio::post(pool_, std::move(work)); }

 private:
  asio::io_context& loop_;
  asio::thread_pool pool_{2};
};

}  // namespace

int main() {
  asio::io_context loop;

  // The program's own state, used on its loop only.
  int uploads = 0;
  const auto events = std::make_shared<ferry::EventFunctions>();
  events->on_file_received = [&uploads](const ferry::TransferResult& upload) {
    ++uploads;
    std::cout << uploads << (uploads == 1 ? " upload" : " uploads") << " so far: " << upload.path.text() << '\n'
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
  config.events_executor = std::make_shared<AsioExecutor>(loop);
  ferry::Server server(config);
  server.start();
  std::cout << "ftp://127.0.0.1:" << server.port() << " takes uploads from anonymous\n" << std::flush;

  // The program goes on with what it does; here it waits for the end of its input. The server is stopped on a thread of
  // its own, as its last events come to this loop.
  asio::posix::stream_descriptor input(loop, 0);
  std::thread stopper;
  input.async_wait(asio::posix::stream_descriptor::wait_read, [&](const asio::error_code&) {
    stopper = std::thread([&] {
      server.stop();
      loop.stop();
    });
  });
  const auto work = asio::make_work_guard(loop);
  loop.run();
  stopper.join();
}
