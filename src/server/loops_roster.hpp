// The roster of a server: visits its loops one after the other.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "server/loop_thread.hpp"
#include "session/roster.hpp"

namespace ferry {

class LoopsRoster final : public Roster {
 public:
  explicit LoopsRoster(const std::vector<std::unique_ptr<LoopThread>>& loops) : loops_(loops) {}

  // For callers whose session keeps the loops alive.
  Task<std::vector<SessionInfo>> list() override;
  // The same, but it ends on one of the loops.
  Task<std::vector<SessionInfo>> list_there();
  // Ends a session with a 421; false where there is none of that number. Ends on one of the loops.
  Task<bool> kick(std::uint64_t session, std::string text);

 private:
  const std::vector<std::unique_ptr<LoopThread>>& loops_;
};

}  // namespace ferry
