// STRU R in MODE S (RFC 959 §3.4.1): FF 01 ends a record, FF 02 the file, FF 03 both; an FF of the data is sent twice.
#pragma once

#include "transfer/framing.hpp"

namespace ferry {

class StreamRecordFramer final : public Framer {
 public:
  void octets(std::span<const std::byte> in, std::vector<std::byte>& out) override;
  void end_record(std::vector<std::byte>& out) override;
  void end_file(std::vector<std::byte>& out) override;

 private:
  void put_record_end(std::vector<std::byte>& out);
  bool record_ended_ = false;  // not yet sent: it may be the end of the file too
};

class StreamRecordDeframer final : public Deframer {
 public:
  std::expected<Piece, DecodeErrc> next(std::span<const std::byte>& in) override;

 private:
  bool escaped_ = false;  // the last octet was an FF
};

}  // namespace ferry
