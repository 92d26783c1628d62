// Work that takes long and uses no data connection: the digest of a file, a copy on the server.
//
// It runs in slices on the pool, so that it can be cancelled between any two of them. Only so many slices run at the
// same time in the whole server (Turnstile); the others wait in the order in which they came. So each of many digests
// gets its share, and the cores that serve sessions are not taken by them.
#pragma once

#include "base/turnstile.hpp"
#include "net/socket.hpp"

namespace ferry {

// Asked for by ABOR and whatever else ends a session, looked at between two slices. On the session's loop only.
class Cancellation {
 public:
  void request(IoErrc reason) {
    if (reason_ == IoErrc::none) reason_ = reason;
  }
  bool requested() const { return reason_ != IoErrc::none; }
  IoErrc reason() const { return reason_; }

 private:
  IoErrc reason_ = IoErrc::none;
};

}  // namespace ferry
