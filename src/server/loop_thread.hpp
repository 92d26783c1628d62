// One event loop with its thread and the sessions that live on it.
#pragma once

#include <atomic>
#include <memory>
#include <thread>
#include <unordered_map>
#include <vector>

#include "net/loop.hpp"
#include "server/session_register.hpp"
#include "session/control_connection.hpp"

namespace ferry {

class LoopThread {
 public:
  LoopThread(WorkerPool& pool, Services& services, SessionRegister& sessions)
      : services_(services), register_(sessions), loop_(pool) {}
  ~LoopThread() { stop(); }

  void start();
  // Instead of start(): serves on the calling thread until stop().
  void run() { loop_.run(); }
  // All sessions must have ended.
  void stop();

  Loop& loop() { return loop_; }
  // Sessions that were given to this loop and have not ended. Any thread.
  std::size_t load() const { return load_.load(std::memory_order_relaxed); }

  // Begins a session, which the register has admitted; where there is no memory for it, its connection is closed. Any
  // thread.
  void adopt(std::uint64_t id, Descriptor descriptor, const Endpoint& peer, bool implicit_tls);

  // On the loop's thread.
  void describe_sessions(std::vector<SessionInfo>& out) const;
  bool kick(std::uint64_t session, std::string text);

  // Any thread.
  void end_sessions_gracefully();
  void cut_sessions();

 private:
  void begin(std::uint64_t id, Descriptor descriptor, const Endpoint& peer, bool implicit_tls);
  void count_end(const IpAddress& address);
  void refuse_without_memory(const IpAddress& address);

  Services& services_;
  SessionRegister& register_;
  Loop loop_;
  std::atomic<std::size_t> load_{0};
  std::unordered_map<std::uint64_t, std::unique_ptr<ControlConnection>> connections_;  // the loop's thread only
  std::thread thread_;
  bool ending_ = false;  // the loop's thread only
};

}  // namespace ferry
