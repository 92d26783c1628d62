// Puts the rooms together: checks the configuration, opens the ports, gives each connection to a loop, and stops.

#include <ferry/server.hpp>

#include <sched.h>
#include <sys/socket.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <vector>

#include "server/acceptor.hpp"
#include "server/check_config.hpp"
#include "server/loop_thread.hpp"
#include "server/session_register.hpp"
#include "session/services.hpp"

namespace ferry {

namespace {

constexpr std::size_t default_blocking_threads = 16;

std::size_t loop_count(const Config& config) {
  if (config.threads > 0) return config.threads;
  cpu_set_t usable;
  CPU_ZERO(&usable);
  if (::sched_getaffinity(0, sizeof usable, &usable) != 0) return 1;
  return static_cast<std::size_t>(std::max(1, CPU_COUNT(&usable)));
}

std::shared_ptr<const TlsContext> load_tls(const TlsConfig& tls) {
  auto context = TlsContext::make(tls);
  if (!context) throw ConfigError(context.error());
  return *context;
}

}  // namespace

class Server::Impl {
 public:
  explicit Impl(Config config)
      : services_(checked(std::move(config))),
        pool_(services_.config.blocking_threads > 0 ? services_.config.blocking_threads : default_blocking_threads),
        sessions_(services_.config.limits) {
    if (services_.config.tls) services_.tls.set(load_tls(*services_.config.tls));
  }

  ~Impl() { stop(std::chrono::milliseconds(0)); }

  void start() {
    const std::lock_guard lock(mutex_);
    if (state_ != State::fresh) return;
    const Config& config = services_.config;
    for (std::size_t i = 0; i < loop_count(config); ++i)
      loops_.push_back(std::make_unique<LoopThread>(pool_, services_, sessions_));
    try {
      if (config.plain_port) port_ = open(config.port, false);
      if (config.tls && config.tls->implicit_port) implicit_port_ = open(*config.tls->implicit_port, true);
    } catch (...) {
      acceptors_.clear();
      loops_.clear();
      throw;
    }
    for (auto& loop : loops_) loop->start();
    for (auto& acceptor : acceptors_) acceptor->start();
    state_ = State::running;
  }

  void run() {
    start();
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return state_ == State::stopped; });
  }

  void stop(std::chrono::milliseconds grace) {
    const auto until = SessionRegister::Clock::now() + grace;
    {
      std::unique_lock lock(mutex_);
      if (state_ == State::stopping) {
        if (until < cut_at_) sessions_.limit_wait(cut_at_ = until);
        changed_.wait(lock, [this] { return state_ == State::stopped; });
      }
      if (state_ != State::running) {
        state_ = State::stopped;
        return;
      }
      state_ = State::stopping;
      sessions_.limit_wait(cut_at_ = until);
    }
    for (auto& acceptor : acceptors_) acceptor->stop();
    for (auto& loop : loops_) loop->end_sessions_gracefully();
    if (!sessions_.wait_until_empty()) {
      for (auto& loop : loops_) loop->cut_sessions();
      sessions_.limit_wait(SessionRegister::Clock::time_point::max());
      sessions_.wait_until_empty();
    }
    for (auto& loop : loops_) loop->stop();
    const std::lock_guard lock(mutex_);
    acceptors_.clear();
    loops_.clear();
    state_ = State::stopped;
    changed_.notify_all();
  }

  std::uint16_t port() const {
    const std::lock_guard lock(mutex_);
    return port_;
  }

  std::uint16_t implicit_tls_port() const {
    const std::lock_guard lock(mutex_);
    return implicit_port_;
  }

  void reload_certificates() {
    if (services_.config.tls) services_.tls.set(load_tls(*services_.config.tls));
  }

  Statistics statistics() const {
    return {.sessions_now = sessions_.now(),
            .sessions_total = sessions_.total(),
            .octets_sent = services_.counters.octets_sent.load(),
            .octets_received = services_.counters.octets_received.load()};
  }

 private:
  enum class State { fresh, running, stopping, stopped };

  std::uint16_t open(std::uint16_t port, bool implicit_tls) {
    auto listening = listen_on(listening_address(services_.config), port, SOMAXCONN);
    if (!listening) throw ConfigError((implicit_tls ? "implicit_port: " : "port: ") + listening.error());
    auto& [descriptor, local] = *listening;
    acceptors_.push_back(std::make_unique<Acceptor>(loops_, services_, sessions_, next_session_, std::move(descriptor),
                                                    local, implicit_tls));
    return local.port;
  }

  Services services_;
  WorkerPool pool_;
  SessionRegister sessions_;
  std::atomic<std::uint64_t> next_session_{1};

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  State state_ = State::fresh;
  SessionRegister::Clock::time_point cut_at_{};
  std::uint16_t port_ = 0;
  std::uint16_t implicit_port_ = 0;
  std::vector<std::unique_ptr<LoopThread>> loops_;
  std::vector<std::unique_ptr<Acceptor>> acceptors_;  // before loops_ in destruction
};

Server::Server(Config config) : impl_(std::make_unique<Impl>(std::move(config))) {}
Server::~Server() = default;
void Server::start() { impl_->start(); }
void Server::run() { impl_->run(); }
void Server::stop(std::chrono::milliseconds grace) { impl_->stop(grace); }
std::uint16_t Server::port() const { return impl_->port(); }
std::uint16_t Server::implicit_tls_port() const { return impl_->implicit_tls_port(); }
void Server::reload_certificates() { impl_->reload_certificates(); }
Statistics Server::statistics() const { return impl_->statistics(); }

}  // namespace ferry
