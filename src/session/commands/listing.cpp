// Directories over the data connection: LIST, NLST (RFC 959 §4.1.3, RFC 1123 §4.1.2.7) and MLSD (RFC 3659 §7).
//
// A name with a line break in it is left out: it would forge a line (RFC 3659 §2.2). MLSD lists the entries only; the
// entries for the directory itself and its parent, which are optional there, are left out as well.

#include "transfer/listing.hpp"
#include "protocol/list_format.hpp"
#include "session/entry_facts.hpp"
#include "session/handlers.hpp"
#include "session/open_listing.hpp"
#include "session/reply_for.hpp"
#include "session/session.hpp"
#include "session/wire_names.hpp"

namespace ferry {

namespace {

Reply begin_listing(Session& session, const CommandSpec& spec, const FtpPath& path, std::string head,
                    std::unique_ptr<DirectoryReader> reader, LineFormat format, std::unique_ptr<Encoder> encoder) {
  auto job = make_listing_job(std::move(head), std::move(reader), std::move(format), std::move(encoder));
  return preliminary_reply(session.prepare_transfer(spec, Direction::down, std::move(job), path));
}

std::unique_ptr<Encoder> listing_encoder(const Session& session) {
  return make_listing_encoder(session.representation, session.services().ebcdic);
}

// RFC 3659 §7.1: as TYPE L 8, STRU F and MODE S, whatever is set. But who compresses wants that compressed most of all,
// and lftp 4.9 expects it.
std::unique_ptr<Encoder> machine_listing_encoder(const Session& session) {
  if (session.representation.mode != TransferMode::deflate) return nullptr;
  Representation octets = session.representation;
  octets.type = DataType::image;
  octets.structure = Structure::file;
  return make_encoder(octets, session.services().ebcdic);
}

// What the user may do with each entry of one directory.
class EntryPermissions {
 public:
  EntryPermissions(std::shared_ptr<const Account> account, FtpPath directory)
      : account_(std::move(account)), directory_(std::move(directory)) {}

  Permissions operator()(const DirectoryEntry& entry) const {
    if (account_->overrides.empty()) return account_->permissions;
    const auto path = directory_.child(entry.name);
    return account_->permissions_at(path.value_or(directory_), entry.info.kind == FileKind::directory);
  }

 private:
  std::shared_ptr<const Account> account_;
  FtpPath directory_;
};

// The lines of MLSD. `attributed`: the reader of the listing, where it knows the entries' attributes; else null.
class FactLines {
 public:
  FactLines(const Session& session, const FtpPath& directory, const AttributedReader* attributed)
      : facts_(session), permissions_(session.shared_account(), directory), names_(session), attributed_(attributed) {}

  void operator()(std::string& out, const DirectoryEntry& entry) {
    static const FileAttributes none;
    const std::string_view name = names_(entry.name);
    if (!is_listable(name)) return;
    facts_.append(out, entry.name, name, entry.info, permissions_(entry), attributed_ ? attributed_->of(entry) : none);
    out += ' ';
    out += name;
    out += "\r\n";
  }

 private:
  EntryFacts facts_;
  EntryPermissions permissions_;
  WireNames names_;
  const AttributedReader* attributed_;
};

// LIST and NLST differ in their lines only, and -l and -1 make each look like the other.
Task<Reply> send_listing(Session& session, Command command, bool names_are_pathnames) {
  ListArgument argument = parse_list_argument(command.argument);
  const bool in_long_format = argument.options.long_format.value_or(!names_are_pathnames);
  argument.options.long_format = in_long_format;
  auto listing = co_await open_listing(session, argument, in_long_format ? Detail::full : Detail::names);
  if (!listing) co_return listing.error();

  // RFC 1123 §4.1.2.7: each name of NLST can be used as it is from the current directory.
  const bool pathnames = names_are_pathnames && !in_long_format;
  LineFormat format = in_long_format ? long_lines(session, argument.options, listing->at)
                                     : name_lines(session, argument.options, pathnames ? listing->at : std::string());
  std::string head;
  if (listing->single) {
    const DirectoryEntry entry{pathnames ? std::string_view() : std::string_view(listing->single_name),
                               *listing->single};
    format(head, entry);
  }
  co_return begin_listing(session, command.spec, listing->path, std::move(head), std::move(listing->reader),
                          std::move(format), listing_encoder(session));
}

}  // namespace

Task<Reply> list(Session& session, Command command) { return send_listing(session, command, false); }

Task<Reply> nlst(Session& session, Command command) { return send_listing(session, command, true); }

Task<Reply> mlsd(Session& session, Command command) {
  const FtpPath path = session.resolve(command.argument);
  const auto info = co_await session.files().stat(path);
  if (!info) co_return reply_for(info.error());
  // RFC 3659 §7.2.1: MLSD of anything but a directory is an error in the argument.
  if (info->kind != FileKind::directory) co_return Reply(501, "Not a directory; use MLST.");
  auto reader = co_await session.files().list(path, Detail::full);
  if (!reader) co_return reply_for(reader.error());
  const EntryFacts facts(session);
  const AttributedReader* attributed = nullptr;
  AttributeReader* const attributes = session.files().attribute_reader();
  if (attributes && facts.need_attributes()) {
    auto with_attributes =
        std::make_unique<AttributedReader>(std::move(*reader), *attributes, path, facts, session.loop());
    attributed = with_attributes.get();
    *reader = std::move(with_attributes);
  }
  LineFormat format = FactLines(session, path, attributed);
  co_return begin_listing(session, command.spec, path, {}, std::move(*reader), std::move(format),
                          machine_listing_encoder(session));
}

}  // namespace ferry
