// Digests of octets, as they are computed: the algorithms of HASH (draft-bryan-ftpext-hash-02 §3) and of the de facto
// commands (XCRC, XMD5).
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <ferry/digests.hpp>

namespace ferry {

// The algorithms that HASH offers, in the order of FEAT, and their names in the IANA registry of hash function textual
// names.
inline constexpr DigestKind hash_kinds[] = {DigestKind::sha256, DigestKind::sha512, DigestKind::sha1, DigestKind::md5};
std::string_view hash_name(DigestKind kind);
// In any case; nullopt for an unknown one.
std::optional<DigestKind> find_hash(std::string_view name);

// One computation. Any thread, one at a time.
class Digester {
 public:
  explicit Digester(DigestKind kind);
  ~Digester();
  Digester(Digester&&) noexcept;
  Digester& operator=(Digester&&) noexcept;

  void update(std::span<const std::byte> octets);
  // In hexadecimal digits, lower case; once, at the end.
  std::string finish();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace ferry
