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

std::expected<void, std::string> PortFile::write(std::uint16_t port, std::uint16_t implicit_port) {
  if (path_.empty()) return {};
  if (occupied_) {
    return std::unexpected(
        fmt::format("ferry: --port-file: \"{}\" is there and no plain file; choose another name", path_));
  }
  std::string text = fmt::format("{}\n", port);
  if (implicit_port != 0) text += fmt::format("{}\n", implicit_port);
  const int error = write_file(path_, text, 0644, Existing::replace);
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
