// Names of users and groups, looked up once for each id: the lookup may ask a directory service far away.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <unordered_map>

namespace ferry {

// Thread-safe. The names stay where they are as long as this object lives.
class OwnerNames {
 public:
  OwnerNames() = default;
  // `numbers_only`: names are the business of somebody else, and numbers are shown for them.
  explicit OwnerNames(bool numbers_only) : numbers_only_(numbers_only) {}

  // The name where it has been looked up already; never blocks.
  std::optional<std::string_view> known_user(uid_t id) const { return known(users_, id); }
  std::optional<std::string_view> known_group(gid_t id) const { return known(groups_, id); }

  // Looks the name up; the id in decimal where it has none. May block.
  std::string_view user(uid_t id);
  std::string_view group(gid_t id);

 private:
  using Names = std::unordered_map<std::uint32_t, std::string>;
  std::optional<std::string_view> known(const Names& names, std::uint32_t id) const;
  std::string_view remember(Names& names, std::uint32_t id, std::string name);

  const bool numbers_only_ = false;
  mutable std::shared_mutex mutex_;
  Names users_;
  Names groups_;
};

// The other way, each time anew: the number of a name, or of a number in decimal; nullopt where there is none. May
// block.
std::optional<std::uint32_t> find_user(const std::string& name);
std::optional<std::uint32_t> find_group(const std::string& name);
// What chown() takes for "leave it".
inline constexpr std::uint32_t unchanged_id = UINT32_MAX;

}  // namespace ferry
