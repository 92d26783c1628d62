// Changing what is known about a file: MFMT, MFCT, MFF (draft-somers-ftp-mfxx-03), MDTM with a time and SITE UTIME,
// which clients used before, SITE CHMOD and SITE CHGRP. All times are UTC.

#include "protocol/fact_changes.hpp"

#include <ferry/config.hpp>

#include "protocol/timestamps.hpp"
#include "session/handlers.hpp"
#include "session/reply_for.hpp"
#include "session/session.hpp"

namespace ferry {

namespace {

using SetTime = Task<Result<void>> (TimeSetter::*)(const FtpPath& path, FileTime time);

// The storage's answer to a change that was tried; told to the embedder where it succeeded.
Task<Result<void>> change_time(Session& session, const FtpPath& path, FileTime time,
                               SetTime set_time = &TimeSetter::set_modified) {
  TimeSetter* const setter = session.files().time_setter();
  if (!setter) co_return std::unexpected(FsErrc::unsupported);
  const auto set = co_await (setter->*set_time)(path, time);
  if (!set) co_return set;
  co_await session.tell([&](Events& to, const SessionFacts& who) { return to.time_changed(who, path); });
  co_return set;
}

Task<Result<void>> change_mode(Session& session, const FtpPath& path, std::uint32_t mode) {
  ModeSetter* const setter = session.files().mode_setter();
  if (!setter) co_return std::unexpected(FsErrc::unsupported);
  const auto set = co_await setter->set_mode(path, mode);
  if (!set) co_return set;
  co_await session.tell([&](Events& to, const SessionFacts& who) { return to.mode_changed(who, path, mode); });
  co_return set;
}

Task<Result<void>> change_owner(Session& session, const FtpPath& path, const std::optional<std::string>& owner,
                                const std::optional<std::string>& group) {
  OwnerSetter* const setter = session.files().owner_setter();
  if (!setter) co_return std::unexpected(FsErrc::unsupported);
  co_return co_await setter->set_owner(path, owner, group);
}

bool sets_created(const Session& session) {
  if (!session.logged_in()) return false;
  const TimeSetter* const setter = session.files().time_setter();
  return setter && setter->sets_created();
}

}  // namespace

Task<Reply> mfmt(Session& session, Command command) {
  const auto request = parse_time_and_name(command.argument);
  if (!request) co_return Reply(501, "MFMT needs YYYYMMDDHHMMSS, a date that exists, and a pathname.");
  const FtpPath path = session.resolve(request->name);
  const auto set = co_await change_time(session, path, request->time);
  if (!set) co_return reply_for(set.error());
  co_return Reply(213, "Modify={}; {}", {format_time_val(request->time), std::string(request->name)});
}

Task<Reply> mfct(Session& session, Command command) {
  const auto request = parse_time_and_name(command.argument);
  if (!request) co_return Reply(501, "MFCT needs YYYYMMDDHHMMSS, a date that exists, and a pathname.");
  if (!sets_created(session)) co_return Reply(502, "This storage cannot set the time of creation.");
  const FtpPath path = session.resolve(request->name);
  const auto set = co_await change_time(session, path, request->time, &TimeSetter::set_created);
  if (!set) co_return reply_for(set.error());
  co_return Reply(213, "Create={}; {}", {format_time_val(request->time), std::string(request->name)});
}

std::string feat_mfct(const Session& session) { return sets_created(session) ? "MFCT" : ""; }

Task<Reply> mff(Session& session, Command command) {
  const auto changes = parse_mff(command.argument);
  if (!changes && changes.error() == SyntaxErrc::unknown_fact)
    co_return Reply(504, "MFF cannot change this fact; FEAT lists those that it can.");
  if (!changes) co_return Reply(501, "MFF needs fact=value; for each fact, and a pathname.");
  const bool owner = changes->owner || changes->group;
  if ((owner && !session.config().permit_owner_changes) || (changes->create && !sets_created(session)))
    co_return Reply(504, "MFF cannot change this fact; FEAT lists those that it can.");

  const FtpPath path = session.resolve(changes->name);
  const Permissions there = co_await session.permissions(path);
  const bool times = changes->modify || changes->create;
  if ((times && !there.allows(Permission::change_time)) ||
      ((changes->mode || owner) && !there.allows(Permission::change_mode)))
    co_return Reply(550, "Permission denied.");

  // The owner first, as a change of it may clear bits of the mode; the times last, as they are what others look at.
  Result<void> changed;
  if (owner) changed = co_await change_owner(session, path, changes->owner, changes->group);
  if (changed && changes->mode) changed = co_await change_mode(session, path, *changes->mode);
  if (changed && changes->create)
    changed = co_await change_time(session, path, *changes->create, &TimeSetter::set_created);
  if (changed && changes->modify) changed = co_await change_time(session, path, *changes->modify);
  if (!changed) co_return reply_for(changed.error());
  co_return Reply(213, "{} {}", {format_changes(*changes), std::string(changes->name)});
}

std::string feat_mff(const Session& session) {
  std::string text = "MFF modify;";
  if (sets_created(session)) text += "create;";
  text += "UNIX.mode;";
  if (session.config().permit_owner_changes) text += "UNIX.owner;UNIX.group;";
  return text;
}

// FlashFXP, WS_FTP and others send `MDTM time name` to set the time. RFC 3659 §3 knows no such thing, so a file of that
// whole name comes first.
Task<Reply> mdtm(Session& session, Command command) {
  const auto info = co_await session.files().stat(session.resolve(command.argument));
  if (info && info->kind != FileKind::regular) co_return Reply(550, "Not a plain file.");
  if (info) co_return Reply(213, "{}", {format_time_val(info->modified)});
  if (info.error().code != FsErrc::not_found || !begins_with_time(command.argument)) co_return reply_for(info.error());

  const auto request = parse_time_and_name(command.argument);
  if (!request) co_return Reply(501, "The time is YYYYMMDDHHMMSS, a date that exists.");
  const FtpPath path = session.resolve(request->name);
  const Permissions there = co_await session.permissions(path);
  if (!there.allows(Permission::change_time)) co_return Reply(550, "Permission denied.");
  const auto set = co_await change_time(session, path, request->time);
  if (!set) co_return reply_for(set.error());
  co_return Reply(213, "{}", {format_time_val(request->time)});
}

Task<Reply> site_utime(Session& session, Command command) {
  const auto request = parse_site_utime(command.argument);
  if (!request) co_return Reply(501, "SITE UTIME needs a pathname and times as YYYYMMDDHHMMSS, in UTC.");
  const FtpPath path = session.resolve(request->name);
  const Permissions there = co_await session.permissions(path);
  if (!there.allows(Permission::change_time)) co_return Reply(550, "Permission denied.");
  const auto set = co_await change_time(session, path, request->time);
  if (!set) co_return reply_for(set.error());
  co_return Reply(200, "Time changed.");
}

Task<Reply> site_chmod(Session& session, Command command) {
  const std::size_t space = command.argument.find(' ');
  const auto mode = parse_mode(command.argument.substr(0, space));
  if (!mode || space == std::string_view::npos || space + 1 == command.argument.size())
    co_return Reply(501, "SITE CHMOD needs an octal mode, at most 777, and a pathname.");
  const FtpPath path = session.resolve(command.argument.substr(space + 1));
  const auto set = co_await change_mode(session, path, *mode);
  if (!set) co_return reply_for(set.error());
  co_return Reply(200, "Mode changed.");
}

Task<Reply> site_chgrp(Session& session, Command command) {
  const std::size_t space = command.argument.find(' ');
  if (space == 0 || space == std::string_view::npos || space + 1 == command.argument.size())
    co_return Reply(501, "SITE CHGRP needs a group and a pathname.");
  const FtpPath path = session.resolve(command.argument.substr(space + 1));
  const std::optional<std::string> group(command.argument.substr(0, space));
  const auto set = co_await change_owner(session, path, std::nullopt, group);
  if (!set) co_return reply_for(set.error());
  co_return Reply(200, "Group changed.");
}

}  // namespace ferry
