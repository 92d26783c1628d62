// An FTP server in your program:
//
//     ferry::Config config;
//     config.port = 0;
//     config.authenticator = users;
//     ferry::Server server(config);
//     server.start();
//     connect_to(server.port());
//
// Three ways to serve, of which a server takes one: start() on threads of the server's own; run(), with the calling
// thread among them; start_driven(), from within an event loop that the program has already:
//
//     server.start_driven();
//     // watch server.native_handle() for reading, beside the program's own descriptors; whenever it is readable:
//     server.poll_once();
//
// Threads: every function may be called from any thread, where it does not say otherwise. Those that wait for the
//          server's event loops (stop, drain, sessions, kick) may not be called on one of them: from a coroutine there,
//          such as an Authenticator's, await list_sessions() instead. Servers are independent of each other.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <ferry/config.hpp>
#include <ferry/export.hpp>
#include <ferry/session_info.hpp>
#include <ferry/timer.hpp>

namespace FERRY_API ferry {

struct Statistics {
  std::uint64_t sessions_now = 0;
  std::uint64_t sessions_total = 0;
  std::uint64_t octets_sent = 0;  // on data connections, as the file system counts them
  std::uint64_t octets_received = 0;
  // Pool threads that are in a call of the storage, the users or the events for longer than Timeouts::blocking_call.
  std::uint64_t calls_hanging = 0;
};

class Server {
 public:
  // Checks the configuration and reads the certificate. Throws ConfigError: one line that names the setting and the
  // remedy.
  explicit Server(Config config);
  // Like stop(0 s).
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // Binds the ports and serves nobody yet: the part of start() and run() that may need a privilege, for a program that
  // gives its privileges up in between (sandbox.hpp). Makes no thread. Whoever connects waits until start(). Throws
  // ConfigError when a port cannot be had. A second call does nothing.
  void bind();

  // Binds the ports and serves on threads of the server's own; returns when clients can connect. Throws ConfigError
  // when a port cannot be had. A second call does nothing.
  void start();

  // start(), with the calling thread as one of the event loops; returns when somebody has called stop(). After start()
  // it only waits.
  void run();

  // Binds the ports, and serves nobody but in poll_once(). There is one event loop and no thread for it, whatever
  // Config::threads says; only work that may block has its threads (Config::blocking_threads), and what is called there
  // (events, timers) unless Config::events_on_loop or Config::events_executor say otherwise. Throws ConfigError, also
  // where the server has been started in another way; start() and run() throw it after this. A second call does
  // nothing.
  void start_driven();
  // A descriptor that is readable whenever poll_once() has something to do: sessions, new connections, deadlines and
  // timers, calls from other threads. For poll, epoll and their like, by level, not by edge. It is the server's:
  // neither read nor close it. The same from start_driven() until the server's destruction; -1 before.
  int native_handle() const;
  // Does what is ready now, without waiting, and returns how many things that were. No value when the server has been
  // stopped: from then on the handle is readable for good, so take it out of your event loop. One thread at a time
  // serves: a call while another one does, or from a function that this one has called, does nothing and returns 0.
  // Throws ConfigError where there was no start_driven().
  //
  // stop(), drain(), sessions() and kick() serve as well while they wait for the event loop, on the thread that called
  // them: where your functions must run on one thread alone, call these there too, between two calls of poll_once().
  // To end without a pause in your event loop: drain(0 ms), poll_once() until statistics().sessions_now is 0, stop().
  std::optional<std::size_t> poll_once();

  // Stops in three steps: accept no more; 421 to the idle sessions and `grace` for the running transfers to end; cut
  // the rest. Returns when all sessions have ended. A second call with a shorter grace, from another thread, shortens
  // it. A call of the storage, the users or the events that does not return holds this up, as its thread cannot be
  // ended: make it return, or end the process.
  void stop(std::chrono::milliseconds grace = std::chrono::seconds(10));

  // Accepts no more, and lets the sessions go on until they end of their own accord. True when the last one has ended;
  // false when `grace` was over before: those that are left go on, until stop().
  bool drain(std::chrono::milliseconds grace);

  // Who is there now, in the order of their arrival.
  std::vector<SessionInfo> sessions() const;
  // The same for coroutines, on whatever executor they run.
  Task<std::vector<SessionInfo>> list_sessions() const;
  // Ends a session: its transfer is aborted, and the peer gets a 421 with this text (may be empty). False where there
  // is no such session any more.
  bool kick(std::uint64_t session, std::string_view text = {});
  // The same with all sessions of a user; returns how many there were.
  std::size_t kick_user(std::string_view user, std::string_view text = {});

  // Calls `function` once, after `delay`, where events are called (Config::events_executor). Timers run between start()
  // and stop(); one that is due before start() runs then. An exception from `function` is logged.
  Timer call_later(std::chrono::milliseconds delay, std::function<void()> function);
  // Calls it again and again, `interval` (at least 1 ms) from call to call. A call that takes longer than that delays
  // the next one; calls never overlap.
  Timer call_every(std::chrono::milliseconds interval, std::function<void()> function);

  // The bound ports; 0 before start(), and for a port that is not configured.
  std::uint16_t port() const;
  std::uint16_t implicit_tls_port() const;

  // Reads the certificate files again; new connections use them. Throws ConfigError and keeps the old ones where they
  // do not work.
  void reload_certificates();

  Statistics statistics() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace ferry
