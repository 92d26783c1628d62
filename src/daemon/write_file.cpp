#include "write_file.hpp"

#include <cerrno>
#include <cstdio>
#include <cstdlib>

#include <sys/stat.h>
#include <unistd.h>

namespace ferry {

int write_file(const std::string& path, std::string_view content, unsigned mode, Existing existing) {
  std::string temporary = path + ".XXXXXX";
  const int file = mkostemp(temporary.data(), 0);
  if (file < 0) return errno;
  int error = fchmod(file, mode) == 0 ? 0 : errno;
  while (error == 0 && !content.empty()) {
    const ssize_t written = ::write(file, content.data(), content.size());
    if (written >= 0)
      content.remove_prefix(static_cast<std::size_t>(written));
    else if (errno != EINTR)
      error = errno;
  }
  if (close(file) != 0 && error == 0) error = errno;
  // link() fails where the name is taken, rename() replaces.
  if (error == 0 && existing == Existing::replace && std::rename(temporary.c_str(), path.c_str()) == 0) return 0;
  if (error == 0 && (existing == Existing::replace || link(temporary.c_str(), path.c_str()) != 0)) error = errno;
  unlink(temporary.c_str());
  return error;
}

}  // namespace ferry
