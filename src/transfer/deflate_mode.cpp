#include "transfer/deflate_mode.hpp"

namespace ferry {

namespace {

// Below this nobody is harmed by any ratio.
constexpr std::uint64_t harmless = 64ull * 1024 * 1024;

}  // namespace

void DeflateEncoder::encode(std::span<const std::byte> in, std::vector<std::byte>& out) {
  if (inner_) {
    plain_.clear();
    inner_->encode(in, plain_);
    in = plain_;
  }
  deflater_.deflate(in, false, out);
}

void DeflateEncoder::finish(std::vector<std::byte>& out) {
  plain_.clear();
  if (inner_) inner_->finish(plain_);
  deflater_.deflate(plain_, true, out);
}

DecodeResult DeflateDecoder::decode(std::span<const std::byte>& in, std::vector<std::byte>& out) {
  if (inflater_.ended()) return std::unexpected(DecodeErrc::malformed);  // octets behind the end mark
  std::vector<std::byte>& expanded = inner_ ? plain_ : out;
  const std::size_t before = in.size();
  const std::size_t size = expanded.size();
  const DecodeResult inflated = inflater_.inflate(in, decoded_at_once, expanded);
  compressed_ += before - in.size();
  expanded_ += expanded.size() - size;
  if (largest_ratio_ != 0 && expanded_ > harmless && expanded_ / largest_ratio_ > compressed_)
    return std::unexpected(DecodeErrc::expands_too_much);
  if (!inflated) return inflated;
  return inner_ ? pass_on(out) : DecodeResult();
}

DecodeResult DeflateDecoder::pass_on(std::vector<std::byte>& out) {
  std::span<const std::byte> left = plain_;
  while (!left.empty()) {
    if (inner_->ended()) return std::unexpected(DecodeErrc::malformed);
    if (const DecodeResult decoded = inner_->decode(left, out); !decoded) return decoded;
  }
  plain_.clear();
  return {};
}

DecodeResult DeflateDecoder::finish(std::vector<std::byte>& out) {
  // The last octets may still expand.
  while (!inflater_.ended()) {
    std::span<const std::byte> nothing;
    const std::size_t before = expanded_;
    if (const DecodeResult decoded = decode(nothing, out); !decoded) return decoded;
    if (expanded_ == before && !inflater_.ended()) return std::unexpected(DecodeErrc::incomplete);
  }
  return inner_ ? inner_->finish(out) : DecodeResult();
}

}  // namespace ferry
