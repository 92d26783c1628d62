#include "server/loop_thread.hpp"

#include <new>

namespace ferry {

void LoopThread::start() {
  thread_ = std::thread([this] { loop_.run(); });
}

void LoopThread::stop() {
  loop_.stop();
  if (thread_.joinable()) thread_.join();
}

void LoopThread::adopt(std::uint64_t id, Descriptor descriptor, const Endpoint& peer, bool implicit_tls) {
  load_.fetch_add(1, std::memory_order_relaxed);
  if (loop_.runs_here()) {
    begin(id, std::move(descriptor), peer, implicit_tls);
    return;
  }
  try {
    loop_.post([this, id, peer, implicit_tls, owned = std::move(descriptor)]() mutable {
      begin(id, std::move(owned), peer, implicit_tls);
    });
  } catch (const std::bad_alloc&) {
    refuse_without_memory(peer.address);
  }
}

void LoopThread::begin(std::uint64_t id, Descriptor descriptor, const Endpoint& peer, bool implicit_tls) {
  try {
    auto made = std::make_unique<ControlConnection>(id, loop_, services_, std::move(descriptor), peer, implicit_tls);
    ControlConnection& connection = *made;
    connections_.emplace(id, std::move(made));
    if (ending_) connection.end_gracefully();
    spawn(connection.executor(), connection.serve(), [this, &connection](const std::exception_ptr& error) {
      const std::uint64_t ended = connection.session().id();
      const IpAddress address = connection.session().peer().address;
      if (error)
        services_.log.write({.level = LogLevel::error,
                             .event = "error",
                             .session = ended,
                             .text = "A session ended with an exception."});
      connections_.erase(ended);
      count_end(address);
    });
  } catch (const std::bad_alloc&) {  // before anything of it ran
    connections_.erase(id);
    refuse_without_memory(peer.address);
  }
}

void LoopThread::count_end(const IpAddress& address) {
  load_.fetch_sub(1, std::memory_order_relaxed);
  register_.release(address);
}

void LoopThread::refuse_without_memory(const IpAddress& address) {
  count_end(address);
  services_.log.write({.level = LogLevel::error,
                       .event = "no_memory",
                       .text = "No memory is left for another session; its connection is closed."});
}

void LoopThread::describe_sessions(std::vector<SessionInfo>& out) const {
  for (const auto& [id, connection] : connections_) out.push_back(connection->session().info());
}

bool LoopThread::kick(std::uint64_t session, std::string text) {
  const auto found = connections_.find(session);
  if (found == connections_.end()) return false;
  found->second->kick(std::move(text));
  return true;
}

void LoopThread::end_sessions_gracefully() {
  loop_.post([this] {
    ending_ = true;
    for (auto& [id, connection] : connections_) connection->end_gracefully();
  });
}

void LoopThread::cut_sessions() {
  loop_.post([this] {
    for (auto& [id, connection] : connections_) connection->cut();
  });
}

}  // namespace ferry
