#include "write_file.hpp"

#include <cerrno>
#include <cstdio>
#include <cstdlib>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace ferry {

std::expected<Descriptor, int> write_file(const std::string& path, std::string_view content, unsigned mode,
                                          Existing existing) {
  std::string temporary = path + ".XXXXXX";
  Descriptor file(mkostemp(temporary.data(), O_CLOEXEC));
  if (!file) return std::unexpected(errno);
  int error = fchmod(file.get(), mode) == 0 ? 0 : errno;
  while (error == 0 && !content.empty()) {
    const ssize_t written = ::write(file.get(), content.data(), content.size());
    if (written >= 0)
      content.remove_prefix(static_cast<std::size_t>(written));
    else if (errno != EINTR)
      error = errno;
  }
  // Some file systems say only when a descriptor is closed that the content could not be kept.
  Descriptor kept(fcntl(file.get(), F_DUPFD_CLOEXEC, 0));
  if (error == 0 && (!kept || !file.close())) error = errno;
  // link() fails where the name is taken, rename() replaces.
  if (error == 0 && existing == Existing::replace && std::rename(temporary.c_str(), path.c_str()) == 0) return kept;
  if (error == 0 && (existing == Existing::replace || link(temporary.c_str(), path.c_str()) != 0)) error = errno;
  unlink(temporary.c_str());
  if (error != 0) return std::unexpected(error);
  return kept;
}

}  // namespace ferry
