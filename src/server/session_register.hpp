// Counts the live sessions, in all and by origin, and lets the one who stops the server wait for their end. Whoever has
// no session is not remembered: there is no table that peers could fill.
// Thread-safe; a lock is taken once when a session begins and once when it ends.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>

#include <ferry/address.hpp>
#include <ferry/config.hpp>

namespace ferry {

class SessionRegister {
 public:
  explicit SessionRegister(const Limits& limits) : limits_(limits) {}

  enum class Admission : std::uint8_t { admitted, too_many, too_many_from_address };
  // After `admitted` there must be one release().
  Admission admit(const IpAddress& peer);
  void release(const IpAddress& peer);

  std::uint64_t now() const;
  std::uint64_t total() const;
  // How many are remembered.
  std::size_t origins() const;

  using Clock = std::chrono::steady_clock;
  // Waits until no session is left (true), or until the limit (false). limit_wait may be called meanwhile.
  bool wait_until_empty();
  void limit_wait(Clock::time_point until);
  // Whether it would return at once.
  bool wait_is_over() const;
  // The same with a limit of its own.
  bool wait_until_empty(Clock::time_point until);

 private:
  const Limits limits_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  Clock::time_point wait_limit_ = Clock::time_point::max();
  std::uint64_t now_ = 0;
  std::uint64_t total_ = 0;
  std::map<IpAddress, std::uint32_t> by_origin_;
};

}  // namespace ferry
