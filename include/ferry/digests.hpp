// Digests of files: of those that are transferred, computed while they pass (Config::transfer_digests), and of those
// that a user-PI asks about (HASH).
#pragma once

#include <cstdint>
#include <string>

#include <ferry/export.hpp>

namespace FERRY_API ferry {

enum class DigestKind : std::uint8_t { sha256, sha512, sha1, md5, crc32 };

struct Digest {
  DigestKind kind = DigestKind::sha256;
  std::string hex;  // lower case

  friend bool operator==(const Digest&, const Digest&) = default;
};

}  // namespace ferry
