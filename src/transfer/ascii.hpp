// TYPE A (RFC 959 §3.1.1.1): lines end with CR LF on the data connection and with LF in the file.
//
// Every LF of the file becomes CR LF and every CR LF becomes LF again, so any file survives a round trip. A CR that is
// not followed by LF stays as it is.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include <ferry/filesystem.hpp>

#include "transfer/codec.hpp"

namespace ferry {

class AsciiEncoder final : public Encoder {
 public:
  // With `cr_sent`, the CR of a first LF went out before (restart inside a line end).
  explicit AsciiEncoder(bool cr_sent = false) : cr_sent_(cr_sent) {}
  void encode(std::span<const std::byte> in, std::vector<std::byte>& out) override;
  void finish(std::vector<std::byte>&) override {}

 private:
  bool cr_sent_;
};

class AsciiDecoder final : public Decoder {
 public:
  DecodeResult decode(std::span<const std::byte>& in, std::vector<std::byte>& out) override;
  // A CR may still wait for its LF.
  DecodeResult finish(std::vector<std::byte>& out) override;

 private:
  bool cr_waiting_ = false;
};

struct AsciiPosition {
  std::uint64_t file_offset = 0;
  bool cr_sent = false;  // the point lies between the CR and the LF of a line end
};

// Where in the file the restart point `transfer_offset` of a TYPE A transfer lies (RFC 3659 §5.2 counts octets of the
// transfer). `source` is read from its beginning; bad_offset when it ends before.
Task<Result<AsciiPosition>> find_ascii_position(Source& source, std::uint64_t transfer_offset);

}  // namespace ferry
