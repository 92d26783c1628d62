// TYPE E (RFC 959 §3.1.1.2): the characters of a text file in EBCDIC.
//
// The octets of a file count as ISO 8859-1, whose 256 characters are those of the Latin EBCDIC code pages, so that the
// conversion loses nothing: whatever a file holds comes back as it was. LF, which ends the lines of a file, is NL
// (hex 15) on the wire, and the octet 85 is LF there (hex 25): iconv knows NL as U+0085 and has it the other way round.
#pragma once

#include <array>
#include <cstddef>
#include <string>

namespace ferry {

// Immutable.
class EbcdicTable {
 public:
  // The name of a code page, as iconv has it. std::invalid_argument where iconv does not know it, or where it is no
  // EBCDIC code page of single octets. "IBM1047" needs no iconv.
  explicit EbcdicTable(const std::string& code_page);

  std::byte to_ebcdic(std::byte octet) const { return to_[std::to_integer<std::size_t>(octet)]; }
  std::byte from_ebcdic(std::byte octet) const { return from_[std::to_integer<std::size_t>(octet)]; }

 private:
  void fill_by_iconv(const std::string& code_page);

  std::array<std::byte, 256> to_{};
  std::array<std::byte, 256> from_{};
};

}  // namespace ferry
