// Commands of the IANA registry and of servers that made them common: who is there (CSID, CLNT), whole directories
// (AVBL, DSIZ, RMDA), THMB (all but CLNT: draft-peterson-streamlined-ftp-command-extensions-10), COMB and PRET.

#include <algorithm>

#include "base/text.hpp"
#include "protocol/quoted_names.hpp"
#include "session/handlers.hpp"
#include "session/reply_for.hpp"
#include "session/server_copy.hpp"
#include "session/session.hpp"
#include "session/tree_work.hpp"

namespace ferry {

namespace {

constexpr std::size_t most_parts = 256;

// `name=value;` once or more, with spaces between (§7).
bool is_list_of_values(std::string_view text) {
  std::size_t values = 0;
  for (; !text.empty(); ++values) {
    const std::size_t end = text.find(';');
    const std::size_t equals = text.substr(0, end).find('=');
    if (end == std::string_view::npos || equals == std::string_view::npos || equals == 0) return false;
    text.remove_prefix(end + 1);
    while (text.starts_with(' ')) text.remove_prefix(1);
  }
  return values > 0;
}

void log_client(const Session& session, std::string_view name) {
  if (session.logs(LogLevel::info)) session.log(LogLevel::info, "client", "The client is " + printable(name));
}

// The directory that a command is about: the argument, or the current one.
Task<Result<FtpPath>> directory_of(Session& session, std::string_view argument) {
  const FtpPath path = session.resolve(argument);
  const auto info = co_await session.files().stat(path);
  if (!info) co_return std::unexpected(info.error());
  if (info->kind != FileKind::directory) co_return std::unexpected(FsErrc::not_a_directory);
  co_return path;
}

}  // namespace

Task<Reply> clnt(Session& session, Command command) {
  log_client(session, command.argument);
  co_return Reply(200, "Noted.");
}

Task<Reply> csid(Session& session, Command command) {
  if (!is_list_of_values(command.argument)) co_return Reply(501, "CSID needs name=value; for each thing it says.");
  log_client(session, command.argument);
  co_return Reply(200, "Name=ferry; CaseSensitive=1; DirSep=/;");
}

Task<Reply> avbl(Session& session, Command command) {
  const auto path = co_await directory_of(session, command.argument);
  if (!path) co_return reply_for(path.error());
  SpaceTeller* const teller = session.files().space_teller();
  if (!teller) co_return reply_for(FsErrc::unsupported);
  const auto octets = co_await teller->available(*path);
  if (!octets) co_return reply_for(octets.error());
  co_return Reply(213, "{}", {std::to_string(*octets)});
}

Task<Reply> dsiz(Session& session, Command command) {
  const auto path = co_await directory_of(session, command.argument);
  if (!path) co_return reply_for(path.error());
  const auto octets = co_await size_of_tree(session, *path);
  if (auto cancelled = reply_to_cancellation(session)) co_return *std::move(cancelled);
  if (!octets) co_return reply_for(octets.error());
  co_return Reply(213, "{}", {std::to_string(*octets)});
}

Task<Reply> rmda(Session& session, Command command) {
  const auto path = co_await directory_of(session, command.argument);
  if (!path) co_return reply_for(path.error());
  const auto failure = co_await remove_whole_directory(session, *path);
  if (failure) co_return *failure;
  co_return Reply(250, "Directory removed with all that was in it.");
}

Task<Reply> thmb(Session&, Command) { co_return Reply(502, "There are no thumbnails here."); }

// Sent ahead of PASV by clients of distributed servers, which choose the host by it (DrFTPD). Here there is one host.
Task<Reply> pret(Session&, Command command) {
  static constexpr std::string_view verbs[] = {"RETR", "STOR", "APPE", "STOU", "LIST", "NLST", "MLSD"};
  const std::string verb = to_upper_ascii(command.argument.substr(0, command.argument.find(' ')));
  if (std::ranges::find(verbs, verb) == std::end(verbs)) co_return Reply(501, "PRET needs a transfer command.");
  co_return Reply(200, "Noted.");
}

// Joins parts that a client has uploaded one by one (CuteFTP). The parts stay.
Task<Reply> comb(Session& session, Command command) {
  const auto names = parse_names(command.argument, most_parts + 1);
  if (!names || names->size() < 2)
    co_return Reply(501, "COMB needs the pathname of the target and those of the parts.");
  const FtpPath target = session.resolve(names->front());
  std::vector<FtpPath> parts;
  for (std::size_t i = 1; i < names->size(); ++i) parts.push_back(session.resolve((*names)[i]));
  const auto failure = co_await copy_on_server(session, command.spec, parts, target);
  if (failure) co_return *failure;
  co_return Reply(250, "{} parts joined.", {std::to_string(parts.size())});
}

}  // namespace ferry
