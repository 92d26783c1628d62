#include <ferry/permissions.hpp>

namespace ferry {
namespace {

struct Letter {
  char letter;
  Permission permission;
};

constexpr Letter letter_table[] = {
    {'e', Permission::enter},          {'l', Permission::list},   {'r', Permission::retrieve},
    {'a', Permission::append},         {'d', Permission::remove}, {'f', Permission::rename},
    {'m', Permission::make_directory}, {'w', Permission::store},  {'M', Permission::change_mode},
    {'T', Permission::change_time},
};

}  // namespace

std::optional<Permissions> Permissions::parse(std::string_view letters) {
  Permissions permissions;
  for (const char wanted : letters) {
    const Letter* found = nullptr;
    for (const Letter& row : letter_table)
      if (row.letter == wanted) found = &row;
    if (found == nullptr) return std::nullopt;
    permissions = permissions.with(found->permission);
  }
  return permissions;
}

std::string Permissions::letters() const {
  std::string text;
  for (const Letter& row : letter_table)
    if (allows(row.permission)) text += row.letter;
  return text;
}

bool PermissionOverride::applies_to(const FtpPath& path, bool is_directory) const {
  if (path == directory) return true;
  if (recursive) return directory.contains(path);
  return !is_directory && path.parent() == directory;
}

}  // namespace ferry
