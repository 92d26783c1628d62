#include "transfer/compressed_mode.hpp"

#include <algorithm>
#include <utility>

namespace ferry {

namespace {

constexpr std::size_t longest_string = 127;
constexpr std::size_t longest_run = 63;
constexpr std::byte repeated{0x80};
constexpr std::byte filled{0xC0};
constexpr std::byte count_of_run{0x3F};

std::size_t run_at(std::span<const std::byte> in, std::size_t place) {
  const std::size_t most = std::min(in.size() - place, longest_run);
  std::size_t n = 1;
  while (n < most && in[place + n] == in[place]) ++n;
  return n;
}

}  // namespace

void CompressedFramer::put_string(unsigned code, std::vector<std::byte>& out) {
  if (code != 0) {
    out.insert(out.end(), {std::byte{0}, std::byte(code)});
    if (string_.empty()) string_.push_back(filled);  // no filler at all: a string must follow
  }
  out.insert(out.end(), string_.begin(), string_.end());
  string_.clear();
  record_ended_ = false;
}

void CompressedFramer::octets(std::span<const std::byte> in, std::vector<std::byte>& out) {
  while (!in.empty()) {
    put_string(record_ended_ ? descriptor::end_of_record : 0, out);
    const std::size_t run = run_at(in, 0);
    // A run pays where it saves an octet: two fillers, or three of anything else.
    const auto pays = [&](std::size_t place, std::size_t n) { return n >= (in[place] == filler_ ? 2u : 3u); };
    std::size_t taken = run;
    if (pays(0, run) && in.front() == filler_) {
      string_ = {filled | std::byte(run)};
    } else if (pays(0, run)) {
      string_ = {repeated | std::byte(run), in.front()};
    } else {
      while (taken < std::min(in.size(), longest_string)) {
        const std::size_t next = run_at(in, taken);
        if (pays(taken, next)) break;
        taken += next;
      }
      taken = std::min(taken, longest_string);
      string_ = {std::byte(taken)};
      string_.insert(string_.end(), in.begin(), in.begin() + static_cast<std::ptrdiff_t>(taken));
    }
    in = in.subspan(taken);
  }
}

void CompressedFramer::end_record(std::vector<std::byte>& out) {
  if (record_ended_) put_string(descriptor::end_of_record, out);
  record_ended_ = true;
}

void CompressedFramer::end_file(std::vector<std::byte>& out) {
  put_string(descriptor::end_of_file | (record_ended_ ? descriptor::end_of_record : 0), out);
}

void CompressedFramer::marker(std::string_view text, std::vector<std::byte>& out) {
  put_string(record_ended_ ? descriptor::end_of_record : 0, out);
  const auto octets = std::as_bytes(std::span(text));
  string_ = {std::byte(text.size())};
  string_.insert(string_.end(), octets.begin(), octets.end());
  put_string(descriptor::restart_marker, out);
}

std::expected<Piece, DecodeErrc> CompressedDeframer::next(std::span<const std::byte>& in) {
  if (awaits_ == Awaits::octets) {
    const std::span<const std::byte> octets = in.first(std::min(in.size(), count_));
    in = in.subspan(octets.size());
    count_ -= octets.size();
    const Piece piece{.octets = octets};
    if (count_ == 0) return end_string(piece);
    if ((code_ & descriptor::restart_marker) == 0) return piece;
    if (!marker_.add(octets)) return std::unexpected(DecodeErrc::malformed);
    return Piece();
  }

  const std::byte octet = in.front();
  in = in.subspan(1);
  if (awaits_ == Awaits::repeated_octet) return repeat(octet);
  if (awaits_ == Awaits::code) {
    const auto code = std::to_integer<unsigned>(octet);
    if (code == 0 || (code & ~descriptor::known) != 0) return std::unexpected(DecodeErrc::malformed);
    code_ |= code;
    awaits_ = Awaits::string;
    return Piece();
  }
  if ((octet & filled) == filled) {
    count_ = std::to_integer<std::size_t>(octet & count_of_run);
    return repeat(filler_);
  }
  if ((octet & filled) == repeated) {
    count_ = std::to_integer<std::size_t>(octet & count_of_run);
    awaits_ = Awaits::repeated_octet;
  } else if (octet == std::byte{0}) {
    awaits_ = Awaits::code;
  } else {
    count_ = std::to_integer<std::size_t>(octet);
    awaits_ = Awaits::octets;
  }
  return Piece();
}

std::expected<Piece, DecodeErrc> CompressedDeframer::repeat(std::byte octet) {
  std::fill_n(run_.begin(), count_, octet);
  return end_string({.octets = std::span<const std::byte>(run_).first(count_)});
}

std::expected<Piece, DecodeErrc> CompressedDeframer::end_string(Piece piece) {
  awaits_ = Awaits::string;
  const unsigned code = std::exchange(code_, 0u);
  if ((code & descriptor::restart_marker) != 0) {
    if (!marker_.add(piece.octets) || marker_.empty()) return std::unexpected(DecodeErrc::malformed);
    piece.octets = {};
    piece.marker = marker_.take();
  }
  piece.ends_record = (code & descriptor::end_of_record) != 0;
  piece.ends_file = (code & descriptor::end_of_file) != 0;
  return piece;
}

std::expected<Piece, DecodeErrc> CompressedDeframer::finish() {
  if (awaits_ != Awaits::string || (code_ & descriptor::end_of_file) == 0)
    return std::unexpected(DecodeErrc::incomplete);
  return end_string({});
}

}  // namespace ferry
