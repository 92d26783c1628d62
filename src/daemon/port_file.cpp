#include "port_file.hpp"

#include <cerrno>
#include <cstring>
#include <utility>

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "write_file.hpp"

namespace ferry {

PortFile::PortFile(std::string path, std::optional<UnixIdentity> owner)
    : path_(std::move(path)), owner_(std::move(owner)) {
  static_cast<void>(remove());
}

PortFile::~PortFile() { static_cast<void>(remove()); }

std::expected<void, std::string> PortFile::write(std::uint16_t port, std::uint16_t implicit_port) {
  if (path_.empty()) return {};
  if (occupied_) {
    return std::unexpected(
        fmt::format("ferry: --port-file: \"{}\" is there and no plain file; choose another name", path_));
  }
  std::string text = fmt::format("{}\n", port);
  if (implicit_port != 0) text += fmt::format("{}\n", implicit_port);
  auto written = write_file(path_, text, 0644, Existing::replace);
  if (!written)
    return std::unexpected(fmt::format("ferry: --port-file: \"{}\" cannot be written: {}; choose another place", path_,
                                       std::strerror(written.error())));
  file_ = *std::move(written);
  // Where that fails, remove() says what is left.
  if (owner_) static_cast<void>(fchown(file_.get(), owner_->user, owner_->group) == 0);
  return {};
}

std::expected<void, std::string> PortFile::remove() {
  if (path_.empty()) return {};
  const Descriptor file = std::exchange(file_, Descriptor());
  struct stat found{};
  if (lstat(path_.c_str(), &found) == 0) {
    occupied_ = !S_ISREG(found.st_mode);  // "/dev/stdout" is not ours to delete
    if (occupied_ || unlink(path_.c_str()) == 0) return {};
  }
  if (errno == ENOENT) return {};
  const std::string reason = std::strerror(errno);
  const bool emptied = file && ftruncate(file.get(), 0) == 0;
  return std::unexpected(
      fmt::format("--port-file: \"{}\" cannot be removed: {}{}; choose a directory where the "
                  "server may remove files",
                  path_, reason, emptied ? ", and is empty now" : ""));
}

}  // namespace ferry
