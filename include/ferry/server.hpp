// An FTP server in your program:
//
//     ferry::Config config;
//     config.port = 0;
//     config.authenticator = users;
//     ferry::Server server(config);
//     server.start();
//     connect_to(server.port());
//
// Threads: every function may be called from any thread. Servers are independent of each other.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>

#include <ferry/config.hpp>

namespace ferry {

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

  // Binds the ports and serves on threads of the server's own; returns when clients can connect. Throws ConfigError
  // when a port cannot be had. A second call does nothing.
  void start();

  // start(), then waits until somebody calls stop().
  void run();

  // Stops in three steps: accept no more; 421 to the idle sessions and `grace` for the running transfers to end; cut
  // the rest. Returns when all sessions have ended. A second call with a shorter grace, from another thread, shortens
  // it.
  void stop(std::chrono::milliseconds grace = std::chrono::seconds(10));

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
