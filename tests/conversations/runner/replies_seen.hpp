// Which replies to which commands conversations have heard, to find out which are promised by the command table and
// heard by none.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "support/log_keeper.hpp"

namespace ferry::test {

class RepliesSeen {
 public:
  // The records of one server, which logged at debug level.
  void take(const std::vector<LogKeeper::Record>& records);
  // "STOR 552" and the like.
  std::vector<std::string> missing() const;

 private:
  std::set<std::pair<std::string_view, int>> seen_;  // the verbs are those of the table
};

}  // namespace ferry::test
