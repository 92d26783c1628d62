// What a login may do with one path: its permissions and their exceptions by directory.
#include <algorithm>

#include <ferry/authenticator.hpp>

namespace ferry {

Permissions Account::permissions_at(const FtpPath& path, bool is_directory) const {
  const PermissionOverride* deepest = nullptr;
  for (const PermissionOverride& one : overrides) {
    if (!one.applies_to(path, is_directory)) continue;
    // Both hold `path` or its parent, so the longer text is the deeper directory.
    if (!deepest || one.directory.text().size() >= deepest->directory.text().size()) deepest = &one;
  }
  return deepest ? deepest->permissions : permissions;
}

bool Account::depends_on_kind(const FtpPath& path) const {
  return std::ranges::any_of(overrides, [&](const PermissionOverride& one) {
    return one.applies_to(path, false) != one.applies_to(path, true);
  });
}

}  // namespace ferry
