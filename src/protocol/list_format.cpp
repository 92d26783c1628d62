#include "protocol/list_format.hpp"

#include <cstddef>
#include <cstdint>

#include "protocol/digits.hpp"
#include "protocol/timestamps.hpp"

namespace ferry {
namespace {

constexpr std::size_t links_width = 3;
constexpr std::size_t name_width = 8;
constexpr std::size_t size_width = 12;

char kind_letter(FileKind kind) {
  switch (kind) {
    case FileKind::regular:
      return '-';
    case FileKind::directory:
      return 'd';
    case FileKind::broken_link:
      return 'l';
    case FileKind::special:
      return 'p';
  }
  return '-';
}

// One triple of "rwx". A special bit (set-uid, set-gid, sticky) takes the place of the x: small where x is set too.
void append_triple(std::string& out, unsigned bits, bool special, char special_letter) {
  out += (bits & 4u) != 0 ? 'r' : '-';
  out += (bits & 2u) != 0 ? 'w' : '-';
  const bool execute = (bits & 1u) != 0;
  if (special)
    out += execute ? special_letter : static_cast<char>(special_letter - 'a' + 'A');
  else
    out += execute ? 'x' : '-';
}

void append_mode(std::string& out, std::uint32_t mode) {
  append_triple(out, mode >> 6 & 7u, (mode & 04000u) != 0, 's');
  append_triple(out, mode >> 3 & 7u, (mode & 02000u) != 0, 's');
  append_triple(out, mode & 7u, (mode & 01000u) != 0, 't');
}

// User-PIs count the columns by their spaces, so a user or group name is exactly one column.
void append_column(std::string& out, std::string_view text) {
  const std::size_t begin = out.size();
  for (const char c : text) {
    const auto octet = static_cast<unsigned char>(c);
    out += octet <= ' ' || octet == 0x7F ? '_' : c;
  }
  if (text.empty()) out += '-';
  const std::size_t length = out.size() - begin;
  if (length < name_width) out.append(name_width - length, ' ');
}

}  // namespace

void append_list_line(std::string& out, std::string_view name, const FileInfo& info, FileTime now,
                      std::chrono::seconds zone_offset) {
  out += kind_letter(info.kind);
  append_mode(out, info.mode);
  out += ' ';
  append_right(out, info.links, links_width);
  out += ' ';
  append_column(out, info.owner);
  out += ' ';
  append_column(out, info.group);
  out += ' ';
  append_right(out, info.size, size_width);
  out += ' ';
  append_list_time(out, info.modified, now, zone_offset);
  out += ' ';
  out += name;
  out += "\r\n";
}

bool is_listable(std::string_view name) { return name.find_first_of("\r\n") == std::string_view::npos; }

}  // namespace ferry
