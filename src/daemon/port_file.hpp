// --port-file: tells a script that started ferry which port it got and that clients can connect.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>

#include <ferry/unix_identity.hpp>

#include "base/descriptor.hpp"

namespace ferry {

// The file exists exactly while the server accepts connections: what an earlier run left behind is removed at once. A
// server that became another user meanwhile and may not remove it leaves it empty.
class PortFile {
 public:
  // An empty path: no file, and nothing fails. `owner`: whose it is to be, where not this process's own; in a directory
  // such as /tmp only the owner may remove a file.
  PortFile(std::string path, std::optional<UnixIdentity> owner);
  ~PortFile();
  PortFile(const PortFile&) = delete;
  PortFile& operator=(const PortFile&) = delete;

  // Puts the file in place in one step, so that nobody reads half a number: a line with the port, and one with the port
  // for implicit TLS unless that is 0. The error is a text for the operator.
  std::expected<void, std::string> write(std::uint16_t port, std::uint16_t implicit_port);
  // The error, a text for the operator, says what is left.
  std::expected<void, std::string> remove();

 private:
  std::string path_;
  std::optional<UnixIdentity> owner_;
  Descriptor file_;
  bool occupied_ = false;  // by something that is no plain file
};

}  // namespace ferry
