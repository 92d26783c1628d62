// Runs a plain function here, or on the pool where it may block, so that each operation is written once.
#pragma once

#include <coroutine>
#include <functional>
#include <optional>
#include <type_traits>
#include <utility>

#include <ferry/task.hpp>

namespace ferry {

template <typename F>
class Offload {
 public:
  Offload(bool may_block, F f) : f_(std::move(f)), may_block_(may_block) {}

  bool await_ready() const noexcept { return !may_block_; }
  template <typename Promise>
  void await_suspend(std::coroutine_handle<Promise> h) {
    // An awaiter stays where it is while it is awaited.
    on_pool_.emplace(run_blocking(std::ref(f_))).await_suspend(h);
  }
  std::invoke_result_t<F&> await_resume() {
    if (may_block_) return on_pool_->await_resume();
    return f_();
  }

 private:
  F f_;
  const bool may_block_;
  std::optional<decltype(run_blocking(std::declval<std::reference_wrapper<F>>()))> on_pool_;
};

// `co_await offload(may_block, f)`: the result of f().
template <typename F>
Offload<F> offload(bool may_block, F f) {
  return Offload<F>(may_block, std::move(f));
}

}  // namespace ferry
