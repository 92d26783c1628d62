// What a command prepares for the very next one (RFC 959 §4.1.3). There is one thing at a time: whoever prepares
// something forgets what was prepared before.
#pragma once

#include <cstdint>
#include <optional>
#include <variant>

#include <ferry/path.hpp>

#include "protocol/octet_range.hpp"

namespace ferry {

// REST.
struct RestartPoint {
  std::uint64_t octets;
};
// RNFR.
struct RenameFrom {
  FtpPath path;
};
// SITE CPFR.
struct CopyFrom {
  FtpPath path;
};
// An OctetRange is RANG's.
using Prepared = std::variant<std::monostate, RestartPoint, OctetRange, RenameFrom, CopyFrom>;

// 0: from the beginning.
inline std::uint64_t restart_point_in(const Prepared& prepared) {
  const auto* const point = std::get_if<RestartPoint>(&prepared);
  return point ? point->octets : 0;
}

inline std::optional<OctetRange> range_in(const Prepared& prepared) {
  const auto* const range = std::get_if<OctetRange>(&prepared);
  return range ? std::optional(*range) : std::nullopt;
}

}  // namespace ferry
