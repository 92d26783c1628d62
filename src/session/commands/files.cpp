// Files by name: DELE, RNFR, RNTO (RFC 959 §4.1.3).

#include <algorithm>

#include "session/handlers.hpp"
#include "session/reply_for.hpp"
#include "session/session.hpp"

namespace ferry {

Task<Reply> dele(Session& session, Command command) {
  const FtpPath path = session.resolve(command.argument);
  const auto removed = co_await session.files().remove_file(path);
  if (!removed) co_return reply_for(removed.error());
  co_await session.tell([&](Events& to, const SessionFacts& who) { return to.file_deleted(who, path); });
  co_return Reply(250, "File deleted.");
}

Task<Reply> rnfr(Session& session, Command command) {
  FtpPath path = session.resolve(command.argument);
  if (path.is_root()) co_return Reply(550, "The root cannot be renamed.");
  // Under another name, a directory with rights of its own would have those of the place where it came to be.
  const bool has_own_rights = std::ranges::any_of(
      session.account().overrides, [&path](const PermissionOverride& one) { return path.contains(one.directory); });
  if (has_own_rights) co_return Reply(550, "Permission denied.");
  const auto info = co_await session.files().stat(path);
  if (!info) co_return reply_for(info.error());
  session.prepared = RenameFrom{std::move(path)};
  co_return Reply(350, "Send RNTO with the new name.");
}

namespace {

// What the new place of an entry asks for: within a directory the right to rename; to put it into another directory the
// right that making it there would need.
Task<Permission> right_at_target(Session& session, const FtpPath& from, const FtpPath& to) {
  if (from.parent() == to.parent()) co_return Permission::rename;
  const auto info = co_await session.files().stat(from);
  co_return info && info->kind == FileKind::directory ? Permission::make_directory : Permission::store;
}

}  // namespace

Task<Reply> rnto(Session& session, Command command) {
  const auto* const prepared = std::get_if<RenameFrom>(&session.prepared);
  if (!prepared) co_return Reply(503, "Send RNFR first.");
  const FtpPath& from_path = prepared->path;
  const FtpPath to_path = session.resolve(command.argument);
  const Permission needed = co_await right_at_target(session, from_path, to_path);
  const Permissions there = co_await session.permissions(to_path);
  if (!there.allows(needed)) co_return Reply(550, "Permission denied.");
  const bool may_replace = there.allows(Permission::remove) && there.allows(Permission::store);
  const auto renamed = co_await session.files().rename(from_path, to_path, may_replace);
  if (!renamed) co_return reply_for_target(renamed.error());
  co_await session.tell([&](Events& to, const SessionFacts& who) { return to.renamed(who, from_path, to_path); });
  co_return Reply(250, "Renamed.");
}

}  // namespace ferry
