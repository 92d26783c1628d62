// What a killed process left of its uploads: files with hidden names. Nameless ones are gone by themselves.
//
// A name alone proves little, so three things must hold: the name is one that only ferry gives, the entry is a regular
// file, and nobody holds its lock, which whoever writes it does as long as it has this name (see LocalNewFile).
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <dirent.h>
#include <algorithm>
#include <memory>
#include <string_view>
#include <vector>

#include <ferry/unix_identity.hpp>

#include "storage/local/credentials.hpp"
#include "storage/local/local_tree.hpp"

namespace ferry {

namespace {

using Directory = std::unique_ptr<DIR, decltype([](DIR* directory) { ::closedir(directory); })>;

Directory open_directory(const Jail& jail, const FtpPath& path) {
  auto opened = jail.open(path, O_RDONLY | O_DIRECTORY);
  if (!opened) return nullptr;
  // fdopendir takes a descriptor of its own.
  const int fd = ::fcntl(opened->get(), F_DUPFD_CLOEXEC, 0);
  DIR* const directory = fd < 0 ? nullptr : ::fdopendir(fd);
  if (directory == nullptr && fd >= 0) ::close(fd);
  return Directory(directory);
}

bool is_directory(int holder, const dirent& entry) {
  if (entry.d_type != DT_UNKNOWN) return entry.d_type == DT_DIR;
  struct stat facts;
  return ::fstatat(holder, entry.d_name, &facts, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(facts.st_mode);
}

bool remove_if_abandoned(int holder, const char* name) {
  const Descriptor file(::openat(holder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
  struct stat facts;
  if (!file || ::fstat(file.get(), &facts) != 0 || !S_ISREG(facts.st_mode)) return false;
  return ::flock(file.get(), LOCK_EX | LOCK_NB) == 0 && ::unlinkat(holder, name, 0) == 0;
}

}  // namespace

bool is_random_name(std::string_view name, std::string_view prefix) {
  const auto is_digit = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
  return name.size() == prefix.size() + 16 && name.starts_with(prefix) &&
         std::ranges::all_of(name.substr(prefix.size()), is_digit);
}

std::size_t remove_left_overs(const std::string& directory, const std::stop_token& stop) {
  const auto jail = Jail::open(directory);
  if (!jail) return 0;
  std::size_t removed = 0;
  std::vector<FtpPath> to_do{FtpPath()};
  while (!to_do.empty()) {
    const FtpPath path = std::move(to_do.back());
    to_do.pop_back();
    const Directory opened = open_directory(*jail, path);
    if (!opened) continue;
    const int holder = ::dirfd(opened.get());
    while (const dirent* const entry = ::readdir(opened.get())) {
      if (stop.stop_requested()) return removed;
      const std::string_view name = entry->d_name;
      if (name == "." || name == "..") continue;
      if (is_random_name(name, temporary_prefix))
        removed += remove_if_abandoned(holder, entry->d_name) ? 1 : 0;
      else if (is_directory(holder, *entry))
        to_do.push_back(path.child(name).value());
    }
  }
  return removed;
}

std::size_t remove_left_overs_as(const std::string& directory, const UnixIdentity& identity,
                                 const std::stop_token& stop) {
  if (!may_act_as_others()) return 0;
  const ActingAs acting(identity);
  return remove_left_overs(directory, stop);
}

}  // namespace ferry
