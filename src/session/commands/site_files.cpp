// SITE commands for files and directories: copies on the server (CPFR, CPTO), links (SYMLINK), and whole paths (MKDIR,
// RMDIR). ProFTPD's mod_copy and mod_site_misc made them common.

#include "protocol/quoted_names.hpp"
#include "session/handlers.hpp"
#include "session/reply_for.hpp"
#include "session/server_copy.hpp"
#include "session/session.hpp"
#include "session/tree_work.hpp"

namespace ferry {

Task<Reply> site_cpfr(Session& session, Command command) {
  FtpPath path = session.resolve(command.argument);
  const auto info = co_await session.files().stat(path);
  if (!info) co_return reply_for(info.error());
  if (info->kind != FileKind::regular) co_return Reply(550, "Not a plain file.");
  session.prepared = CopyFrom{std::move(path)};
  co_return Reply(350, "Send SITE CPTO with the name of the copy.");
}

Task<Reply> site_cpto(Session& session, Command command) {
  const auto* const from = std::get_if<CopyFrom>(command.prepared);
  if (!from) co_return Reply(503, "Send SITE CPFR first.");
  const std::vector<FtpPath> parts{from->path};
  const FtpPath target = session.resolve(command.argument);
  const auto failure = co_await copy_on_server(session, command.spec, parts, target);
  if (failure) co_return *failure;
  co_return Reply(250, "File copied.");
}

Task<Reply> site_symlink(Session& session, Command command) {
  const auto names = parse_names(command.argument, 2);
  if (!names || names->size() != 2)
    co_return Reply(501,
                    "SITE SYMLINK needs the pathname that it leads to and its own, in quotes where they have spaces.");
  const FtpPath target = session.resolve(names->front());
  const FtpPath link = session.resolve(names->back());
  // Where rights differ by directory, a link would be a way around them.
  const Permissions there = co_await session.permissions(link);
  if (!there.allows(Permission::store) || !session.account().overrides.empty())
    co_return Reply(550, "Permission denied.");
  LinkMaker* const maker = session.files().link_maker();
  if (!maker) co_return reply_for(FsErrc::unsupported);
  const auto made = co_await maker->make_link(link, target);
  if (!made) co_return reply_for(made.error());
  co_return Reply(200, "Link made.");
}

Task<Reply> site_mkdir(Session& session, Command command) {
  const FtpPath whole = session.resolve(command.argument);
  std::vector<FtpPath> missing;
  for (FtpPath path = whole; !path.is_root(); path = path.parent()) {
    const auto info = co_await session.files().stat(path);
    if (info && (info->kind != FileKind::directory || missing.empty())) {
      if (info->kind != FileKind::directory) co_return reply_for(FsErrc::not_a_directory);
      co_return reply_for(FsErrc::exists);
    }
    if (info) break;
    if (info.error().code != FsErrc::not_found) co_return reply_for(info.error());
    missing.push_back(path);
  }
  if (missing.empty()) co_return reply_for(FsErrc::exists);
  // All or nothing, as far as rights are concerned.
  for (const FtpPath& path : missing) {
    const Permissions there = co_await session.permissions(path);
    if (!there.allows(Permission::make_directory)) co_return Reply(550, "Permission denied.");
  }
  for (; !missing.empty(); missing.pop_back()) {
    const auto made = co_await session.make_directory(missing.back());
    if (!made) co_return reply_for(made.error());
  }
  co_return Reply(200, "Directory made, with those above it.");
}

Task<Reply> site_rmdir(Session& session, Command command) {
  const FtpPath path = session.resolve(command.argument);
  const auto failure = co_await remove_whole_directory(session, path);
  if (failure) co_return *failure;
  co_return Reply(200, "Directory removed with all that was in it.");
}

}  // namespace ferry
