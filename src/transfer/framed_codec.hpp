// TYPE and STRU on top of a transmission mode (RFC 959 §3.1.1, §3.1.2).
//
// Under STRU R the file is one of lines: each LF of it ends a record, and the record holds neither LF nor CR LF. A last
// line without LF is a record that only the end of the file ends, so any file comes back as it was.
#pragma once

#include <memory>

#include "protocol/ebcdic.hpp"
#include "transfer/ascii.hpp"
#include "transfer/framing.hpp"
#include "transfer/representation.hpp"

namespace ferry {

class FramedEncoder final : public Encoder {
 public:
  // Without a `framer`, octets follow one another and the end of the data connection ends the file. `ebcdic` must
  // outlive the encoder.
  FramedEncoder(DataType type, Structure structure, const EbcdicTable& ebcdic, std::unique_ptr<Framer> framer,
                RestartMarkers markers = {})
      : type_(type),
        structure_(structure),
        ebcdic_(ebcdic),
        framer_(std::move(framer)),
        markers_(markers),
        next_marker_(markers.offset + markers.interval) {}

  void encode(std::span<const std::byte> in, std::vector<std::byte>& out) override;
  void finish(std::vector<std::byte>& out) override;
  bool leaves_open() const override { return framer_ && framer_->leaves_open(); }

 private:
  void encode_part(std::span<const std::byte> in, std::vector<std::byte>& out);
  void put(std::span<const std::byte> octets, std::vector<std::byte>& out);
  // Whether a marker may only stand where a line begins.
  bool keeps_lines_whole() const { return structure_ == Structure::record || type_ == DataType::ascii; }

  DataType type_;
  Structure structure_;
  const EbcdicTable& ebcdic_;
  std::unique_ptr<Framer> framer_;
  RestartMarkers markers_;  // with the offset as far as it has come
  std::uint64_t next_marker_;
  bool line_begins_ = true;
  AsciiEncoder line_ends_;
  std::vector<std::byte> converted_;
};

class FramedDecoder final : public Decoder {
 public:
  FramedDecoder(DataType type, Structure structure, const EbcdicTable& ebcdic, std::unique_ptr<Deframer> deframer)
      : type_(type), structure_(structure), ebcdic_(ebcdic), deframer_(std::move(deframer)) {}

  DecodeResult decode(std::span<const std::byte>& in, std::vector<std::byte>& out) override;
  DecodeResult finish(std::vector<std::byte>& out) override;
  bool ended() const override { return ended_; }
  bool leaves_open() const override { return deframer_ && deframer_->leaves_open(); }
  std::string take_marker() override { return std::exchange(marker_, {}); }

 private:
  void put(std::span<const std::byte> octets, std::vector<std::byte>& out);
  void take(Piece piece, std::vector<std::byte>& out);

  DataType type_;
  Structure structure_;
  const EbcdicTable& ebcdic_;
  std::unique_ptr<Deframer> deframer_;
  AsciiDecoder line_ends_;
  std::string marker_;
  bool ended_ = false;
};

}  // namespace ferry
