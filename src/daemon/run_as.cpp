#include "run_as.hpp"

#include <cerrno>
#include <cstdlib>
#include <system_error>

#include <grp.h>
#include <unistd.h>

namespace ferry {

AsUser::AsUser(const std::optional<RunAs>& run_as) {
  if (!run_as || geteuid() != 0) return;
  groups_.resize(static_cast<std::size_t>(getgroups(0, nullptr)));
  groups_.resize(static_cast<std::size_t>(getgroups(static_cast<int>(groups_.size()), groups_.data())));
  const UnixIdentity& identity = run_as->identity;
  if (setgroups(identity.groups.size(), identity.groups.data()) != 0 || setegid(identity.group) != 0 ||
      seteuid(identity.user) != 0)
    throw std::system_error(errno, std::generic_category(), "taking on the user of --run-as");
  changed_ = true;
}

AsUser::~AsUser() {
  // A server that is neither the one nor the other must not go on.
  if (changed_ && (seteuid(0) != 0 || setegid(getgid()) != 0 || setgroups(groups_.size(), groups_.data()) != 0))
    abort();
}

}  // namespace ferry
