// Being the user of --run-as for a while, before it is taken on for good.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "options.hpp"

namespace ferry {

// What the operator is told where the system does not let ferry become that user.
std::string refusal_of(const RunAs& run_as, std::string_view reason);

// The effective user, group and groups of the process are those of `run_as` as long as this lives; nothing happens
// where there is none, or without root. For a process without other threads. Throws ConfigError.
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
