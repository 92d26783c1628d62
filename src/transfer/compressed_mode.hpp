// MODE C (RFC 959 §3.4.3): strings of octets behind their count, repeated octets, and runs of a filler. The descriptor
// codes of MODE B stand before the string that they are about, behind an octet of zeros.
//
//   0nnnnnnn d...   n octets of data        10nnnnnn d   n times d        11nnnnnn   n times the filler
//   00000000 code   what the next string ends
#pragma once

#include <array>

#include "transfer/framing.hpp"

namespace ferry {

class CompressedFramer final : public Framer {
 public:
  explicit CompressedFramer(std::byte filler) : filler_(filler) {}
  void octets(std::span<const std::byte> in, std::vector<std::byte>& out) override;
  void end_record(std::vector<std::byte>& out) override;
  void end_file(std::vector<std::byte>& out) override;
  void marker(std::string_view text, std::vector<std::byte>& out) override;

 private:
  void put_string(unsigned code, std::vector<std::byte>& out);

  std::byte filler_;
  std::vector<std::byte> string_;  // the next one, ready: what its code is shows only when it is known what follows
  bool record_ended_ = false;
};

class CompressedDeframer final : public Deframer {
 public:
  explicit CompressedDeframer(std::byte filler) : filler_(filler) {}
  std::expected<Piece, DecodeErrc> next(std::span<const std::byte>& in) override;
  // The code for the end of the file may have come without a string behind it.
  std::expected<Piece, DecodeErrc> finish() override;

 private:
  enum class Awaits : std::uint8_t { string, code, octets, repeated_octet };

  std::expected<Piece, DecodeErrc> end_string(Piece piece);
  std::expected<Piece, DecodeErrc> repeat(std::byte octet);

  std::byte filler_;
  Awaits awaits_ = Awaits::string;
  unsigned code_ = 0;      // for the next string
  std::size_t count_ = 0;  // octets, or repetitions
  std::array<std::byte, 63> run_{};
  MarkerReader marker_;
};

}  // namespace ferry
