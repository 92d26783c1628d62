// Whose files a process is to serve, and the packet that says so.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include <ferry/unix_identity.hpp>

#include "base/packet_socket.hpp"

namespace ferry {

struct UserHome {
  UnixIdentity identity;
  std::string root;   // what the user sees as "/"
  std::string clear;  // to be cleared of left-overs; empty: nothing

  friend bool operator==(const UserHome&, const UserHome&) = default;
};

// nullopt where it is too large.
std::optional<std::string> encode_user_home(const UserHome& home);
std::optional<UserHome> decode_user_home(std::string_view packet);

}  // namespace ferry
