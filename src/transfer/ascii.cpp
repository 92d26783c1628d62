#include "transfer/ascii.hpp"

#include <algorithm>
#include <cstring>
#include <memory>

#include "transfer/line_end.hpp"

namespace ferry {

namespace {

constexpr std::size_t scan_size = 64 * 1024;

const std::byte* find(std::span<const std::byte> octets, std::byte wanted) {
  if (octets.empty()) return nullptr;
  return static_cast<const std::byte*>(std::memchr(octets.data(), std::to_integer<int>(wanted), octets.size()));
}

}  // namespace

void AsciiEncoder::encode(std::span<const std::byte> in, std::vector<std::byte>& out) {
  if (in.empty()) return;
  if (cr_sent_ && in.front() == lf) {
    out.push_back(lf);
    in = in.subspan(1);
  }
  cr_sent_ = false;
  while (const std::byte* const end = find(in, lf)) {
    const auto line = static_cast<std::size_t>(end - in.data());
    out.insert(out.end(), in.begin(), in.begin() + static_cast<std::ptrdiff_t>(line));
    out.push_back(cr);
    out.push_back(lf);
    in = in.subspan(line + 1);
  }
  out.insert(out.end(), in.begin(), in.end());
}

DecodeResult AsciiDecoder::decode(std::span<const std::byte>& in, std::vector<std::byte>& out) {
  if (in.empty()) return {};
  if (cr_waiting_ && in.front() != lf) out.push_back(cr);
  cr_waiting_ = false;
  while (const std::byte* const found = find(in, cr)) {
    const auto before = static_cast<std::size_t>(found - in.data());
    out.insert(out.end(), in.begin(), in.begin() + static_cast<std::ptrdiff_t>(before));
    in = in.subspan(before + 1);
    if (in.empty()) {
      cr_waiting_ = true;
      return {};
    }
    if (in.front() != lf) out.push_back(cr);
  }
  out.insert(out.end(), in.begin(), in.end());
  in = {};
  return {};
}

DecodeResult AsciiDecoder::finish(std::vector<std::byte>& out) {
  if (std::exchange(cr_waiting_, false)) out.push_back(cr);
  return {};
}

Task<Result<AsciiPosition>> find_ascii_position(Source& source, std::uint64_t transfer_offset) {
  Executor& home = co_await current_executor();
  const auto buffer = std::make_unique_for_overwrite<std::byte[]>(scan_size);
  AsciiPosition position;
  std::uint64_t left = transfer_offset;
  while (left > 0) {
    const auto n = co_await source.read({buffer.get(), scan_size});
    if (!n) co_return std::unexpected(n.error());
    if (*n == 0) co_return std::unexpected(FsErrc::bad_offset);
    for (std::size_t i = 0; i < *n && left > 0; ++i) {
      const std::uint64_t width = buffer[i] == lf ? 2 : 1;
      if (width > left) {
        position.cr_sent = true;
        co_return position;
      }
      left -= width;
      ++position.file_offset;
    }
    co_await resume_on(home);  // others there get their turn: the file may be large
  }
  co_return position;
}

}  // namespace ferry
