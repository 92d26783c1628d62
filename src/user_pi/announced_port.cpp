#include "user_pi/announced_port.hpp"

#include <charconv>

#include "user_pi/failure.hpp"

namespace ferry::user_pi {

namespace {

unsigned number(std::string_view& text, unsigned most, const char* command) {
  unsigned value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || value > most) throw Failure(std::string("unreadable reply to ") + command);
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return value;
}

}  // namespace

std::uint16_t port_of_229(std::string_view text) {
  const std::size_t open = text.rfind('(');
  if (open == std::string_view::npos || text.size() < open + 5) throw Failure("unreadable reply to EPSV");
  text.remove_prefix(open + 4);
  return static_cast<std::uint16_t>(number(text, 65535, "EPSV"));
}

Announced announced_by_227(std::string_view text) {
  const std::size_t digits = text.find_first_of("0123456789", 4);
  if (digits == std::string_view::npos) throw Failure("unreadable reply to PASV");
  text.remove_prefix(digits);
  unsigned fields[6] = {};
  for (unsigned& field : fields) {
    field = number(text, 255, "PASV");
    if (!text.empty()) text.remove_prefix(1);
  }
  Announced announced;
  for (std::size_t i = 0; i < 4; ++i) announced.host[i] = static_cast<std::uint8_t>(fields[i]);
  announced.port = static_cast<std::uint16_t>(fields[4] * 256 + fields[5]);
  return announced;
}

}  // namespace ferry::user_pi
