#include "port_file.hpp"

#include <cerrno>
#include <cstring>

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "write_file.hpp"

namespace ferry {

PortFile::PortFile(std::string path) : path_(std::move(path)) { remove(); }
PortFile::~PortFile() { remove(); }

std::expected<void, std::string> PortFile::write(std::uint16_t port) {
  if (path_.empty()) return {};
  if (occupied_) {
    return std::unexpected(
        fmt::format("ferry: --port-file: \"{}\" is there and no plain file; choose another name", path_));
  }
  const int error = write_file(path_, fmt::format("{}\n", port), 0644, Existing::replace);
  if (error == 0) return {};
  return std::unexpected(fmt::format("ferry: --port-file: \"{}\" cannot be written: {}; choose another place", path_,
                                     std::strerror(error)));
}

void PortFile::remove() {
  if (path_.empty()) return;
  struct stat found{};
  if (lstat(path_.c_str(), &found) != 0) return;
  occupied_ = !S_ISREG(found.st_mode);  // "/dev/stdout" is not ours to delete
  if (!occupied_) unlink(path_.c_str());
}

}  // namespace ferry
