#include "auth/system/accounts.hpp"

#include <grp.h>
#include <pwd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <fstream>
#include <memory>

namespace ferry {

namespace {

// What a lookup may need for its texts; an entry that is larger is refused.
constexpr std::size_t first_buffer = 4096;
constexpr std::size_t largest_buffer = std::size_t{1} << 24;

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, CloseFile>;

// Calls `look(buffer)` with a larger buffer until it no longer says ERANGE; its last answer is the result.
template <typename Look>
int with_buffer(std::vector<char>& buffer, Look look) {
  for (buffer.resize(first_buffer);; buffer.resize(buffer.size() * 4)) {
    const int error = look(buffer);
    if (error != ERANGE || buffer.size() >= largest_buffer) return error;
  }
}

// The first entry of `path` that `accept` takes. `next` is fgetpwent_r or one of its like.
template <typename Entry, typename Next, typename Accept>
const Entry* find_in_file(const std::string& path, std::vector<char>& buffer, Entry& entry, Next next, Accept accept) {
  const File file(std::fopen(path.c_str(), "re"));
  if (!file) return nullptr;
  buffer.resize(first_buffer);
  for (;;) {
    Entry* found = nullptr;
    const long begin = std::ftell(file.get());
    const int error = next(file.get(), &entry, buffer.data(), buffer.size(), &found);
    if (error == ERANGE && buffer.size() < largest_buffer) {
      buffer.resize(buffer.size() * 4);
      if (std::fseek(file.get(), begin, SEEK_SET) != 0) return nullptr;
      continue;
    }
    if (error != 0 || !found) return nullptr;
    if (accept(*found)) return found;
  }
}

std::string text(const char* from) { return from ? from : ""; }

}  // namespace

std::optional<SystemAccount> find_account(const SystemUserOptions& options, const std::string& name) {
  std::vector<char> buffer;
  passwd entry{};
  const passwd* found = nullptr;
  if (options.passwd_file.empty()) {
    passwd* result = nullptr;
    const int error = with_buffer(buffer, [&](std::vector<char>& room) {
      return ::getpwnam_r(name.c_str(), &entry, room.data(), room.size(), &result);
    });
    if (error == 0) found = result;
  } else {
    found = find_in_file(options.passwd_file, buffer, entry, ::fgetpwent_r,
                         [&](const passwd& one) { return name == one.pw_name; });
  }
  if (!found) return std::nullopt;
  return SystemAccount{.name = text(found->pw_name),
                       .hash = text(found->pw_passwd),
                       .user = found->pw_uid,
                       .group = found->pw_gid,
                       .home = text(found->pw_dir),
                       .shell = text(found->pw_shell)};
}

std::optional<ShadowEntry> find_shadow(const SystemUserOptions& options, const std::string& name) {
  std::vector<char> buffer;
  spwd entry{};
  const spwd* found = nullptr;
  if (options.shadow_file.empty()) {
    spwd* result = nullptr;
    const int error = with_buffer(buffer, [&](std::vector<char>& room) {
      return ::getspnam_r(name.c_str(), &entry, room.data(), room.size(), &result);
    });
    if (error == 0) found = result;
  } else {
    found = find_in_file(options.shadow_file, buffer, entry, ::fgetspent_r,
                         [&](const spwd& one) { return name == one.sp_namp; });
  }
  if (!found) return std::nullopt;
  return ShadowEntry{
      .hash = text(found->sp_pwdp), .changed = found->sp_lstchg, .longest = found->sp_max, .expires = found->sp_expire};
}

std::vector<gid_t> groups_of(const SystemUserOptions& options, const SystemAccount& account) {
  std::vector<gid_t> groups{account.group};
  if (options.passwd_file.empty()) {
    int count = 0;
    ::getgrouplist(account.name.c_str(), account.group, nullptr, &count);
    groups.resize(static_cast<std::size_t>(std::max(count, 1)));
    if (::getgrouplist(account.name.c_str(), account.group, groups.data(), &count) < 0) return {account.group};
    groups.resize(static_cast<std::size_t>(count));
    return groups;
  }
  if (options.group_file.empty()) return groups;
  std::vector<char> buffer;
  group entry{};
  find_in_file(options.group_file, buffer, entry, ::fgetgrent_r, [&](const group& one) {
    for (char** member = one.gr_mem; *member; ++member)
      if (account.name == *member && one.gr_gid != account.group) groups.push_back(one.gr_gid);
    return false;  // all of them
  });
  return groups;
}

bool is_valid_shell(const std::string& shells_file, std::string_view shell) {
  if (shell.empty()) shell = "/bin/sh";
  std::ifstream file(shells_file);
  if (!file) return shell == "/bin/sh" || shell == "/bin/csh";
  for (std::string line; std::getline(file, line);) {
    line.resize(std::min(line.size(), line.find_first_of("# \t")));
    if (line == shell) return true;
  }
  return false;
}

}  // namespace ferry
