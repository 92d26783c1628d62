// Who is there: the live sessions of the whole server, on whatever loop they live.
//
// A session's state belongs to its loop and needs no lock, so whoever wants to know visits one loop after the other.
#pragma once

#include <vector>

#include <ferry/session_info.hpp>

namespace ferry {

class Roster {
 public:
  virtual ~Roster() = default;
  // In the order of their arrival.
  virtual Task<std::vector<SessionInfo>> list() = 0;
};

}  // namespace ferry
