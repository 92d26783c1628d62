#include "storage/local/renaming.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/fs.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace ferry {

int rename_to_new_name(int from_directory, const char* from, int to_directory, const char* to) {
  if (::renameat2(from_directory, from, to_directory, to, RENAME_NOREPLACE) == 0) return 0;
  // EINVAL: a file system without this flag, or a directory that is to move into itself; renameat tells which.
  if (errno != EINVAL && errno != ENOSYS) return errno;
  struct stat facts;
  if (::fstatat(to_directory, to, &facts, AT_SYMLINK_NOFOLLOW) == 0) return EEXIST;
  if (errno != ENOENT) return errno;
  return ::renameat(from_directory, from, to_directory, to) == 0 ? 0 : errno;
}

int link_descriptor(int fd, int directory, const char* name) {
  // Without /proc this needs a privilege, or Linux 6.10 and the same credentials as at the open; else it is ENOENT.
  if (::linkat(fd, "", directory, name, AT_EMPTY_PATH) == 0) return 0;
  if (errno != ENOENT && errno != EPERM && errno != EINVAL) return errno;
  const std::string path = fmt::format("/proc/self/fd/{}", fd);
  return ::linkat(AT_FDCWD, path.c_str(), directory, name, AT_SYMLINK_FOLLOW) == 0 ? 0 : errno;
}

}  // namespace ferry
