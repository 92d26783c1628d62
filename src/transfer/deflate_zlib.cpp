#include <zlib.h>

#include <algorithm>
#include <limits>
#include <new>

#include "transfer/deflate.hpp"

namespace ferry {

namespace {

constexpr std::size_t step = 64 * 1024;

Bytef* octets_of(std::span<const std::byte> in) {
  return reinterpret_cast<Bytef*>(const_cast<std::byte*>(in.data()));  // zlib does not write to it
}

}  // namespace

struct Deflater::Impl {
  z_stream stream{};
};

Deflater::Deflater(int level) : impl_(std::make_unique<Impl>()) {
  if (deflateInit(&impl_->stream, level) != Z_OK) throw std::bad_alloc();
}

Deflater::~Deflater() { deflateEnd(&impl_->stream); }

void Deflater::deflate(std::span<const std::byte> in, bool last, std::vector<std::byte>& out) {
  z_stream& stream = impl_->stream;
  stream.next_in = octets_of(in);
  stream.avail_in = static_cast<uInt>(in.size());
  int result = Z_OK;
  do {
    const std::size_t size = out.size();
    out.resize(size + step);
    stream.next_out = reinterpret_cast<Bytef*>(out.data() + size);
    stream.avail_out = step;
    result = ::deflate(&stream, last ? Z_FINISH : Z_NO_FLUSH);
    out.resize(size + (step - stream.avail_out));
  } while (stream.avail_out == 0 || (last && result == Z_OK));
}

struct Inflater::Impl {
  z_stream stream{};
  bool ended = false;
};

Inflater::Inflater() : impl_(std::make_unique<Impl>()) {
  if (inflateInit(&impl_->stream) != Z_OK) throw std::bad_alloc();
}

Inflater::~Inflater() { inflateEnd(&impl_->stream); }

DecodeResult Inflater::inflate(std::span<const std::byte>& in, std::size_t most, std::vector<std::byte>& out) {
  if (impl_->ended) return {};
  z_stream& stream = impl_->stream;
  const std::size_t size = out.size();
  out.resize(size + most);
  stream.next_in = octets_of(in);
  stream.avail_in = static_cast<uInt>(in.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data() + size);
  stream.avail_out = static_cast<uInt>(most);
  const int result = ::inflate(&stream, Z_NO_FLUSH);
  out.resize(size + (most - stream.avail_out));
  in = in.last(stream.avail_in);
  impl_->ended = result == Z_STREAM_END;
  // Z_BUF_ERROR: nothing to do with so little input or room.
  if (result != Z_OK && result != Z_STREAM_END && result != Z_BUF_ERROR) return std::unexpected(DecodeErrc::malformed);
  return {};
}

bool Inflater::ended() const { return impl_->ended; }

}  // namespace ferry
