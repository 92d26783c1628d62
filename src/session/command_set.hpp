// The commands of one server: the built-in rows that its configuration enables, and the embedder's own.
#pragma once

#include <deque>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "session/command_table.hpp"

namespace ferry {

// How the verbs of the SITE commands begin.
inline constexpr std::string_view site_prefix = "SITE ";

class CommandSet {
 public:
  // `config` stays where it is for as long as the set: own rows view its texts.
  explicit CommandSet(const Config& config);
  CommandSet(const CommandSet&) = delete;
  CommandSet& operator=(const CommandSet&) = delete;

  // In the order of the table; an own row in the place of the one that it replaces, or at the end.
  std::span<const CommandSpec* const> rows() const { return rows_; }
  // `verb` in capitals; null where there is no such row.
  const CommandSpec* find(std::string_view verb) const;

 private:
  std::deque<CommandSpec> own_;
  std::vector<const CommandSpec*> rows_;
  std::unordered_map<std::string_view, const CommandSpec*> by_verb_;
};

// Why `commands` cannot be rows, as one line for the embedder; nullopt where they can.
std::optional<std::string> trouble_with(const std::vector<OwnCommand>& commands);
// The same for Config::disabled_commands.
std::optional<std::string> trouble_with_disabled(const std::vector<std::string>& verbs);

}  // namespace ferry
