// Task<T>: the coroutine that ferry's interfaces return, and the executor it runs on.
//
// A Task is lazy: it starts when it is awaited, and its caller outlives it, so it may take references. It is resumed
// only on the executor of the session that awaits it (one event loop, one thread), unless it awaits something of its
// own that resumes it elsewhere; such a coroutine goes back with `co_await resume_on(executor)`.
//
// Work that may block (a disk that hangs, a directory service) belongs on the pool:
//
//     const Row row = co_await ferry::run_blocking([&] { return database.find(name); });
//
// runs the function on a pool thread and continues on the session's loop. An exception passes through to the awaiter.
//
// g++ 12.2 destroys a temporary twice in `co_await f([captured]{...})` when f is a coroutine taking the closure by
// value, and in `co_await f(Aggregate{...})`: name such a temporary first. run_blocking is no coroutine and is safe.
#pragma once

#include <coroutine>
#include <exception>
#include <functional>
#include <optional>
#include <type_traits>
#include <utility>

#include <ferry/export.hpp>

namespace FERRY_API ferry {

// Where work runs. Both functions may be called from any thread.
class Executor {
 public:
  virtual ~Executor() = default;
  // Runs `work` soon on the executor's own thread, in the order of the calls.
  virtual void post(std::move_only_function<void()> work) = 0;
  // Runs `work` on a thread that may block.
  virtual void post_blocking(std::move_only_function<void()> work) = 0;
};

template <typename T = void>
class [[nodiscard]] Task;

namespace detail {

struct PromiseBase {
  std::coroutine_handle<> continuation;
  Executor* executor = nullptr;  // inherited from the awaiting coroutine
  std::exception_ptr exception;

  struct FinalAwaiter {
    bool await_ready() const noexcept { return false; }
    template <typename Promise>
    std::coroutine_handle<> await_suspend(std::coroutine_handle<Promise> h) const noexcept {
      const auto next = h.promise().continuation;
      return next ? next : std::noop_coroutine();
    }
    void await_resume() const noexcept {}
  };

  std::suspend_always initial_suspend() const noexcept { return {}; }
  FinalAwaiter final_suspend() const noexcept { return {}; }
  void unhandled_exception() noexcept { exception = std::current_exception(); }
};

template <typename T>
struct Promise : PromiseBase {
  std::optional<T> value;
  Task<T> get_return_object();
  template <typename U>
  void return_value(U&& u) {
    value.emplace(std::forward<U>(u));
  }
  T take() {
    if (exception) std::rethrow_exception(exception);
    return std::move(*value);
  }
};

template <>
struct Promise<void> : PromiseBase {
  Task<void> get_return_object();
  void return_void() const noexcept {}
  void take() const {
    if (exception) std::rethrow_exception(exception);
  }
};

template <typename P>
Executor* executor_of(std::coroutine_handle<P> h) {
  return h.promise().executor;
}

}  // namespace detail

template <typename T>
class [[nodiscard]] Task {
 public:
  using promise_type = detail::Promise<T>;
  using Handle = std::coroutine_handle<promise_type>;

  Task() = default;
  explicit Task(Handle h) : handle_(h) {}
  Task(Task&& other) noexcept : handle_(std::exchange(other.handle_, {})) {}
  Task& operator=(Task&& other) noexcept {
    if (this != &other) {
      if (handle_) handle_.destroy();
      handle_ = std::exchange(other.handle_, {});
    }
    return *this;
  }
  ~Task() {
    if (handle_) handle_.destroy();
  }

  struct Awaiter {
    Handle handle;
    bool await_ready() const noexcept { return false; }
    template <typename P>
    std::coroutine_handle<> await_suspend(std::coroutine_handle<P> caller) const noexcept {
      handle.promise().continuation = caller;
      handle.promise().executor = detail::executor_of(caller);
      return handle;
    }
    T await_resume() const { return handle.promise().take(); }
  };
  Awaiter operator co_await() const noexcept { return Awaiter{handle_}; }

 private:
  Handle handle_;
};

template <typename T>
Task<T> detail::Promise<T>::get_return_object() {
  return Task<T>(std::coroutine_handle<Promise>::from_promise(*this));
}
inline Task<void> detail::Promise<void>::get_return_object() {
  return Task<void>(std::coroutine_handle<Promise>::from_promise(*this));
}

namespace detail {

// The root of a chain of tasks: starts at once and frees itself at the end.
struct Detached {
  struct promise_type {
    Executor* executor = nullptr;
    template <typename... Rest>
    explicit promise_type(Executor& e, Rest&...) : executor(&e) {}
    Detached get_return_object() const noexcept { return {}; }
    std::suspend_never initial_suspend() const noexcept { return {}; }
    std::suspend_never final_suspend() const noexcept { return {}; }
    void return_void() const noexcept {}
    void unhandled_exception() noexcept { std::terminate(); }
  };
};

template <typename Done>
Detached run_detached([[maybe_unused]] Executor& executor, Task<void> task, Done done) {
  std::exception_ptr error;
  try {
    co_await task;
  } catch (...) {
    error = std::current_exception();
  }
  // The task's frame (and all that it owns) is gone before anybody hears that it has ended.
  task = Task<void>();
  done(error);
}

}  // namespace detail

// Starts `task` now, on the calling thread, which must be `executor`'s. When it has ended, `done(std::exception_ptr)`
// is called: null where it returned, else what it threw. `done` must not throw.
template <typename Done>
void spawn(Executor& executor, Task<void> task, Done done) {
  detail::run_detached(executor, std::move(task), std::move(done));
}

namespace detail {

template <typename F>
struct BlockingCall {
  using R = std::invoke_result_t<F&>;
  F f;
  std::conditional_t<std::is_void_v<R>, bool, std::optional<R>> value{};
  std::exception_ptr exception{};

  explicit BlockingCall(F function) : f(std::move(function)) {}

  bool await_ready() const noexcept { return false; }
  template <typename P>
  void await_suspend(std::coroutine_handle<P> h) {
    Executor* const home = executor_of(h);
    home->post_blocking([this, home, h] {
      try {
        if constexpr (std::is_void_v<R>)
          f();
        else
          value.emplace(f());
      } catch (...) {
        exception = std::current_exception();
      }
      home->post([h] { h.resume(); });
    });
  }
  R await_resume() {
    if (exception) std::rethrow_exception(exception);
    if constexpr (!std::is_void_v<R>) return std::move(*value);
  }
};

struct CurrentExecutor {
  Executor* executor = nullptr;
  bool await_ready() const noexcept { return false; }
  template <typename P>
  bool await_suspend(std::coroutine_handle<P> h) noexcept {
    executor = executor_of(h);
    return false;
  }
  Executor& await_resume() const noexcept { return *executor; }
};

}  // namespace detail

// `co_await run_blocking(f)`: the result of f(), called on a pool thread.
template <typename F>
auto run_blocking(F f) {
  return detail::BlockingCall<F>(std::move(f));
}

// `co_await current_executor()`: the executor of the running chain of tasks. Does not suspend.
inline auto current_executor() { return detail::CurrentExecutor{}; }

// `co_await resume_on(executor)`: continues on that executor's thread.
inline auto resume_on(Executor& executor) {
  struct Awaiter {
    Executor& executor;
    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> h) const {
      executor.post([h] { h.resume(); });
    }
    void await_resume() const noexcept {}
  };
  return Awaiter{executor};
}

}  // namespace ferry
