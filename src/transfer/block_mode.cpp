#include "transfer/block_mode.hpp"

#include <algorithm>

namespace ferry {

namespace {

constexpr std::size_t largest_block = 65'535;

}  // namespace

void BlockFramer::put_block(unsigned code, std::vector<std::byte>& out) {
  const std::size_t size = block_.size();
  out.insert(out.end(), {std::byte(code), std::byte(size >> 8), std::byte(size & 0xFF)});
  out.insert(out.end(), block_.begin(), block_.end());
  block_.clear();
  record_ended_ = false;
}

void BlockFramer::octets(std::span<const std::byte> in, std::vector<std::byte>& out) {
  while (!in.empty()) {
    if (record_ended_)
      put_block(descriptor::end_of_record, out);
    else if (block_.size() == largest_block)
      put_block(0, out);
    const std::size_t n = std::min(in.size(), largest_block - block_.size());
    block_.insert(block_.end(), in.begin(), in.begin() + static_cast<std::ptrdiff_t>(n));
    in = in.subspan(n);
  }
}

void BlockFramer::end_record(std::vector<std::byte>& out) {
  if (record_ended_) put_block(descriptor::end_of_record, out);
  record_ended_ = true;
}

void BlockFramer::end_file(std::vector<std::byte>& out) {
  put_block(descriptor::end_of_file | (record_ended_ ? descriptor::end_of_record : 0), out);
}

void BlockFramer::marker(std::string_view text, std::vector<std::byte>& out) {
  if (record_ended_)
    put_block(descriptor::end_of_record, out);
  else if (!block_.empty())
    put_block(0, out);
  const auto octets = std::as_bytes(std::span(text));
  block_.assign(octets.begin(), octets.end());
  put_block(descriptor::restart_marker, out);
}

std::expected<Piece, DecodeErrc> BlockDeframer::next(std::span<const std::byte>& in) {
  Piece piece;
  if (header_size_ < header_.size()) {
    const std::size_t n = std::min(in.size(), header_.size() - header_size_);
    std::copy_n(in.begin(), n, header_.begin() + static_cast<std::ptrdiff_t>(header_size_));
    header_size_ += n;
    in = in.subspan(n);
    if (header_size_ < header_.size()) return piece;
    left_ = std::to_integer<std::size_t>(header_[1]) << 8 | std::to_integer<std::size_t>(header_[2]);
  }
  const auto code = std::to_integer<unsigned>(header_[0]);
  if ((code & ~descriptor::known) != 0) return std::unexpected(DecodeErrc::malformed);

  const std::span<const std::byte> octets = in.first(std::min(in.size(), left_));
  in = in.subspan(octets.size());
  left_ -= octets.size();
  const bool is_marker = (code & descriptor::restart_marker) != 0;
  if (!is_marker)
    piece.octets = octets;
  else if (!marker_.add(octets))
    return std::unexpected(DecodeErrc::malformed);
  if (left_ > 0) return piece;

  header_size_ = 0;
  if (is_marker) {
    if (marker_.empty()) return std::unexpected(DecodeErrc::malformed);
    piece.marker = marker_.take();
  }
  piece.ends_record = (code & descriptor::end_of_record) != 0;
  piece.ends_file = (code & descriptor::end_of_file) != 0;
  return piece;
}

}  // namespace ferry
