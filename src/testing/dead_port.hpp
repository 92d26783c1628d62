// A port of 127.0.0.1 that is taken, and of no use to who connects to it.
#pragma once

#include <cstdint>
#include <vector>

namespace ferry::testing {

class DeadPort {
 public:
  enum class Kind {
    refusing,  // connections are refused
    mute,      // they are neither accepted nor refused
  };
  // Throws std::system_error.
  explicit DeadPort(Kind kind);
  ~DeadPort();
  DeadPort(const DeadPort&) = delete;
  DeadPort& operator=(const DeadPort&) = delete;

  std::uint16_t port() const { return port_; }

 private:
  std::uint16_t port_ = 0;
  std::vector<int> descriptors_;
};

}  // namespace ferry::testing
