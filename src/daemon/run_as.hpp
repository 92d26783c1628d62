// Being the user of --run-as for a while, before it is taken on for good.
#pragma once

#include <optional>
#include <vector>

#include "options.hpp"

namespace ferry {

// The effective user, group and groups of the process are those of `run_as` as long as this lives; nothing happens
// where there is none, or without root. For a process without other threads. Throws std::system_error.
class AsUser {
 public:
  explicit AsUser(const std::optional<RunAs>& run_as);
  ~AsUser();
  AsUser(const AsUser&) = delete;
  AsUser& operator=(const AsUser&) = delete;

 private:
  bool changed_ = false;
  std::vector<gid_t> groups_;
};

}  // namespace ferry
