// Directories over the data connection: LIST, NLST (RFC 959 §4.1.3, RFC 1123 §4.1.2.7) and MLSD (RFC 3659 §7).
//
// A name with a line break in it is left out: it would forge a line (RFC 3659 §2.2). MLSD lists the entries only; the
// entries for the directory itself and its parent, which are optional there, are left out as well.

#include "transfer/listing.hpp"
#include "protocol/list_format.hpp"
#include "session/handlers.hpp"
#include "session/list_argument.hpp"
#include "session/reply_for.hpp"
#include "session/session.hpp"

namespace ferry {

namespace {

Reply begin_listing(Session& session, const CommandSpec& spec, const FtpPath& path, std::string head,
                    std::unique_ptr<DirectoryReader> reader, LineFormat format) {
  session.prepare_transfer(spec, Direction::down,
                           make_listing_job(std::move(head), std::move(reader), std::move(format)), path);
  return {150, "File status okay; about to open data connection."};
}

// Names as this user-PI's encoding has them, without a copy where that is UTF-8.
class WireNames {
 public:
  explicit WireNames(const Session& session)
      : charset_(session.utf8 || session.services().charset.is_utf8() ? nullptr : &session.services().charset) {}

  std::string_view operator()(std::string_view name) {
    if (!charset_) return name;
    converted_ = charset_->from_utf8(name);
    return converted_;
  }

 private:
  const Charset* charset_;
  std::string converted_;
};

// What the user may do with each entry of one directory.
class EntryPermissions {
 public:
  EntryPermissions(std::shared_ptr<const Account> account, const FtpPath& directory) : account_(std::move(account)) {
    if (!account_->overrides.empty()) directory_ = directory;
  }

  Permissions operator()(const DirectoryEntry& entry) const {
    if (!directory_) return account_->permissions;
    const auto path = directory_->child(entry.name);
    return account_->permissions_at(path.value_or(*directory_), entry.info.kind == FileKind::directory);
  }

 private:
  std::shared_ptr<const Account> account_;
  std::optional<FtpPath> directory_;  // only where there are exceptions by directory
};

}  // namespace

Task<Reply> list(Session& session, Command command) {
  const ListArgument argument = parse_list_argument(command.argument);
  const FtpPath path = session.resolve(argument.pathname);
  const auto info = co_await session.files().stat(path);
  if (!info) co_return reply_for(info.error());

  LineFormat format = [clock = list_clock(session.config()), names = WireNames(session)](
                          std::string& out, const DirectoryEntry& entry) mutable {
    const std::string_view name = names(entry.name);
    if (is_listable(name)) append_list_line(out, name, entry.info, clock.now, clock.zone_offset);
  };
  std::string head;
  std::unique_ptr<DirectoryReader> reader;
  if (info->kind == FileKind::directory) {
    auto opened = co_await session.files().list(path, Detail::full);
    if (!opened) co_return reply_for(opened.error());
    reader = std::move(*opened);
  } else {
    const DirectoryEntry entry{path.name(), *info};
    format(head, entry);
  }
  co_return begin_listing(session, command.spec, path, std::move(head), std::move(reader), std::move(format));
}

Task<Reply> nlst(Session& session, Command command) {
  const ListArgument argument = parse_list_argument(command.argument);
  const FtpPath path = session.resolve(argument.pathname);
  const auto info = co_await session.files().stat(path);
  if (!info) co_return reply_for(info.error());

  // RFC 1123 §4.1.2.7: each name can be used as it is from the current directory.
  std::string prefix(argument.pathname);
  std::string head;
  std::unique_ptr<DirectoryReader> reader;
  if (info->kind == FileKind::directory) {
    if (!prefix.empty() && prefix.back() != '/') prefix += '/';
    auto opened = co_await session.files().list(path, Detail::names);
    if (!opened) co_return reply_for(opened.error());
    reader = std::move(*opened);
  } else {
    head = prefix + "\r\n";
  }
  LineFormat format = [prefix = std::move(prefix), names = WireNames(session)](std::string& out,
                                                                               const DirectoryEntry& entry) mutable {
    const std::string_view name = names(entry.name);
    if (!is_listable(name)) return;
    out += prefix;
    out += name;
    out += "\r\n";
  };
  co_return begin_listing(session, command.spec, path, std::move(head), std::move(reader), std::move(format));
}

Task<Reply> mlsd(Session& session, Command command) {
  const FtpPath path = session.resolve(command.argument);
  const auto info = co_await session.files().stat(path);
  if (!info) co_return reply_for(info.error());
  // RFC 3659 §7.2.1: MLSD of anything but a directory is an error in the argument.
  if (info->kind != FileKind::directory) co_return Reply(501, "Not a directory; use MLST.");
  auto reader = co_await session.files().list(path, Detail::full);
  if (!reader) co_return reply_for(reader.error());
  LineFormat format = [permissions = EntryPermissions(session.shared_account(), path), facts = session.facts,
                       names = WireNames(session)](std::string& out, const DirectoryEntry& entry) mutable {
    const std::string_view name = names(entry.name);
    if (!is_listable(name)) return;
    append_facts(out, entry.info, permissions(entry), facts);
    out += ' ';
    out += name;
    out += "\r\n";
  };
  co_return begin_listing(session, command.spec, path, {}, std::move(*reader), std::move(format));
}

}  // namespace ferry
