// Calls what the embedder gave us (Events, an UploadInspector) on their executor, and lets the session wait for it.
#pragma once

#include <memory>
#include <optional>
#include <type_traits>

#include <ferry/config.hpp>
#include <ferry/events.hpp>

#include "base/logger.hpp"

namespace ferry {

class EventTeller {
 public:
  EventTeller(const Config& config, const Logger& log)
      : events_(config.events), executor_(config.events_executor), on_loop_(config.events_on_loop), log_(log) {}

  bool anybody_listens() const { return events_ != nullptr; }

  // `co_await teller.tell(facts, [](Events& to, const SessionFacts& facts) { return to.connected(facts); })`: returns
  // when the event has been dealt with. `facts` is a function: where nobody listens, it is not even called.
  template <typename Facts, typename F>
  auto tell(Facts facts, F call) const {
    return Telling<Facts, F>(*this, std::move(facts), std::move(call));
  }

  // `co_await teller.run_there(task)`: runs a task of the embedder's where events are called. False where it ended with
  // an exception, which is logged.
  Task<bool> run_there(Task<void> task) const {
    Visit visit(*this, std::move(task));
    co_return co_await visit;
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

  // Runs a task on the embedder's executor and resumes the awaiting coroutine at home.
  class Visit {
   public:
    Visit(const EventTeller& teller, Task<void> task) : teller_(teller), task_(std::move(task)) {}

    bool await_ready() const noexcept { return false; }
    template <typename P>
    void await_suspend(std::coroutine_handle<P> h) {
      Executor* const home = detail::executor_of(h);
      if (teller_.on_loop_) {
        begin(*home, *home, h);
        return;
      }
      Executor* const there = teller_.executor_ ? teller_.executor_.get() : &pool_.emplace(*home);
      there->post([this, home, there, h] { begin(*there, *home, h); });
    }
    bool await_resume() const noexcept { return succeeded_; }

   private:
    void begin(Executor& there, Executor& home, std::coroutine_handle<> h) {
      spawn(there, std::move(task_), [this, &home, h](const std::exception_ptr& error) {
        succeeded_ = !error;
        if (error) teller_.log_failure();
        home.post([h] { h.resume(); });
      });
    }

    const EventTeller& teller_;
    Task<void> task_;
    std::optional<Pool> pool_{};
    bool succeeded_ = false;
  };

  template <typename Facts, typename F>
  struct Telling {
    const EventTeller& teller;
    Facts make_facts;
    F call;
    std::optional<std::invoke_result_t<Facts&>> facts{};
    std::optional<Visit> visit{};

    Telling(const EventTeller& t, Facts make, F f) : teller(t), make_facts(std::move(make)), call(std::move(f)) {}

    bool await_ready() const noexcept { return !teller.anybody_listens(); }
    template <typename P>
    void await_suspend(std::coroutine_handle<P> h) {
      facts.emplace(make_facts());
      visit.emplace(teller, run());
      visit->await_suspend(h);
    }
    void await_resume() const noexcept {}

    Task<void> run() { co_await call(*teller.events_, *facts); }
  };

  void log_failure() const {
    log_.write(
        {.level = LogLevel::error, .event = "event_failed", .text = "An event handler ended with an exception."});
  }

  std::shared_ptr<Events> events_;
  std::shared_ptr<Executor> executor_;  // null: where blocking work runs
  bool on_loop_;
  const Logger& log_;
};

}  // namespace ferry
