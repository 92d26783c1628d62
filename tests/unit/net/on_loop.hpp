// Runs coroutines on a real event loop, on the calling thread, for tests of what lives on one.
#pragma once

#include <gtest/gtest.h>

#include <exception>
#include <optional>
#include <utility>

#include "base/worker_pool.hpp"
#include "net/loop.hpp"

// ASSERT_TRUE for a coroutine.
#define CO_ASSERT_TRUE(condition)                \
  if (!(condition)) {                            \
    ADD_FAILURE() << "not true: " << #condition; \
    co_return;                                   \
  }

namespace ferry::test {

// `body` is a function of (Loop&) that returns a Task<void>; the loop runs until that task has ended.
template <typename F>
void on_loop(F body) {
  WorkerPool pool(2);
  Loop loop(pool);
  std::exception_ptr error;
  loop.post([&] {
    spawn(loop, body(loop), [&](const std::exception_ptr& e) {
      error = e;
      loop.stop();
    });
  });
  loop.run();
  if (error) std::rethrow_exception(error);
}

// A task that runs beside the one that started it, which must await the result.
template <typename T>
class Beside {
 public:
  Beside(Loop& loop, Task<T> task) : ended_(loop) {
    spawn(loop, keep(std::move(task)), [this](const std::exception_ptr& error) {
      error_ = error;
      done_ = true;
      ended_.set();
    });
  }
  Beside(const Beside&) = delete;
  Beside& operator=(const Beside&) = delete;

  bool done() const { return done_; }

  Task<T> result() {
    co_await ended_.wait();
    if (error_) std::rethrow_exception(error_);
    co_return std::move(*value_);
  }

 private:
  Task<void> keep(Task<T> task) { value_.emplace(co_await task); }

  Signal ended_;
  std::optional<T> value_;
  std::exception_ptr error_;
  bool done_ = false;
};

}  // namespace ferry::test
