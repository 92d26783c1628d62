#include "listing.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <charconv>
#include <ctime>

namespace limits {
namespace {

// `width` digits, with zeros in front.
void add_digits(std::string& text, int value, int width) {
  char digits[8];
  for (int i = width - 1; i >= 0; --i, value /= 10) digits[i] = static_cast<char>('0' + value % 10);
  text.append(digits, static_cast<std::size_t>(width));
}

void add_number(std::string& text, unsigned long long value, int base = 10) {
  char digits[32];
  text.append(digits, std::to_chars(digits, digits + sizeof digits, value, base).ptr);
}

void add_line(std::string& text, int directory, const char* name, char kind) {
  if (kind == 'N') {
    text.append(name).append("\r\n");
    return;
  }
  struct statx facts{};
  ::statx(directory, name, AT_NO_AUTOMOUNT | AT_SYMLINK_NOFOLLOW, STATX_BASIC_STATS, &facts);
  std::tm when{};
  const std::time_t seconds = facts.stx_mtime.tv_sec;
  ::gmtime_r(&seconds, &when);
  if (kind == 'M') {
    text.append("type=file;size=");
    add_number(text, facts.stx_size);
    text.append(";modify=");
    add_digits(text, when.tm_year + 1900, 4);
    for (const int part : {when.tm_mon + 1, when.tm_mday, when.tm_hour, when.tm_min, when.tm_sec})
      add_digits(text, part, 2);
    text.append(";perm=adfrw;unique=");
    add_number(text, facts.stx_dev_minor, 16);
    text.push_back('g');
    add_number(text, facts.stx_ino, 16);
    text.append("; ");
  } else {
    text.append("-rw-r--r-- 1 ftp ftp ");
    add_number(text, facts.stx_size);
    text.append(" Jan ");
    add_digits(text, when.tm_mday, 2);
    text.push_back(' ');
    add_digits(text, when.tm_hour, 2);
    text.push_back(':');
    add_digits(text, when.tm_min, 2);
    text.push_back(' ');
  }
  text.append(name).append("\r\n");
}

}  // namespace

bool add_entries(std::string& text, int directory, char kind, char* buffer, std::size_t size) {
  const long n = ::syscall(SYS_getdents64, directory, buffer, size);
  for (long at = 0; at < n;) {
    const auto* const entry = reinterpret_cast<const dirent64*>(buffer + at);
    at += entry->d_reclen;
    if (entry->d_name[0] != '.') add_line(text, directory, entry->d_name, kind);
  }
  return n > 0;
}

}  // namespace limits
