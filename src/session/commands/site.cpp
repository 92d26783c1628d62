// SITE and its own commands, which are rows of the command table like all others (RFC 959 §4.1.3).

#include <algorithm>

#include "session/handlers.hpp"
#include "session/reply_for.hpp"
#include "session/session.hpp"

namespace ferry {

// Reached only when no row "SITE xyz" matches.
Task<Reply> site(Session&, Command) { co_return Reply(501, "Unknown SITE command; see SITE HELP."); }

Task<Reply> site_chmod(Session& session, Command command) {
  const std::size_t space = command.argument.find(' ');
  const std::string_view digits = command.argument.substr(0, space);
  if (space == std::string_view::npos || space + 1 == command.argument.size() || digits.empty() || digits.size() > 4 ||
      !std::ranges::all_of(digits, [](char c) { return c >= '0' && c <= '7'; }))
    co_return Reply(501, "SITE CHMOD needs an octal mode and a pathname.");
  std::uint32_t mode = 0;
  for (const char digit : digits) mode = mode * 8 + static_cast<std::uint32_t>(digit - '0');
  // Setuid, setgid and sticky bits are not for users to give away.
  if (mode > 0777) co_return Reply(501, "The mode is at most 777.");
  ModeSetter* const setter = session.files().mode_setter();
  if (!setter) co_return reply_for(FsErrc::unsupported);
  const FtpPath path = session.resolve(command.argument.substr(space + 1));
  const auto set = co_await setter->set_mode(path, mode);
  if (!set) co_return reply_for(set.error());
  co_await session.tell([&](Events& to, const SessionFacts& who) { return to.mode_changed(who, path, mode); });
  co_return Reply(200, "Mode changed.");
}

}  // namespace ferry
