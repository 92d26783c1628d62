#include "server/loops_roster.hpp"

#include <algorithm>

namespace ferry {

Task<std::vector<SessionInfo>> LoopsRoster::list_there() {
  std::vector<SessionInfo> all;
  for (const auto& loop : loops_) {
    if (!loop->loop().runs_here()) co_await resume_on(loop->loop());
    loop->describe_sessions(all);
  }
  std::ranges::sort(all, {}, [](const SessionInfo& one) { return one.facts.id; });
  co_return all;
}

Task<bool> LoopsRoster::kick(std::uint64_t session, std::string text) {
  for (const auto& loop : loops_) {
    if (!loop->loop().runs_here()) co_await resume_on(loop->loop());
    if (loop->kick(session, text)) co_return true;
  }
  co_return false;
}

Task<std::vector<SessionInfo>> LoopsRoster::list() {
  Executor& home = co_await current_executor();
  auto all = co_await list_there();
  co_await resume_on(home);
  co_return all;
}

}  // namespace ferry
