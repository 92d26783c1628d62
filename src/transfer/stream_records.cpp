#include "transfer/stream_records.hpp"

#include <algorithm>

namespace ferry {

namespace {

constexpr std::byte escape{0xFF};
constexpr std::byte record_end{1};
constexpr std::byte file_end{2};
constexpr std::byte doubled_escape[] = {escape};

}  // namespace

void StreamRecordFramer::put_record_end(std::vector<std::byte>& out) {
  if (!record_ended_) return;
  record_ended_ = false;
  out.insert(out.end(), {escape, record_end});
}

void StreamRecordFramer::octets(std::span<const std::byte> in, std::vector<std::byte>& out) {
  if (in.empty()) return;
  put_record_end(out);
  for (;;) {
    const auto found = std::ranges::find(in, escape);
    out.insert(out.end(), in.begin(), found);
    if (found == in.end()) return;
    out.insert(out.end(), {escape, escape});
    in = {found + 1, in.end()};
  }
}

void StreamRecordFramer::end_record(std::vector<std::byte>& out) {
  put_record_end(out);
  record_ended_ = true;
}

void StreamRecordFramer::end_file(std::vector<std::byte>& out) {
  out.insert(out.end(), {escape, record_ended_ ? record_end | file_end : file_end});
}

std::expected<Piece, DecodeErrc> StreamRecordDeframer::next(std::span<const std::byte>& in) {
  Piece piece;
  if (!escaped_) {
    const auto found = std::ranges::find(in, escape);
    piece.octets = {in.begin(), found};
    escaped_ = found != in.end();
    in = {escaped_ ? found + 1 : found, in.end()};
    return piece;
  }
  escaped_ = false;
  const std::byte code = in.front();
  in = in.subspan(1);
  if (code == escape) {
    piece.octets = doubled_escape;
    return piece;
  }
  if (code == std::byte{0} || (code & ~(record_end | file_end)) != std::byte{0})
    return std::unexpected(DecodeErrc::malformed);
  piece.ends_record = (code & record_end) != std::byte{0};
  piece.ends_file = (code & file_end) != std::byte{0};
  return piece;
}

}  // namespace ferry
