// Where the server is to connect to, in active mode.
#pragma once

#include "user_pi/connection.hpp"

namespace ferry::conform {

class Listener {
 public:
  // At a free port of this address.
  explicit Listener(const user_pi::Address& host);
  ~Listener();
  Listener(Listener&& other) noexcept;
  Listener& operator=(Listener&&) = delete;

  const user_pi::Address& address() const { return address_; }
  // The next connection; throws user_pi::TimedOut.
  user_pi::Connection accept(user_pi::Clock::time_point deadline);
  // Whether one comes within this time.
  bool called_within(std::chrono::milliseconds time) const;

  // The commands that name it: "PORT 127,0,0,1,200,10", "EPRT |1|127.0.0.1|51210|".
  std::string port() const;
  std::string eprt() const;

 private:
  int fd_;
  user_pi::Address address_;
};

}  // namespace ferry::conform
