// Where the server waits for a data connection: the numbers in its reply to PASV or EPSV. Read as most clients read
// them.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace ferry::user_pi {

struct Announced {
  std::array<std::uint8_t, 4> host{};
  std::uint16_t port = 0;
};

// RFC 959 §4.1.2: 227 text (h1,h2,h3,h4,p1,p2). Throws Failure where there is no such thing.
Announced announced_by_227(std::string_view text);
// RFC 2428 §3: 229 text (|||port|). Throws Failure where there is no such thing.
std::uint16_t port_of_229(std::string_view text);

}  // namespace ferry::user_pi
