// What a user may do, in the letters that pyftpdlib made common.
//
//   e  enter a directory (CWD, CDUP)             m  make a directory (MKD)
//   l  list (LIST, NLST, MLSD, MLST, STAT,       w  make or overwrite a file (STOR, STOU ...)
//      SIZE, MDTM)                               M  change the mode (SITE CHMOD)
//   r  retrieve (RETR)                           T  change the modification time (MFMT)
//   a  append to an existing file (APPE, REST + STOR)
//   d  delete (DELE, RMD ...)
//   f  rename (RNFR, RNTO); over an existing file with d and w, into another directory with w or m. See PERMISSIONS.md.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <ferry/export.hpp>
#include <ferry/path.hpp>

namespace FERRY_API ferry {

enum class Permission : std::uint16_t {
  none = 0,
  enter = 1 << 0,
  list = 1 << 1,
  retrieve = 1 << 2,
  append = 1 << 3,
  remove = 1 << 4,
  rename = 1 << 5,
  make_directory = 1 << 6,
  store = 1 << 7,
  change_mode = 1 << 8,
  change_time = 1 << 9,
};

class Permissions {
 public:
  constexpr Permissions() = default;
  static constexpr Permissions none() { return {}; }
  static constexpr Permissions read_only() { return Permissions(0b111); }
  static constexpr Permissions all() { return Permissions(0b11'1111'1111); }

  // From letters such as "elr"; nullopt when one is unknown.
  static std::optional<Permissions> parse(std::string_view letters);

  constexpr bool allows(Permission p) const {
    return (bits_ & static_cast<std::uint16_t>(p)) == static_cast<std::uint16_t>(p);
  }
  constexpr Permissions with(Permission p) const { return Permissions(bits_ | static_cast<std::uint16_t>(p)); }
  constexpr Permissions without(Permission p) const { return Permissions(bits_ & ~static_cast<unsigned>(p)); }
  constexpr bool may_change_anything() const { return (bits_ & ~0b111u) != 0; }

  std::string letters() const;

  friend constexpr bool operator==(Permissions, Permissions) = default;

 private:
  constexpr explicit Permissions(unsigned bits) : bits_(static_cast<std::uint16_t>(bits)) {}
  std::uint16_t bits_ = 0;
};

// Other permissions in one directory than in the rest of a user's tree; they replace the user's, they are not added.
struct PermissionOverride {
  FtpPath directory;
  Permissions permissions;
  // true: for the directory and all that is below it. false: for the directory itself and the files in it, not for the
  // directories in it; a name that does not exist yet counts as a file, so it is here that MKD is allowed or refused.
  bool recursive = false;

  bool applies_to(const FtpPath& path, bool is_directory) const;
};

}  // namespace ferry
