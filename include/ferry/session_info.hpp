// A live session as the operator sees it: who is there, and what they are doing. A picture of one moment.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include <ferry/events.hpp>
#include <ferry/export.hpp>

namespace FERRY_API ferry {

struct SessionInfo {
  SessionFacts facts;
  FtpPath directory;  // the current one
  std::chrono::nanoseconds connected_for{};
  std::chrono::nanoseconds idle_for{};    // since the last command or transfer; 0 while one runs
  SessionTotals totals;                   // without the running transfer
  std::optional<TransferFacts> transfer;  // the running one
};

}  // namespace ferry
