#include "protocol/mlst_facts.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "protocol/digits.hpp"
#include "protocol/timestamps.hpp"

namespace ferry {
namespace {

struct FactName {
  Fact fact;
  std::string_view name;
};

constexpr std::array<FactName, 13> fact_names{{{Fact::type, "type"},
                                               {Fact::perm, "perm"},
                                               {Fact::size, "size"},
                                               {Fact::modify, "modify"},
                                               {Fact::create, "create"},
                                               {Fact::unique, "unique"},
                                               {Fact::media_type, "media-type"},
                                               {Fact::charset, "charset"},
                                               {Fact::unix_mode, "UNIX.mode"},
                                               {Fact::unix_owner, "UNIX.owner"},
                                               {Fact::unix_group, "UNIX.group"},
                                               {Fact::unix_uid, "UNIX.uid"},
                                               {Fact::unix_gid, "UNIX.gid"}}};

// RFC 3659 §2.1, RCHAR: what a token may hold.
constexpr bool is_rchar(char c) {
  constexpr std::string_view marks = ",.:!@#$%^&()-_+?/\\'\"";
  return is_ascii_letter(c) || is_ascii_digit(c) || marks.contains(c);
}

// Likewise SCHAR: what the value of a fact may hold.
constexpr bool is_schar(char c) { return is_rchar(c) || c == '='; }

std::string_view type_value(FileKind kind) {
  switch (kind) {
    case FileKind::regular:
      return "file";
    case FileKind::directory:
      return "dir";
    case FileKind::broken_link:
      // §7.5.1.5 leaves the form to the server. The target would stand after the colon; it is a path of the server.
      return "OS.unix=slink:";
    case FileKind::special:
      return "OS.unix=special";
  }
  return "file";
}

// §7.5.5. A letter stands only where both the user's permissions and the storage let the command succeed.
void append_perm(std::string& out, const FileInfo& info, Permissions permissions) {
  const Access& access = info.access;
  const auto letter_if = [&](char letter, Permission permission, bool possible) {
    if (possible && permissions.allows(permission)) out += letter;
  };
  const bool file = info.kind == FileKind::regular;
  const bool directory = info.kind == FileKind::directory;

  letter_if('a', Permission::append, file && access.write);
  letter_if('c', Permission::store, directory && access.write && access.enter);
  letter_if('d', Permission::remove, access.removable);
  letter_if('e', Permission::enter, directory && access.enter);
  letter_if('f', Permission::rename, access.removable);
  letter_if('l', Permission::list, directory && access.read);
  letter_if('m', Permission::make_directory, directory && access.write && access.enter);
  letter_if('p', Permission::remove, directory && access.write && access.enter);
  letter_if('r', Permission::retrieve, file && access.read);
  letter_if('w', Permission::store, file && access.write);
}

// Names of users and groups come from the system; what SCHAR (§2.1) does not allow would end the fact or the line.
void append_value(std::string& out, std::string_view value) {
  for (const char c : value) out += is_schar(c) ? c : '_';
}

// "text/plain; charset=utf-8" is of the type "text/plain".
std::string_view without_parameters(std::string_view media_type) {
  media_type = media_type.substr(0, media_type.find(';'));
  while (media_type.ends_with(' ')) media_type.remove_suffix(1);
  return media_type;
}

void append_octal_mode(std::string& out, std::uint32_t mode) {
  for (const unsigned shift : {9u, 6u, 3u, 0u}) out += static_cast<char>('0' + (mode >> shift & 7u));
}

}  // namespace

FactSet default_facts() {
  FactSet facts;
  for (const FactName& row : fact_names) facts = facts.with(row.fact);
  for (const Fact fact :
       {Fact::media_type, Fact::charset, Fact::unix_owner, Fact::unix_group, Fact::unix_uid, Fact::unix_gid})
    facts = facts.without(fact);
  return facts;
}

std::expected<FactSet, SyntaxErrc> parse_opts_mlst(std::string_view facts) {
  FactSet selected;
  while (!facts.empty()) {
    const std::size_t end = facts.find(';');
    if (end == std::string_view::npos) return malformed_argument;
    const std::string_view name = facts.substr(0, end);
    facts.remove_prefix(end + 1);
    if (name.empty() || !std::ranges::all_of(name, is_rchar)) return malformed_argument;
    for (const FactName& row : fact_names)
      if (equals_ignoring_ascii_case(row.name, name)) selected = selected.with(row.fact);
  }
  return selected;
}

std::string format_selected(FactSet selected) {
  std::string out;
  for (const FactName& row : fact_names) {
    if (!selected.contains(row.fact)) continue;
    out += row.name;
    out += ';';
  }
  return out;
}

std::string format_feat(FactSet selected) {
  std::string out;
  for (const FactName& row : fact_names) {
    out += row.name;
    if (selected.contains(row.fact)) out += '*';
    out += ';';
  }
  return out;
}

bool is_media_type(std::string_view text) {
  const std::size_t slash = text.find('/');
  return std::ranges::all_of(text, is_schar) && slash != 0 && slash != std::string_view::npos &&
         slash + 1 != text.size() && text.find('/', slash + 1) == std::string_view::npos;
}

void append_facts(std::string& out, const FileInfo& info, Permissions permissions, FactSet facts,
                  const FurtherFacts& further) {
  if (facts.contains(Fact::type)) {
    out += "type=";
    // A target that a fact cannot spell would be a wrong one.
    if (!further.link_target.empty() && std::ranges::all_of(further.link_target, is_schar)) {
      out += "OS.unix=slink:";
      out += further.link_target;
    } else {
      out += type_value(info.kind);
    }
    out += ';';
  }
  if (facts.contains(Fact::perm)) {
    out += "perm=";
    append_perm(out, info, permissions);
    out += ';';
  }
  // §7.5.7: not for directories. Only a regular file has a size that RETR would send.
  if (facts.contains(Fact::size) && info.kind == FileKind::regular) {
    out += "size=";
    append_number(out, info.size);
    out += ';';
  }
  if (facts.contains(Fact::modify)) {
    out += "modify=";
    append_time_val(out, info.modified);
    out += ';';
  }
  if (facts.contains(Fact::create) && info.created) {
    out += "create=";
    append_time_val(out, std::min(*info.created, info.modified));  // §7.5.4: never later than modify
    out += ';';
  }
  if (facts.contains(Fact::unique) && (info.device != 0 || info.inode != 0)) {
    out += "unique=";
    append_number(out, info.device, 16);
    out += 'g';  // no hexadecimal digit, so that no two pairs look alike
    append_number(out, info.inode, 16);
    out += ';';
  }
  if (const std::string_view media_type = without_parameters(further.media_type);
      facts.contains(Fact::media_type) && is_media_type(media_type)) {
    out += "media-type=";
    out += media_type;
    out += ';';
  }
  if (facts.contains(Fact::charset) && !further.charset.empty()) {
    out += "charset=";
    append_value(out, further.charset);
    out += ';';
  }
  if (facts.contains(Fact::unix_mode)) {
    out += "UNIX.mode=";
    append_octal_mode(out, info.mode);
    out += ';';
  }
  if (facts.contains(Fact::unix_owner)) {
    out += "UNIX.owner=";
    append_value(out, info.owner);
    out += ';';
  }
  if (facts.contains(Fact::unix_group)) {
    out += "UNIX.group=";
    append_value(out, info.group);
    out += ';';
  }
  if (facts.contains(Fact::unix_uid) && info.owner_id) {
    out += "UNIX.uid=";
    append_number(out, *info.owner_id);
    out += ';';
  }
  if (facts.contains(Fact::unix_gid) && info.group_id) {
    out += "UNIX.gid=";
    append_number(out, *info.group_id);
    out += ';';
  }
}

}  // namespace ferry
