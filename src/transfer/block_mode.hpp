// MODE B (RFC 959 §3.4.2): blocks with a header of three octets, a descriptor and the count of octets that follow. As
// the data says where it ends, the data connection stays open for the next transfer.
#pragma once

#include <array>

#include "transfer/framing.hpp"

namespace ferry {

class BlockFramer final : public Framer {
 public:
  void octets(std::span<const std::byte> in, std::vector<std::byte>& out) override;
  void end_record(std::vector<std::byte>& out) override;
  void end_file(std::vector<std::byte>& out) override;
  void marker(std::string_view text, std::vector<std::byte>& out) override;
  bool leaves_open() const override { return true; }

 private:
  void put_block(unsigned code, std::vector<std::byte>& out);
  // The next block: what its descriptor has to say shows only when it is known what follows.
  std::vector<std::byte> block_;
  bool record_ended_ = false;
};

class BlockDeframer final : public Deframer {
 public:
  std::expected<Piece, DecodeErrc> next(std::span<const std::byte>& in) override;
  bool leaves_open() const override { return true; }

 private:
  std::array<std::byte, 3> header_{};
  std::size_t header_size_ = 0;  // octets of it that have come
  std::size_t left_ = 0;         // octets of the block that are still to come
  MarkerReader marker_;
};

}  // namespace ferry
