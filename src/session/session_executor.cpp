#include "session/session_executor.hpp"

#include <chrono>
#include <utility>

#include "session/session.hpp"

namespace ferry {

SessionExecutor::SessionExecutor(Session& session) : session_(session) {}

// The session may end before this returns.
void SessionExecutor::post(std::move_only_function<void()> work) { session_.loop().post(std::move(work)); }

void SessionExecutor::post_blocking(std::move_only_function<void()> work) {
  // One timer watches over all calls: it is not set anew by each. Calls that come from other threads (an embedder's
  // event that uses the pool) are made while one from here is waited for.
  if (!looks_ && session_.loop().runs_here()) look_when_due(Clock::now());
  session_.loop().pool().post(std::move(work), session_.id());
}

void SessionExecutor::look_when_due(Clock::time_point since) {
  // The pool counts from the moment when its thread began.
  constexpr auto late_begin = std::chrono::milliseconds(50);
  if (!look_) look_ = std::make_unique<Deadline>(session_.loop(), [this] { look(); });
  look_->set(since + session_.config().timeouts.blocking_call + late_begin);
  looks_ = true;
}

void SessionExecutor::look() {
  looks_ = false;
  const auto since = session_.loop().pool().waiting_since(session_.id());
  if (!since) return;
  if (Clock::now() - *since >= session_.config().timeouts.blocking_call)
    session_.on_hanging_call();
  else
    look_when_due(*since);
}

}  // namespace ferry
