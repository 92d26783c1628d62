#include "protocol/list_format.hpp"

#include <algorithm>
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
void write_triple(char* out, unsigned bits, bool special, char special_letter) {
  const bool execute = (bits & 1u) != 0;
  out[0] = (bits & 4u) != 0 ? 'r' : '-';
  out[1] = (bits & 2u) != 0 ? 'w' : '-';
  out[2] = execute ? 'x' : '-';
  if (special) out[2] = execute ? special_letter : static_cast<char>(special_letter - 'a' + 'A');
}

void append_kind_and_mode(std::string& out, FileKind kind, std::uint32_t mode) {
  char text[11];
  text[0] = kind_letter(kind);
  write_triple(text + 1, mode >> 6 & 7u, (mode & 04000u) != 0, 's');
  write_triple(text + 4, mode >> 3 & 7u, (mode & 02000u) != 0, 's');
  write_triple(text + 7, mode & 7u, (mode & 01000u) != 0, 't');
  text[10] = ' ';
  out.append(text, sizeof text);
}

// User-PIs count the columns by their spaces, so a user or group name is exactly one column.
void append_column(std::string& out, std::string_view text) {
  const std::size_t begin = out.size();
  out += text.empty() ? std::string_view("-") : text;
  for (std::size_t i = begin; i < out.size(); ++i) {
    const auto octet = static_cast<unsigned char>(out[i]);
    if (octet <= ' ' || octet == 0x7F) out[i] = '_';
  }
  const std::size_t length = out.size() - begin;
  out.append(length < name_width ? name_width - length + 1 : 1, ' ');
}

}  // namespace

void append_list_line(std::string& out, std::string_view name, const FileInfo& info, FileTime now,
                      std::chrono::seconds zone_offset) {
  append_kind_and_mode(out, info.kind, info.mode);
  append_right(out, info.links, links_width);
  out += ' ';
  append_column(out, info.owner);
  append_column(out, info.group);
  append_right(out, info.size, size_width);
  out += ' ';
  append_list_time(out, info.modified, now, zone_offset);
  out += ' ';
  out += name;
  out += "\r\n";
}

bool is_listable(std::string_view name) {
  return std::ranges::none_of(name, [](char c) { return c == '\r' || c == '\n'; });
}

}  // namespace ferry
