// One row for each command.
//
// Dispatch, the checks before every handler, HELP, FEAT, what the log hides and docs/RFC-STATUS.md all read the table;
// nothing else keeps a list of verbs.
#pragma once

#include <array>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <ferry/command.hpp>
#include <ferry/path.hpp>
#include <ferry/permissions.hpp>
#include <ferry/task.hpp>

#include "protocol/command_line.hpp"
#include "protocol/reply.hpp"
#include "session/prepared.hpp"

namespace ferry {

class CommandSet;
class Session;
struct CommandSpec;
struct Config;

// When a command may be given.
enum class When : std::uint8_t {
  any,
  logged_in,
  with_argument_logged_in,  // needs the login (and its permission) only when it has an argument
};

enum class DuringTransfer : std::uint8_t {
  at_once,  // answered while a transfer runs
  waits,    // moves data or changes how data moves: waits for the end of the transfer, and all behind it
};

// The path at which the permission of a row is needed.
enum class PathOf : std::uint8_t {
  argument,          // what the whole argument names; without one, the current directory
  argument_or_root,  // without one, the root
  listing,           // what is left of the argument without options of ls
  after_first_word,  // the argument begins with something else
  parent_directory,  // of the current one
  current_directory,
  rename_source,  // what RNFR named; the handler asks for the target, where what is needed follows from the effect
};

// State that is meant for the very next command. A command that does not keep it clears it (RFC 959 §4.1.3).
enum class Keeps : std::uint8_t {
  nothing,
  restart_point,  // the commands between REST or RANG and its transfer
};

// Reply codes that a handler itself may give.
class Codes {
 public:
  constexpr Codes(std::initializer_list<int> codes) {
    for (const int code : codes) add(code);
  }
  constexpr void add(int code) { codes_.at(size_++) = static_cast<short>(code); }
  constexpr std::span<const short> list() const { return {codes_.data(), size_}; }
  constexpr bool contains(int code) const {
    for (const short c : list())
      if (c == code) return true;
    return false;
  }

 private:
  std::array<short, 28> codes_{};
  std::size_t size_ = 0;
};

// What a handler is given besides the session.
struct Command {
  const CommandSpec& spec;
  std::string_view argument;           // as it came, Telnet removed; ends with the handler
  const Prepared* prepared = nullptr;  // only for a row that takes long; other handlers find it in the session
};

using Handler = Task<Reply> (*)(Session&, Command);

struct CommandSpec {
  std::string_view verb;  // "RETR", or "SITE CHMOD"
  Handler run;
  When when = When::logged_in;
  ArgumentRule argument = ArgumentRule::none;
  Permission needs = Permission::none;
  PathOf path = PathOf::argument;
  DuringTransfer during_transfer = DuringTransfer::at_once;
  bool (*at_once_with)(std::string_view argument) = nullptr;  // arguments for which the row does not wait
  Keeps keeps = Keeps::nothing;
  bool secret = false;                                // the argument never appears in a log
  bool takes_long = false;                            // runs beside the reading of commands; ABOR ends it with 426
  bool transfers = false;                             // needs a data port (425) and the required protection level (521)
  std::string_view feat = {};                         // the line in FEAT (RFC 2389 §3.2); empty: not listed
  std::string (*feat_now)(const Session&) = nullptr;  // the same, where it depends on the session
  bool (*enabled)(const Config&) = nullptr;           // the row exists only where this holds
  Codes replies;
  std::string_view help;            // the syntax, as in RFC 959 §5.3.1
  std::string_view spec;            // where it is defined
  const OwnCommand* own = nullptr;  // the embedder's, whose handler `run` calls

  // Also counts the refusals that dispatch gives for every row of this kind.
  bool may_reply(int code) const;
};

// The built-in rows.
std::span<const CommandSpec> command_table();

struct FoundCommand {
  const CommandSpec* spec = nullptr;  // null: unknown, or not enabled
  std::string_view argument;          // what belongs to the row; views the line
  bool has_argument = false;
};

// The row of a command line. "SITE CHMOD 644 f" finds the row "SITE CHMOD" with the argument "644 f".
FoundCommand find_command(const CommandLine& line, const CommandSet& commands);

}  // namespace ferry
