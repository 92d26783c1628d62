// Digests of files: HASH (draft-bryan-ftpext-hash-02) and the commands that came before it: XCRC, XMD5, XSHA and their
// kin, MD5 and MMD5 (draft-twine-ftpmd5). Their replies are those of the servers that made them common.

#include <algorithm>

#include "protocol/command_line.hpp"
#include "protocol/quoted_names.hpp"
#include "session/handlers.hpp"
#include "session/reply_for.hpp"
#include "session/session.hpp"
#include "transfer/file_work.hpp"

namespace ferry {

namespace {

constexpr std::size_t most_names = 32;

// What has changed within such a time might change again without a difference in its times.
constexpr auto settling_time = std::chrono::seconds(2);

struct FileDigest {
  std::string digits;
  std::uint64_t first = 0;
  std::uint64_t octets = 0;
};

using Refusal = Reply (*)(const FsError&);

// draft-bryan-ftpext-hash-02 §3.2 has codes of its own.
Reply refuse_hash(const FsError& error) {
  if (error.code == FsErrc::not_permitted) return {552, "You may not read this file."};
  if (error.code == FsErrc::not_a_file) return {553, "Not a plain file."};
  return reply_for(error);
}

bool has_settled(const FileInfo& info) {
  return info.changed && FileTime::clock::now() - *info.changed > settling_time;
}

// Of the octets from `first` up to, not including, `end`; what lies behind the end of the file does not count.
Task<std::expected<FileDigest, Reply>> digest_of_part(Session& session, const FtpPath& path, DigestKind kind,
                                                      std::uint64_t first, std::optional<std::uint64_t> end,
                                                      Refusal refuse) {
  const auto& files = session.account().files;
  const Permissions there = co_await session.permissions(path);
  if (!there.allows(Permission::retrieve)) co_return std::unexpected(refuse(FsErrc::not_permitted));
  const auto before = co_await files->stat(path);
  if (!before) co_return std::unexpected(refuse(before.error()));
  // Whoever may not open the file learns nothing from the cache either.
  auto source = co_await files->open_read(path, first);
  if (!source) co_return std::unexpected(refuse(source.error()));

  FileDigest result{.digits = {}, .first = first, .octets = (*source)->remaining()};
  if (end) result.octets = std::min(result.octets, *end - first);
  const std::uint64_t most = session.config().limits.hash_octets;
  if (most != 0 && result.octets > most)
    co_return std::unexpected(Reply(556, "This is more than the server computes digests of."));

  DigestCache& cache = session.services().digests;
  const auto key = DigestKey::of(*before, kind, result.first, result.octets);
  if (key) {
    if (auto known = cache.find(files, *key)) {
      result.digits = *std::move(known);
      co_return result;
    }
  }
  const BulkWork work{session.services().bulk_work, session.work()->cancellation};
  auto digits = co_await digest_of(**source, result.octets, kind, work);
  if (!digits && digits.error().kind == TransferEnd::Kind::storage)
    co_return std::unexpected(refuse(digits.error().error));
  if (!digits) co_return std::unexpected(reply_for(digits.error()));
  result.digits = *std::move(digits);
  if (key && has_settled(*before)) {
    const auto after = co_await files->stat(path);
    if (after && DigestKey::of(*after, kind, result.first, result.octets) == key)
      cache.keep(files, *key, result.digits);
  }
  co_return result;
}

}  // namespace

Task<Reply> hash(Session& session, Command command) {
  const DigestKind kind = session.hash_kind;
  const std::optional<OctetRange> range = range_in(*command.prepared);
  std::optional<std::uint64_t> end;
  if (range) end = range->last + 1;
  const FtpPath path = session.resolve(command.argument);
  const auto digest = co_await digest_of_part(session, path, kind, range ? range->first : 0, end, refuse_hash);
  if (!digest) co_return digest.error();
  // §3.1: the range is inclusive; that of nothing is 0-0.
  const std::uint64_t last = digest->octets == 0 ? digest->first : digest->first + digest->octets - 1;
  co_return Reply(213, "{} {}-{} {} {}",
                  {std::string(hash_name(kind)), std::to_string(digest->first), std::to_string(last), digest->digits,
                   std::string(command.argument)});
}

Reply opts_hash(Session& session, std::string_view algorithm) {
  if (!algorithm.empty()) {
    const auto kind = find_hash(algorithm);
    if (!kind) return {501, "This digest is not known; FEAT lists those that are."};
    session.hash_kind = *kind;
  }
  return {200, "{}", {std::string(hash_name(session.hash_kind))}};  // §3.3: the algorithm in use, nothing else
}

std::string feat_hash(const Session& session) {
  std::string text = "HASH ";
  for (const DigestKind kind : hash_kinds) {
    if (text.back() != ' ') text += ';';
    text += hash_name(kind);
    if (kind == session.hash_kind) text += '*';
  }
  return text;
}

namespace {

// XCRC and its kin: a name, perhaps with the first octet and the one after the last.
Task<Reply> checksum(Session& session, Command command, DigestKind kind) {
  const auto request = parse_checksum_request(command.argument);
  if (!request) co_return Reply(501, "Give a pathname, in quotes where numbers follow it.");
  const FilePart* part = &request->part;
  if (request->otherwise) {
    const auto whole = co_await session.files().stat(session.resolve(part->name));
    if (!whole && whole.error().code == FsErrc::not_found) part = &*request->otherwise;
  }
  if (part->end && *part->end < part->start) co_return Reply(501, "The end lies before the start.");
  const FtpPath path = session.resolve(part->name);
  const auto digest = co_await digest_of_part(session, path, kind, part->start, part->end, reply_for);
  if (!digest) co_return digest.error();
  co_return Reply(250, "{}", {digest->digits});
}

// A name as MD5 and MMD5 repeat it.
std::string name_in_reply(const std::string& name) {
  return name.find_first_of(" ,\"") == std::string::npos ? name : quote_pathname(name);
}

}  // namespace

Task<Reply> xcrc(Session& session, Command command) { return checksum(session, command, DigestKind::crc32); }
Task<Reply> xmd5(Session& session, Command command) { return checksum(session, command, DigestKind::md5); }
Task<Reply> xsha1(Session& session, Command command) { return checksum(session, command, DigestKind::sha1); }
Task<Reply> xsha256(Session& session, Command command) { return checksum(session, command, DigestKind::sha256); }
Task<Reply> xsha512(Session& session, Command command) { return checksum(session, command, DigestKind::sha512); }

Task<Reply> md5(Session& session, Command command) {
  const auto names = parse_checksum_request(command.argument);
  if (!names || names->part.start != 0 || names->part.end) co_return Reply(501, "MD5 needs a pathname.");
  const std::string& name = names->part.name;
  const FtpPath path = session.resolve(name);
  const auto digest = co_await digest_of_part(session, path, DigestKind::md5, 0, std::nullopt, reply_for);
  if (!digest) co_return digest.error();
  co_return Reply(251, "{} {}", {name_in_reply(name), digest->digits});
}

Task<Reply> mmd5(Session& session, Command command) {
  const auto names = parse_names_with_commas(command.argument, most_names);
  if (!names) co_return Reply(501, "MMD5 needs pathnames with commas between them, at most 32.");
  std::string list;
  for (const std::string& name : *names) {
    const FtpPath path = session.resolve(name);
    const auto digest = co_await digest_of_part(session, path, DigestKind::md5, 0, std::nullopt, reply_for);
    if (!digest) co_return digest.error();
    if (!list.empty()) list += ", ";
    list += name_in_reply(name) + ' ' + digest->digits;
  }
  co_return Reply(252, "{}", {std::move(list)});
}

}  // namespace ferry
