// Accepts control connections on one port and gives each to the loop with the fewest sessions.
#pragma once

#include <atomic>
#include <future>
#include <memory>
#include <vector>

#include "net/listener.hpp"
#include "server/loop_thread.hpp"

namespace ferry {

class Acceptor {
 public:
  // Runs on the first of `loops`. `next_session` numbers the sessions of the whole server.
  Acceptor(std::vector<std::unique_ptr<LoopThread>>& loops, Services& services, SessionRegister& sessions,
           std::atomic<std::uint64_t>& next_session, Descriptor listening, Endpoint local, bool implicit_tls);

  // Any thread but the loops'.
  void start();
  // Ready when the port is closed; not valid where there is nothing to wait for.
  std::future<void> stop();

 private:
  Task<void> accept_all();
  void take(Accepted accepted);
  LoopThread& least_loaded();

  std::vector<std::unique_ptr<LoopThread>>& loops_;
  Services& services_;
  SessionRegister& register_;
  std::atomic<std::uint64_t>& next_session_;
  bool implicit_tls_;
  Loop& loop_;
  std::unique_ptr<Listener> listener_;
  Signal pause_over_;
  std::promise<void> closed_;
  bool started_ = false;
};

}  // namespace ferry
