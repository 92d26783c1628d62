// What is known about a file: SIZE, MLST (RFC 3659) and STAT (RFC 959 §4.1.3).

#include <fmt/format.h>

#include "protocol/list_format.hpp"
#include "session/entry_facts.hpp"
#include "session/handlers.hpp"
#include "session/open_listing.hpp"
#include "session/reply_for.hpp"
#include "session/session.hpp"

namespace ferry {

Task<Reply> size(Session& session, Command command) {
  // Counting line ends would mean reading the whole file; RFC 3659 §4 lets a server refuse instead.
  // In MODE Z it is the file's own size (draft-preston-ftpext-deflate §3.7).
  const auto [type, form, structure, mode, level] = session.representation;
  const bool own_size = mode == TransferMode::deflate;
  if (!own_size && (mode != TransferMode::stream || structure != Structure::file))
    co_return Reply(550, "SIZE is offered for STRU F and MODE S or Z only.");
  if (!own_size && type == DataType::ascii) co_return Reply(550, "SIZE is not offered for TYPE A; send TYPE I first.");
  const auto info = co_await session.files().stat(session.resolve(command.argument));
  if (!info) co_return reply_for(info.error());
  if (info->kind != FileKind::regular) co_return Reply(550, "Not a plain file.");
  co_return Reply(213, "{}", {std::to_string(info->size)});
}

Task<Reply> mlst(Session& session, Command command) {
  const FtpPath path = session.resolve(command.argument);
  const auto info = co_await session.files().stat(path);
  if (!info) co_return reply_for(info.error());
  const EntryFacts facts(session);
  FileAttributes attributes;
  AttributeReader* const reader = session.files().attribute_reader();
  if (reader && facts.need_attributes(info->kind, true)) {
    auto found = co_await reader->attributes(path);
    if (found) attributes = *std::move(found);
  }
  const std::string pathname = session.on_the_wire(path.text());
  std::string entry = " ";
  facts.append(entry, path.name(), pathname, *info, session.permissions(path, info->kind), attributes);
  entry += ' ';
  entry += pathname;
  co_return Reply::multi_line(250, "Listing follows.", {std::move(entry)}, "End");
}

namespace {

std::string transfer_progress(const Session& session) {
  const ActiveTransfer& transfer = *session.transfer();
  return fmt::format("{} {}: {} octets so far", transfer.spec.verb, session.on_the_wire(transfer.path.text()),
                     transfer.data.octets());
}

std::string representation_text(const Representation& representation) {
  static constexpr std::string_view types[] = {"ASCII", "EBCDIC", "Image"};
  static constexpr std::string_view forms[] = {"Nonprint", "Telnet", "Carriage Control"};
  static constexpr std::string_view structures[] = {"File", "Record"};
  static constexpr std::string_view modes[] = {"Stream", "Block", "Compressed", "Deflate"};
  std::string text = "TYPE: ";
  text += types[std::to_underlying(representation.type)];
  if (representation.type != DataType::image) {
    text += ", FORM: ";
    text += forms[std::to_underlying(representation.form)];
  }
  text += "; STRU: ";
  text += structures[std::to_underlying(representation.structure)];
  text += "; MODE: ";
  text += modes[std::to_underlying(representation.mode)];
  return text;
}

Reply session_status(Session& session) {
  std::vector<std::string> lines;
  lines.push_back("Connected from " + session.peer().address.text());
  lines.push_back(session.logged_in() ? "Logged in as " + session.user() : "Not logged in");
  lines.push_back(representation_text(session.representation));
  if (session.host) lines.push_back("Host: " + session.host->name);
  const auto tls = session.tls_facts();
  lines.push_back("Control connection: " + (tls ? tls->text() : "in clear"));
  lines.push_back(std::string("Data connections: ") +
                  (session.protection == ProtectionLevel::private_ ? "protected (PROT P)" : "in clear (PROT C)"));
  lines.push_back(session.transferring() ? transfer_progress(session) : std::string("No transfer in progress"));
  if (session.work()) lines.push_back(std::string(session.work()->spec.verb) + " is running");
  return Reply::multi_line(211, "Server status:", std::move(lines), "End of status");
}

// A listing on the control connection is for people; a directory beyond this size needs LIST.
constexpr std::size_t most_status_lines = 10'000;

}  // namespace

Task<Reply> stat(Session& session, Command command) {
  if (command.argument.empty()) co_return session_status(session);

  ListArgument argument = parse_list_argument(command.argument);
  argument.options.long_format = true;
  const auto listing = co_await open_listing(session, argument, Detail::full);
  if (!listing) co_return listing.error();
  LineFormat format = long_lines(session, argument.options, listing->at);
  std::vector<std::string> lines;
  std::string text;
  const auto add = [&](const DirectoryEntry& entry) {
    text.clear();
    format(text, entry);
    // The reply has its own line ends.
    for (std::string_view rest = text; !rest.empty(); rest.remove_prefix(rest.find('\n') + 1))
      lines.emplace_back(rest.substr(0, rest.find("\r\n")));
  };
  if (listing->single) {
    const DirectoryEntry entry{listing->single_name, *listing->single};
    add(entry);
    co_return Reply::multi_line(213, "Status follows:", std::move(lines), "End of status");
  }
  for (;;) {
    const auto entries = co_await listing->reader->next();
    if (!entries) co_return reply_for(entries.error());
    if (entries->empty()) break;
    for (const DirectoryEntry& entry : *entries) add(entry);
    if (lines.size() > most_status_lines) co_return Reply(550, "Too many entries for STAT; send LIST.");
    co_await session.loop().yield();
  }
  co_return Reply::multi_line(212, "Status follows:", std::move(lines), "End of status");
}

}  // namespace ferry
