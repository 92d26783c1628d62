// Who is there: the live sessions of the whole server, on whatever loop they live.
//
// A session's state belongs to its loop and needs no lock, so whoever wants to know visits one loop after the other.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <ferry/session_info.hpp>

namespace ferry {

class Roster {
 public:
  virtual ~Roster() = default;
  // In the order of their arrival.
  virtual Task<std::vector<SessionInfo>> list() = 0;
  // Ends a session with a 421; false where there is none of that number.
  virtual Task<bool> kick(std::uint64_t session, std::string text) = 0;
};

}  // namespace ferry
