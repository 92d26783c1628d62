// Compression in the zlib format (RFC 1950), by ISA-L where it was found when ferry was built, else by zlib.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "transfer/codec.hpp"

namespace ferry {

class Deflater {
 public:
  // 0 (fastest) to 9 (smallest).
  explicit Deflater(int level);
  ~Deflater();

  // Appends to `out` what has been compressed so far; with `last`, everything up to the end mark.
  void deflate(std::span<const std::byte> in, bool last, std::vector<std::byte>& out);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

class Inflater {
 public:
  Inflater();
  ~Inflater();

  // Takes octets off the front of `in` and appends at most `most` octets to `out`. `malformed` where this is not the
  // zlib format, or the checksum is wrong.
  DecodeResult inflate(std::span<const std::byte>& in, std::size_t most, std::vector<std::byte>& out);
  // The end mark has been read, and the checksum was right. Nothing is taken off `in` any more.
  bool ended() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace ferry
