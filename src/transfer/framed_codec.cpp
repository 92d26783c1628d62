#include "transfer/framed_codec.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "transfer/line_end.hpp"

namespace ferry {

void FramedEncoder::put(std::span<const std::byte> octets, std::vector<std::byte>& out) {
  if (type_ == DataType::ebcdic) {
    converted_.resize(octets.size());
    std::ranges::transform(octets, converted_.begin(), [this](std::byte octet) { return ebcdic_.to_ebcdic(octet); });
    octets = converted_;
  } else if (type_ == DataType::ascii && structure_ == Structure::file) {
    converted_.clear();
    line_ends_.encode(octets, converted_);
    octets = converted_;
  }
  if (framer_)
    framer_->octets(octets, out);
  else
    out.insert(out.end(), octets.begin(), octets.end());
}

void FramedEncoder::encode(std::span<const std::byte> in, std::vector<std::byte>& out) {
  if (!framer_ || markers_.interval == 0) return encode_part(in, out);
  while (!in.empty()) {
    const bool due = markers_.offset >= next_marker_;
    if (due && (line_begins_ || !keeps_lines_whole())) {
      framer_->marker(std::to_string(markers_.offset), out);
      next_marker_ = markers_.offset + markers_.interval;
      continue;
    }
    std::size_t n = in.size();
    if (due)  // the line goes on
      n = std::min(n, static_cast<std::size_t>(std::ranges::find(in, lf) - in.begin()) + 1);
    else
      n = static_cast<std::size_t>(std::min<std::uint64_t>(n, next_marker_ - markers_.offset));
    encode_part(in.first(n), out);
    line_begins_ = in[n - 1] == lf;
    markers_.offset += n;
    in = in.subspan(n);
  }
}

void FramedEncoder::encode_part(std::span<const std::byte> in, std::vector<std::byte>& out) {
  while (structure_ == Structure::record) {
    const auto found = std::ranges::find(in, lf);
    if (found == in.end()) break;
    put({in.begin(), found}, out);
    framer_->end_record(out);
    in = {found + 1, in.end()};
  }
  put(in, out);
}

void FramedEncoder::finish(std::vector<std::byte>& out) {
  if (framer_) framer_->end_file(out);
}

void FramedDecoder::put(std::span<const std::byte> octets, std::vector<std::byte>& out) {
  if (type_ == DataType::ebcdic) {
    const std::size_t size = out.size();
    out.resize(size + octets.size());
    std::ranges::transform(octets, out.begin() + static_cast<std::ptrdiff_t>(size),
                           [this](std::byte octet) { return ebcdic_.from_ebcdic(octet); });
  } else if (type_ == DataType::ascii && structure_ == Structure::file) {
    static_cast<void>(line_ends_.decode(octets, out));  // any octets are text to it
  } else {
    out.insert(out.end(), octets.begin(), octets.end());
  }
}

void FramedDecoder::take(Piece piece, std::vector<std::byte>& out) {
  put(piece.octets, out);
  if (piece.ends_record && structure_ == Structure::record) out.push_back(lf);
  marker_ = std::move(piece.marker);
  if (!piece.ends_file) return;
  static_cast<void>(line_ends_.finish(out));
  ended_ = true;
}

DecodeResult FramedDecoder::decode(std::span<const std::byte>& in, std::vector<std::byte>& out) {
  if (!deframer_) {
    put(std::exchange(in, {}), out);
    return {};
  }
  while (!in.empty() && !ended_ && marker_.empty() && out.size() < decoded_at_once) {
    auto piece = deframer_->next(in);
    if (!piece) return std::unexpected(piece.error());
    take(std::move(*piece), out);
  }
  return {};
}

DecodeResult FramedDecoder::finish(std::vector<std::byte>& out) {
  if (ended_ || !deframer_) return {};
  auto piece = deframer_->finish();
  if (!piece) return std::unexpected(piece.error());
  take(std::move(*piece), out);
  return {};
}

}  // namespace ferry
