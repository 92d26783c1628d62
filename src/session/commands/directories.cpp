// Directories: CWD, CDUP, PWD, MKD, RMD and their X forms (RFC 959 §4.1.1 and §4.1.3, RFC 1123 §4.1.3.1).

#include "protocol/command_line.hpp"
#include "session/handlers.hpp"
#include "session/reply_for.hpp"
#include "session/session.hpp"

namespace ferry {

namespace {

Task<Reply> change_to(Session& session, FtpPath path) {
  const auto info = co_await session.files().stat(path);
  if (!info) co_return reply_for(info.error());
  if (info->kind != FileKind::directory) co_return Reply(550, "Not a directory.");
  if (!info->access.enter) co_return Reply(550, "Permission denied.");
  session.directory = std::move(path);
  co_return Reply(250, "{} is the current directory.", {quote_pathname(session.on_the_wire(session.directory.text()))});
}

}  // namespace

Task<Reply> cwd(Session& session, Command command) {
  return change_to(session, command.argument.empty() ? FtpPath() : session.resolve(command.argument));
}

Task<Reply> cdup(Session& session, Command) { return change_to(session, session.directory.parent()); }

Task<Reply> pwd(Session& session, Command) {
  co_return Reply(257, "{} is the current directory.", {quote_pathname(session.on_the_wire(session.directory.text()))});
}

Task<Reply> mkd(Session& session, Command command) {
  const FtpPath path = session.resolve(command.argument);
  const auto made = co_await session.make_directory(path);
  if (!made) co_return reply_for(made.error());
  co_return Reply(257, "{} created.", {quote_pathname(session.on_the_wire(path.text()))});
}

Task<Reply> rmd(Session& session, Command command) {
  const FtpPath path = session.resolve(command.argument);
  if (path.is_root()) co_return Reply(550, "The root cannot be removed.");
  const auto removed = co_await session.files().remove_directory(path);
  if (!removed) co_return reply_for(removed.error());
  co_await session.tell([&](Events& to, const SessionFacts& who) { return to.directory_removed(who, path); });
  co_return Reply(250, "Directory removed.");
}

}  // namespace ferry
