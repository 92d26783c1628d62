// An FTP server in your program:
//
//     ferry::Config config;
//     config.port = 0;
//     config.authenticator = users;
//     ferry::Server server(config);
//     server.start();
//     connect_to(server.port());
//
// Two ways to serve: start() on threads of the server's own, or run() with the calling thread among them.
//
// Threads: every function may be called from any thread, where it does not say otherwise. Those that wait for the
//          server's event loops (stop, drain, sessions, kick) may not be called on one of them: from a coroutine there,
//          such as an Authenticator's, await list_sessions() instead. Servers are independent of each other.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
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

  // Stops in three steps: accept no more; 421 to the idle sessions and `grace` for the running transfers to end; cut
  // the rest. Returns when all sessions have ended. A second call with a shorter grace, from another thread, shortens
  // it.
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
