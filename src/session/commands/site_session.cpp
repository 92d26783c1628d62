// SITE commands about the session itself and its neighbours: UMASK, IDLE, WHO, WHOAMI.

#include <fmt/format.h>

#include <ferry/config.hpp>

#include "base/text.hpp"
#include "protocol/fact_changes.hpp"
#include "session/handlers.hpp"
#include "session/session.hpp"

namespace ferry {

Task<Reply> site_umask(Session& session, Command command) {
  if (command.argument.empty()) {
    if (!session.umask) co_return Reply(200, "New files have the modes that the server gives them.");
    co_return Reply(200, "The umask is {}.", {fmt::format("{:03o}", *session.umask)});
  }
  const auto mask = parse_mode(command.argument);
  if (!mask) co_return Reply(501, "The umask is an octal number, at most 777.");
  session.umask = mask;
  co_return Reply(200, "The umask is {}.", {fmt::format("{:03o}", *mask)});
}

Task<Reply> site_idle(Session& session, Command command) {
  using std::chrono::duration_cast;
  using std::chrono::seconds;
  constexpr seconds shortest(30);
  const auto longest = duration_cast<seconds>(session.most_idleness());
  if (command.argument.empty()) {
    const auto now = duration_cast<seconds>(session.longest_idleness());
    co_return Reply(200, "The session may be idle for {} seconds.", {std::to_string(now.count())});
  }
  const auto wanted = parse_decimal(command.argument);
  if (!wanted || *wanted < static_cast<std::uint64_t>(shortest.count()) ||
      *wanted > static_cast<std::uint64_t>(std::max(longest, shortest).count()))
    co_return Reply(501, "The time is between {} and {} seconds.",
                    {std::to_string(shortest.count()), std::to_string(std::max(longest, shortest).count())});
  session.idle_limit = seconds(*wanted);
  co_return Reply(200, "The session may be idle for {} seconds.", {std::to_string(*wanted)});
}

Task<Reply> site_whoami(Session& session, Command) { co_return Reply(200, "{}", {session.user()}); }

namespace {

std::string line_about(const SessionInfo& info, const Session& asking) {
  const auto seconds = [](std::chrono::nanoseconds span) {
    return std::chrono::duration_cast<std::chrono::seconds>(span).count();
  };
  std::string line =
      fmt::format("{} {} from {}", info.facts.id, info.facts.user.empty() ? "(not logged in)" : info.facts.user,
                  info.facts.peer.address.text());
  if (!info.facts.host.empty()) line += " to " + info.facts.host;
  line += fmt::format(", connected {} s", seconds(info.connected_for));
  if (info.transfer)
    line += fmt::format(", {} {}", info.transfer->command, asking.on_the_wire(info.transfer->path.text()));
  else
    line += fmt::format(", idle {} s in {}", seconds(info.idle_for), asking.on_the_wire(info.directory.text()));
  return line;
}

}  // namespace

// A user sees their own sessions, an administrator all.
Task<Reply> site_who(Session& session, Command) {
  const bool all = session.account().administrator;
  const std::string user = session.user();
  const std::string host = session.host_name();
  const std::vector<SessionInfo> sessions = co_await session.services().roster->list();
  std::vector<std::string> lines;
  for (const SessionInfo& info : sessions)
    // A user of one host is not the user of that name of another one.
    if (all || (info.facts.user == user && info.facts.host == host)) lines.push_back(line_about(info, session));
  co_return Reply::multi_line(211, "These sessions are here:", std::move(lines), "End");
}

}  // namespace ferry
