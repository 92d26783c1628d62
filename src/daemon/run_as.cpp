#include "run_as.hpp"

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include <fmt/format.h>
#include <grp.h>
#include <unistd.h>

namespace ferry {

std::string refusal_of(const RunAs& run_as, std::string_view reason) {
  return fmt::format("--run-as: \"{0}\" cannot be taken on: {1}; start ferry as root, or as {0}", run_as.name, reason);
}

AsUser::AsUser(const std::optional<RunAs>& run_as) {
  if (!run_as || geteuid() != 0) return;
  groups_.resize(static_cast<std::size_t>(getgroups(0, nullptr)));
  groups_.resize(static_cast<std::size_t>(getgroups(static_cast<int>(groups_.size()), groups_.data())));
  const UnixIdentity& identity = run_as->identity;
  if (setgroups(identity.groups.size(), identity.groups.data()) != 0 || setegid(identity.group) != 0 ||
      seteuid(identity.user) != 0)
    throw ConfigError(refusal_of(*run_as, std::strerror(errno)));
  changed_ = true;
}

AsUser::~AsUser() {
  // A server that is neither the one nor the other must not go on.
  if (changed_ && (seteuid(0) != 0 || setegid(getgid()) != 0 || setgroups(groups_.size(), groups_.data()) != 0))
    abort();
}

}  // namespace ferry
