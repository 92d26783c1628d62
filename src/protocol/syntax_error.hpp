// Why a command's argument could not be understood.
#pragma once

#include <expected>

namespace ferry {

enum class SyntaxErrc {
  malformed,         // 501
  unknown_protocol,  // 522: well formed, but of a network protocol other than IPv4 and IPv6 (RFC 2428 §2)
  unknown_fact,      // 504: well formed, but a fact that cannot be changed (draft-somers-ftp-mfxx §5)
};

inline constexpr auto malformed_argument = std::unexpected(SyntaxErrc::malformed);

}  // namespace ferry
