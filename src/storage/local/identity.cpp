#include "storage/local/identity.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

namespace ferry {

Identity Identity::of_process() {
  Identity result;
  result.user = ::geteuid();
  if (const int count = ::getgroups(0, nullptr); count > 0) {
    result.groups.resize(static_cast<std::size_t>(count));
    const int filled = ::getgroups(count, result.groups.data());
    result.groups.resize(static_cast<std::size_t>(std::max(filled, 0)));
  }
  result.groups.push_back(::getegid());
  std::ranges::sort(result.groups);
  return result;
}

unsigned Identity::bits(std::uint32_t mode, uid_t owner, gid_t group) const {
  if (is_root()) return S_ISDIR(mode) ? 7u : 6u;
  if (user == owner) return mode >> 6 & 7u;
  if (std::ranges::binary_search(groups, group)) return mode >> 3 & 7u;
  return mode & 7u;
}

Holder Holder::of(const Identity& identity, std::uint32_t mode, uid_t owner, gid_t group, bool read_only) {
  return {.lets_change = !read_only && (identity.bits(mode, owner, group) & 3u) == 3u,
          .sticky = (mode & S_ISVTX) != 0,
          .owner = owner};
}

Access access_of(const Identity& identity, std::uint32_t mode, uid_t owner, gid_t group, bool read_only,
                 const Holder& holder) {
  const unsigned bits = identity.bits(mode, owner, group);
  const bool enter = (bits & 1u) != 0;
  const bool directory = S_ISDIR(mode);
  return {.read = (bits & 4u) != 0,
          .write = (bits & 2u) != 0 && !read_only && (!directory || enter),
          .enter = directory && enter,
          .removable = holder.lets_remove(identity, owner)};
}

}  // namespace ferry
