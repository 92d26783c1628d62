// Where the tasks of one session run: on its loop, and on the pool what may block there. Keeps an eye on the latter: a
// call that does not return would hold the session for ever.
#pragma once

#include <functional>
#include <memory>

#include <ferry/task.hpp>

#include "net/loop.hpp"

namespace ferry {

class Session;

class SessionExecutor final : public Executor {
 public:
  explicit SessionExecutor(Session& session);
  SessionExecutor(const SessionExecutor&) = delete;
  SessionExecutor& operator=(const SessionExecutor&) = delete;

  void post(std::move_only_function<void()> work) override;
  void post_blocking(std::move_only_function<void()> work) override;

 private:
  void look_when_due(Clock::time_point since);
  // Tells the session where one of its calls has not returned for Timeouts::blocking_call.
  void look();

  Session& session_;
  std::unique_ptr<Deadline> look_;  // null where no call has been made yet, as in many an idle session
  bool looks_ = false;
};

}  // namespace ferry
