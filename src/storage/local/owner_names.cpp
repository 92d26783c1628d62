#include "storage/local/owner_names.hpp"

#include <grp.h>
#include <pwd.h>

#include <cerrno>
#include <mutex>
#include <vector>

#include "base/text.hpp"

namespace ferry {

namespace {

// `lookup(buffer)` is getpwuid_r or getgrgid_r on that buffer: the name, empty where there is none, or nullopt where
// the buffer is too small.
template <typename Lookup>
std::string name_of(std::uint32_t id, Lookup lookup) {
  std::vector<char> buffer(1024);
  for (;;) {
    const std::optional<std::string> name = lookup(buffer);
    if (name) return name->empty() ? std::to_string(id) : *name;
    // A group with very many members needs much room; beyond this the number will do.
    if (buffer.size() >= 1u << 22) return std::to_string(id);
    buffer.resize(buffer.size() * 4);
  }
}

}  // namespace

std::optional<std::string_view> OwnerNames::known(const Names& names, std::uint32_t id) const {
  const std::shared_lock lock(mutex_);
  const auto found = names.find(id);
  if (found == names.end()) return std::nullopt;
  return found->second;
}

std::string_view OwnerNames::remember(Names& names, std::uint32_t id, std::string name) {
  const std::lock_guard lock(mutex_);
  return names.try_emplace(id, std::move(name)).first->second;
}

std::string_view OwnerNames::user(uid_t id) {
  if (const auto name = known_user(id)) return *name;
  if (numbers_only_) return remember(users_, id, std::to_string(id));
  return remember(users_, id, name_of(id, [id](std::vector<char>& buffer) -> std::optional<std::string> {
                    passwd entry{};
                    passwd* found = nullptr;
                    if (::getpwuid_r(id, &entry, buffer.data(), buffer.size(), &found) == ERANGE) return std::nullopt;
                    return found != nullptr ? found->pw_name : "";
                  }));
}

std::string_view OwnerNames::group(gid_t id) {
  if (const auto name = known_group(id)) return *name;
  if (numbers_only_) return remember(groups_, id, std::to_string(id));
  return remember(groups_, id, name_of(id, [id](std::vector<char>& buffer) -> std::optional<std::string> {
                    ::group entry{};
                    ::group* found = nullptr;
                    if (::getgrgid_r(id, &entry, buffer.data(), buffer.size(), &found) == ERANGE) return std::nullopt;
                    return found != nullptr ? found->gr_name : "";
                  }));
}

namespace {

std::optional<std::uint32_t> id_from_digits(const std::string& text) {
  const auto number = parse_decimal(text);
  if (!number || *number >= unchanged_id) return std::nullopt;
  return static_cast<std::uint32_t>(*number);
}

// `lookup(buffer)` is getpwnam_r or getgrnam_r on that buffer: the number, unchanged_id where there is none, or nullopt
// where the buffer is too small.
template <typename Lookup>
std::optional<std::uint32_t> id_of(const std::string& name, Lookup lookup) {
  for (std::vector<char> buffer(1024); buffer.size() <= 1u << 22; buffer.resize(buffer.size() * 4)) {
    const std::optional<std::uint32_t> id = lookup(buffer);
    if (id && *id != unchanged_id) return id;
    if (id) break;
  }
  return id_from_digits(name);
}

}  // namespace

std::optional<std::uint32_t> find_user(const std::string& name) {
  return id_of(name, [&name](std::vector<char>& buffer) -> std::optional<std::uint32_t> {
    passwd entry{};
    passwd* found = nullptr;
    if (::getpwnam_r(name.c_str(), &entry, buffer.data(), buffer.size(), &found) == ERANGE) return std::nullopt;
    return found != nullptr ? found->pw_uid : unchanged_id;
  });
}

std::optional<std::uint32_t> find_group(const std::string& name) {
  return id_of(name, [&name](std::vector<char>& buffer) -> std::optional<std::uint32_t> {
    ::group entry{};
    ::group* found = nullptr;
    if (::getgrnam_r(name.c_str(), &entry, buffer.data(), buffer.size(), &found) == ERANGE) return std::nullopt;
    return found != nullptr ? found->gr_gid : unchanged_id;
  });
}

}  // namespace ferry
