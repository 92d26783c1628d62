#include "auth/system/user_home.hpp"

#include "base/packets.hpp"

namespace ferry {

std::optional<std::string> encode_user_home(const UserHome& home) {
  PacketWriter out;
  out.number(home.identity.user);
  out.number(home.identity.group);
  out.text(home.root);
  out.text(home.clear);
  for (const gid_t group : home.identity.groups) out.number(group);
  return out.size() > largest_packet ? std::nullopt : std::optional(out.take());
}

std::optional<UserHome> decode_user_home(std::string_view packet) {
  PacketReader in(packet);
  UserHome home;
  home.identity.user = in.number<uid_t>();
  home.identity.group = in.number<gid_t>();
  home.root = in.text();
  home.clear = in.text();
  while (in.left() > 0) home.identity.groups.push_back(in.number<gid_t>());
  return in.whole() && !home.root.empty() ? std::optional(std::move(home)) : std::nullopt;
}

}  // namespace ferry
