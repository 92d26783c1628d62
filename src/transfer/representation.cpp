#include "transfer/representation.hpp"

#include <utility>

#include "transfer/ascii.hpp"
#include "transfer/block_mode.hpp"
#include "transfer/compressed_mode.hpp"
#include "transfer/deflate_mode.hpp"
#include "transfer/framed_codec.hpp"
#include "transfer/stream_records.hpp"

namespace ferry {

namespace {

// Lines that end in CR LF become a file of lines, and that file is encoded.
class LineEncoder final : public Encoder {
 public:
  explicit LineEncoder(std::unique_ptr<Encoder> file) : file_(std::move(file)) {}

  void encode(std::span<const std::byte> in, std::vector<std::byte>& out) override {
    lines_.clear();
    static_cast<void>(line_ends_.decode(in, lines_));  // any octets are text to it
    file_->encode(lines_, out);
  }
  void finish(std::vector<std::byte>& out) override { file_->finish(out); }
  bool leaves_open() const override { return file_->leaves_open(); }
  bool heavy() const override { return file_->heavy(); }

 private:
  AsciiDecoder line_ends_;
  std::vector<std::byte> lines_;
  std::unique_ptr<Encoder> file_;
};

std::byte filler_of(DataType type, const EbcdicTable& ebcdic) {
  constexpr std::byte space{' '};
  if (type == DataType::image) return std::byte{0};
  return type == DataType::ascii ? space : ebcdic.to_ebcdic(space);
}

}  // namespace

std::unique_ptr<Encoder> make_encoder(const Representation& representation, const EbcdicTable& ebcdic, bool cr_sent,
                                      RestartMarkers markers) {
  const auto [type, form, structure, mode, level] = representation;
  std::unique_ptr<Framer> framer;
  if (mode == TransferMode::block)
    framer = std::make_unique<BlockFramer>();
  else if (mode == TransferMode::compressed)
    framer = std::make_unique<CompressedFramer>(filler_of(type, ebcdic));
  else if (structure == Structure::record)
    framer = std::make_unique<StreamRecordFramer>();

  std::unique_ptr<Encoder> encoder;
  if (framer || type == DataType::ebcdic)
    encoder = std::make_unique<FramedEncoder>(type, structure, ebcdic, std::move(framer), markers);
  else if (type == DataType::ascii)
    encoder = std::make_unique<AsciiEncoder>(cr_sent);
  if (mode == TransferMode::deflate) encoder = std::make_unique<DeflateEncoder>(level, std::move(encoder));
  return encoder;
}

std::unique_ptr<Encoder> make_listing_encoder(Representation representation, const EbcdicTable& ebcdic) {
  if (representation.type != DataType::ebcdic) representation.type = DataType::ascii;
  const bool as_they_are = representation.type == DataType::ascii && representation.structure == Structure::file &&
                           representation.mode == TransferMode::stream;
  if (as_they_are) return nullptr;
  return std::make_unique<LineEncoder>(make_encoder(representation, ebcdic));
}

std::unique_ptr<Decoder> make_decoder(const Representation& representation, const EbcdicTable& ebcdic,
                                      std::uint32_t largest_ratio) {
  const auto [type, form, structure, mode, level] = representation;
  std::unique_ptr<Deframer> deframer;
  if (mode == TransferMode::block)
    deframer = std::make_unique<BlockDeframer>();
  else if (mode == TransferMode::compressed)
    deframer = std::make_unique<CompressedDeframer>(filler_of(type, ebcdic));
  else if (structure == Structure::record)
    deframer = std::make_unique<StreamRecordDeframer>();

  std::unique_ptr<Decoder> decoder;
  if (deframer || type == DataType::ebcdic)
    decoder = std::make_unique<FramedDecoder>(type, structure, ebcdic, std::move(deframer));
  else if (type == DataType::ascii)
    decoder = std::make_unique<AsciiDecoder>();
  if (mode == TransferMode::deflate) decoder = std::make_unique<DeflateDecoder>(largest_ratio, std::move(decoder));
  return decoder;
}

}  // namespace ferry
