// Which command a reply may belong to. Each command gets exactly one final reply (RFC 959 §4.2), in the order of the
// commands; only what does not touch a transfer may be answered while one runs. Where a code suits several commands,
// all readings are kept, until none is left.
#pragma once

#include <deque>
#include <set>
#include <string_view>
#include <vector>

#include "protocol/command_line.hpp"
#include "session/command_set.hpp"

namespace ferry::fuzz {

class Turns {
 public:
  explicit Turns(const CommandSet& commands) : commands_(commands) {}

  // Octets that the user-PI sends.
  void sent(std::string_view octets);
  // False where this final reply can belong to no command whose turn it is.
  bool takes(int code);

  std::size_t commands() const { return known_.size(); }
  std::size_t too_long() const { return too_long_; }
  bool foreign() const { return foreign_; }

 private:
  struct Known {
    const CommandSpec* spec = nullptr;  // null: unknown, or no command at all
    bool at_once = true;
  };
  using Waiting = std::deque<std::size_t>;  // numbers of commands without a final reply

  bool may_get(std::size_t number, int code) const;
  // A command that goes on while others are answered.
  bool occupies(std::size_t number) const;

  const CommandSet& commands_;
  CommandReader reader_;
  std::vector<Known> known_;
  std::set<Waiting> readings_{Waiting()};
  std::size_t too_long_ = 0;
  bool foreign_ = false;
  bool given_up_ = false;  // too many readings
};

}  // namespace ferry::fuzz
