// MODE Z (draft-preston-ftpext-deflate-04): what MODE S would send, in the zlib format up to its end mark.
#pragma once

#include <cstdint>
#include <memory>
#include <utility>

#include "transfer/deflate.hpp"

namespace ferry {

class DeflateEncoder final : public Encoder {
 public:
  // `inner`: what MODE S makes of the file; null: octets as they are.
  DeflateEncoder(int level, std::unique_ptr<Encoder> inner) : inner_(std::move(inner)), deflater_(level) {}

  void encode(std::span<const std::byte> in, std::vector<std::byte>& out) override;
  void finish(std::vector<std::byte>& out) override;
  bool heavy() const override { return true; }

 private:
  std::unique_ptr<Encoder> inner_;
  std::vector<std::byte> plain_;
  Deflater deflater_;
};

class DeflateDecoder final : public Decoder {
 public:
  // A few octets can stand for a thousand times as many. Data that has expanded to more than 64 MiB and to more than
  // `largest_ratio` times its size is refused; 0: no limit but the storage's.
  DeflateDecoder(std::uint32_t largest_ratio, std::unique_ptr<Decoder> inner)
      : inner_(std::move(inner)), largest_ratio_(largest_ratio) {}

  DecodeResult decode(std::span<const std::byte>& in, std::vector<std::byte>& out) override;
  // Only here the data is known to have nothing behind its end mark.
  DecodeResult finish(std::vector<std::byte>& out) override;
  bool heavy() const override { return true; }

 private:
  DecodeResult pass_on(std::vector<std::byte>& out);

  std::unique_ptr<Decoder> inner_;
  std::vector<std::byte> plain_;
  Inflater inflater_;
  std::uint32_t largest_ratio_;
  std::uint64_t compressed_ = 0;
  std::uint64_t expanded_ = 0;
};

}  // namespace ferry
