// Puts the rooms together: checks the configuration, opens the ports, gives each connection to a loop, and stops.

#include <ferry/server.hpp>

#include <sched.h>
#include <sys/socket.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <future>
#include <mutex>
#include <vector>

#include "server/acceptor.hpp"
#include "server/check_config.hpp"
#include "server/driven_loop.hpp"
#include "server/loop_thread.hpp"
#include "server/loops_roster.hpp"
#include "server/session_register.hpp"
#include "server/timers.hpp"
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

std::shared_ptr<const TlsContext> load_tls(const Config& config) {
  auto context = TlsContext::make(*config.tls, config.hosts);
  if (!context) throw ConfigError(context.error());
  return *context;
}

}  // namespace

class Server::Impl {
 public:
  explicit Impl(Config config)
      : services_(checked(std::move(config))),
        timers_(services_.config),
        pool_(services_.config.blocking_threads > 0 ? services_.config.blocking_threads : default_blocking_threads,
              services_.config.timeouts.blocking_call),
        sessions_(services_.config.limits) {
    services_.roster = &roster_;
    if (services_.config.tls) services_.tls.set(load_tls(services_.config));
  }

  ~Impl() { stop(std::chrono::milliseconds(0)); }

  void bind() {
    const std::lock_guard lock(mutex_);
    if (state_ == State::fresh) open_ports();
  }

  void start() { start_loops(Serves::on_own_threads, "start"); }

  void start_driven() { start_loops(Serves::when_driven, "start_driven"); }

  int native_handle() const {
    const std::lock_guard lock(mutex_);
    return driven_ ? driven_->handle() : -1;
  }

  std::optional<std::size_t> poll_once() {
    {
      const std::lock_guard lock(mutex_);
      if (state_ == State::stopped) return std::nullopt;
      if (!driven_) throw ConfigError("poll_once: this server is not driven; call start_driven() first");
    }
    return driven_->poll_once();
  }

  void run() {
    if (start_loops(Serves::on_callers_thread, "run")) {
      loops_.front()->run();
      const std::lock_guard lock(mutex_);
      caller_runs_ = false;
      changed_.notify_all();
    }
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
        if (state_ == State::bound) close_ports();
        state_ = State::stopped;
        changed_.notify_all();
        return;
      }
      state_ = State::stopping;
      sessions_.limit_wait(cut_at_ = until);
    }
    stop_accepting();
    for (auto& loop : loops_) loop->end_sessions_gracefully();
    if (!wait_until_empty()) {
      for (auto& loop : loops_) loop->cut_sessions();
      sessions_.limit_wait(SessionRegister::Clock::time_point::max());
      wait_until_empty();
    }
    wait_for_visitors();
    if (driven_) driven_->end();
    for (auto& loop : loops_) loop->stop();
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return !caller_runs_; });
    }
    timers_.detach();
    {
      const std::lock_guard closing(acceptors_mutex_);
      acceptors_.clear();
    }
    const std::lock_guard lock(mutex_);
    if (!driven_) loops_.clear();  // the driver may still be watching the handle
    state_ = State::stopped;
    changed_.notify_all();
  }

  bool drain(std::chrono::milliseconds grace) {
    {
      const std::lock_guard lock(mutex_);
      if (state_ != State::running && state_ != State::stopping) return true;
    }
    stop_accepting();
    const auto until = SessionRegister::Clock::now() + grace;
    if (driven_) driven_->serve_until([this] { return sessions_.now() == 0; }, until);
    return sessions_.wait_until_empty(until);
  }

  Task<std::vector<SessionInfo>> list_sessions() {
    std::vector<SessionInfo> all;
    if (!begin_visit()) co_return all;
    Executor& home = co_await current_executor();
    all = co_await roster_.list_there();
    end_visit();
    co_await resume_on(home);
    co_return all;
  }

  std::vector<SessionInfo> sessions() {
    std::vector<SessionInfo> all;
    if (begin_visit()) visit(keep(roster_.list_there(), all));
    return all;
  }

  bool kick(std::uint64_t session, std::string text) {
    bool found = false;
    if (begin_visit()) visit(keep(roster_.kick(session, std::move(text)), found));
    return found;
  }

  Timer add_timer(std::chrono::milliseconds delay, std::chrono::milliseconds interval, std::function<void()> function) {
    return timers_.add(delay, interval, std::move(function));
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
    if (services_.config.tls) services_.tls.set(load_tls(services_.config));
  }

  Statistics statistics() const {
    return {.sessions_now = sessions_.now(),
            .sessions_total = sessions_.total(),
            .octets_sent = services_.counters.octets_sent.load(),
            .octets_received = services_.counters.octets_received.load(),
            .calls_hanging = pool_.hanging()};
  }

 private:
  enum class State { fresh, bound, running, stopping, stopped };

  enum class Serves { on_own_threads, on_callers_thread, when_driven };

  // False where the server had been started before.
  bool start_loops(Serves serves, const char* called) {
    const std::lock_guard lock(mutex_);
    const bool driven = serves == Serves::when_driven;
    if (state_ == State::fresh) open_ports();
    if (state_ != State::bound) {
      if (driven != (driven_ != nullptr) && state_ != State::stopped) throw ConfigError(started_otherwise(called));
      return false;
    }
    if (driven) {
      loops_.resize(1);  // whatever Config::threads says
      driven_ = std::make_unique<DrivenLoop>(loops_.front()->loop());
    }
    // The first loop gets no thread where somebody else serves on it.
    for (auto& loop : loops_)
      if (serves == Serves::on_own_threads || loop != loops_.front()) loop->start();
    for (auto& acceptor : acceptors_) acceptor->start();
    tell_of_kernel_tls();
    timers_.attach(loops_.front()->loop());
    caller_runs_ = serves == Serves::on_callers_thread;
    loops_may_be_visited_ = true;
    state_ = State::running;
    return true;
  }

  void open_ports() {
    const Config& config = services_.config;
    for (std::size_t i = 0; i < loop_count(config); ++i)
      loops_.push_back(std::make_unique<LoopThread>(pool_, services_, sessions_));
    try {
      if (config.plain_port) port_ = open(config.port, false);
      if (config.tls && config.tls->implicit_port) implicit_port_ = open(*config.tls->implicit_port, true);
    } catch (...) {
      close_ports();
      throw;
    }
    state_ = State::bound;
  }

  // Before anybody serves.
  void close_ports() {
    acceptors_.clear();
    loops_.clear();
  }

  std::string started_otherwise(const std::string& called) const {
    return called + (driven_ ? ": this server is driven by poll_once() already" : ": this server has threads already") +
           "; call only one of start(), run() and start_driven()";
  }

  void tell_of_kernel_tls() const {
    if (!services_.config.tls || !services_.config.tls->kernel_tls) return;
    services_.log.write(
        {.event = "kernel_tls",
         .text = services_.kernel_tls
                     ? "The kernel encrypts downloads."
                     : "This kernel has no TLS of its own (module tls); ferry encrypts downloads itself."});
  }

  void stop_accepting() {
    const std::lock_guard lock(acceptors_mutex_);
    for (auto& acceptor : acceptors_)
      if (std::future<void> closed = acceptor->stop(); closed.valid()) wait_for(closed);
  }

  // A loop does it; the loop of a driven server is served here meanwhile, as in the next two.
  void wait_for(std::future<void>& done) {
    const auto ready = [&] { return done.wait_for(std::chrono::seconds(0)) == std::future_status::ready; };
    if (driven_ && !ready()) driven_->serve_until(ready);
    done.wait();
  }

  bool wait_until_empty() {
    if (driven_) driven_->serve_until([this] { return sessions_.wait_is_over(); });
    return sessions_.wait_until_empty();
  }

  // No more come.
  void wait_for_visitors() {
    {
      const std::lock_guard lock(mutex_);
      loops_may_be_visited_ = false;
    }
    const auto nobody_is_here = [this] {
      const std::lock_guard lock(mutex_);
      return visits_ == 0;
    };
    if (driven_) driven_->serve_until(nobody_is_here);
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return visits_ == 0; });
  }

  // Between these two the loops run on.
  bool begin_visit() {
    const std::lock_guard lock(mutex_);
    if (loops_may_be_visited_) ++visits_;
    return loops_may_be_visited_;
  }
  void end_visit() {
    const std::lock_guard lock(mutex_);
    if (--visits_ == 0) changed_.notify_all();
  }

  template <typename T>
  static Task<void> keep(Task<T> task, T& result) {
    result = co_await task;
  }

  // Runs `task` on a loop and waits for it; ends the visit. On the only loop there is, it runs at once.
  void visit(Task<void> task) {
    Loop& loop = loops_.front()->loop();
    std::promise<void> done;
    const auto begin = [&] { spawn(loop, std::move(task), [&](const std::exception_ptr&) { done.set_value(); }); };
    if (loop.runs_here())
      begin();
    else
      loop.post(begin);
    std::future<void> future = done.get_future();
    wait_for(future);
    end_visit();
  }

  std::uint16_t open(std::uint16_t port, bool implicit_tls) {
    auto listening = listen_on(listening_address(services_.config), port, SOMAXCONN);
    if (!listening) throw ConfigError((implicit_tls ? "implicit_port: " : "port: ") + listening.error());
    auto& [descriptor, local] = *listening;
    acceptors_.push_back(std::make_unique<Acceptor>(loops_, services_, sessions_, next_session_, std::move(descriptor),
                                                    local, implicit_tls));
    return local.port;
  }

  Services services_;
  Timers timers_;
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
  std::unique_ptr<DrivenLoop> driven_;                // before the server runs, and then as long as it lives
  std::mutex acceptors_mutex_;                        // while they are stopped
  std::vector<std::unique_ptr<Acceptor>> acceptors_;  // before loops_ in destruction
  LoopsRoster roster_{loops_};
  std::size_t visits_ = 0;             // of the roster, from outside of the sessions
  bool loops_may_be_visited_ = false;  // they run, and do not stop before the last visit has ended
  bool caller_runs_ = false;           // somebody is in run() and serves on the first loop
};

Server::Server(Config config) : impl_(std::make_unique<Impl>(std::move(config))) {}
Server::~Server() = default;
void Server::bind() { impl_->bind(); }
void Server::start() { impl_->start(); }
void Server::run() { impl_->run(); }
void Server::start_driven() { impl_->start_driven(); }
int Server::native_handle() const { return impl_->native_handle(); }
std::optional<std::size_t> Server::poll_once() { return impl_->poll_once(); }
void Server::stop(std::chrono::milliseconds grace) { impl_->stop(grace); }
bool Server::drain(std::chrono::milliseconds grace) { return impl_->drain(grace); }
std::vector<SessionInfo> Server::sessions() const { return impl_->sessions(); }
Task<std::vector<SessionInfo>> Server::list_sessions() const { return impl_->list_sessions(); }
bool Server::kick(std::uint64_t session, std::string_view text) { return impl_->kick(session, std::string(text)); }

std::size_t Server::kick_user(std::string_view user, std::string_view text) {
  std::size_t count = 0;
  for (const SessionInfo& session : sessions())
    if (session.facts.user == user && kick(session.facts.id, text)) ++count;
  return count;
}

Timer Server::call_later(std::chrono::milliseconds delay, std::function<void()> function) {
  return impl_->add_timer(delay, std::chrono::milliseconds(0), std::move(function));
}

Timer Server::call_every(std::chrono::milliseconds interval, std::function<void()> function) {
  const auto step = std::max(interval, std::chrono::milliseconds(1));
  return impl_->add_timer(step, step, std::move(function));
}

std::uint16_t Server::port() const { return impl_->port(); }
std::uint16_t Server::implicit_tls_port() const { return impl_->implicit_tls_port(); }
void Server::reload_certificates() { impl_->reload_certificates(); }
Statistics Server::statistics() const { return impl_->statistics(); }

}  // namespace ferry
