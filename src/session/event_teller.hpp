// Calls the embedder's Events on their executor, and lets the session wait for it.
#pragma once

#include <memory>

#include <ferry/config.hpp>
#include <ferry/events.hpp>

#include "base/logger.hpp"

namespace ferry {

class EventTeller {
 public:
  // Without an executor of the embedder's, events are called where blocking work runs.
  EventTeller(std::shared_ptr<Events> events, std::shared_ptr<Executor> executor, const Logger& log)
      : events_(std::move(events)), executor_(std::move(executor)), log_(log) {}

  bool anybody_listens() const { return events_ != nullptr; }

  // `co_await teller.tell([&](Events& events) { return events.connected(facts); })`: returns when the event has been
  // dealt with; at once where nobody listens.
  template <typename F>
  auto tell(F call) const {
    return Telling<F>{*this, std::move(call)};
  }

 private:
  // Where blocking work runs, as an executor of its own.
  class Pool final : public Executor {
   public:
    explicit Pool(Executor& loop) : loop_(loop) {}
    void post(std::move_only_function<void()> work) override { loop_.post_blocking(std::move(work)); }
    void post_blocking(std::move_only_function<void()> work) override { loop_.post_blocking(std::move(work)); }

   private:
    Executor& loop_;
  };

  template <typename F>
  struct Telling {
    const EventTeller& teller;
    F call;
    std::optional<Pool> pool{};

    Telling(const EventTeller& t, F f) : teller(t), call(std::move(f)) {}

    bool await_ready() const noexcept { return !teller.anybody_listens(); }
    template <typename P>
    void await_suspend(std::coroutine_handle<P> h) {
      Executor* const home = detail::executor_of(h);
      Executor* const there = teller.executor_ ? teller.executor_.get() : &pool.emplace(*home);
      there->post([this, home, there, h] {
        spawn(*there, run(), [this, home, h](const std::exception_ptr& error) {
          if (error) teller.log_failure();
          home->post([h] { h.resume(); });
        });
      });
    }
    void await_resume() const noexcept {}

    Task<void> run() { co_await call(*teller.events_); }
  };

  void log_failure() const {
    log_.write(
        {.level = LogLevel::error, .event = "event_failed", .text = "An event handler ended with an exception."});
  }

  std::shared_ptr<Events> events_;
  std::shared_ptr<Executor> executor_;
  const Logger& log_;
};

}  // namespace ferry
