#include <isa-l/igzip_lib.h>

#include <algorithm>

#include "transfer/deflate.hpp"

namespace ferry {

namespace {

constexpr std::size_t step = 64 * 1024;

std::uint8_t* octets_of(std::span<const std::byte> in) {
  return reinterpret_cast<std::uint8_t*>(const_cast<std::byte*>(in.data()));  // ISA-L does not write to it
}

// ISA-L has four levels where zlib has ten.
unsigned isal_level(int level) {
  if (level == 0) return 0;
  if (level <= 2) return 1;
  return level <= 5 ? 2 : 3;
}

constexpr std::size_t memory_of_level[] = {ISAL_DEF_LVL0_DEFAULT, ISAL_DEF_LVL1_DEFAULT, ISAL_DEF_LVL2_DEFAULT,
                                           ISAL_DEF_LVL3_DEFAULT};

}  // namespace

struct Deflater::Impl {
  isal_zstream stream;
  std::unique_ptr<std::uint8_t[]> memory;
};

Deflater::Deflater(int level) : impl_(std::make_unique<Impl>()) {
  isal_zstream& stream = impl_->stream;
  isal_deflate_init(&stream);
  stream.level = isal_level(level);
  const std::size_t size = memory_of_level[stream.level];
  // Zeros: ISA-L looks at what it has not written, and decides by it where to look for repetitions.
  impl_->memory = std::make_unique<std::uint8_t[]>(size);
  stream.level_buf = impl_->memory.get();
  stream.level_buf_size = static_cast<std::uint32_t>(size);
  stream.gzip_flag = IGZIP_ZLIB;
}

Deflater::~Deflater() = default;

void Deflater::deflate(std::span<const std::byte> in, bool last, std::vector<std::byte>& out) {
  isal_zstream& stream = impl_->stream;
  stream.next_in = octets_of(in);
  stream.avail_in = static_cast<std::uint32_t>(in.size());
  stream.end_of_stream = last ? 1 : 0;
  do {
    const std::size_t size = out.size();
    out.resize(size + step);
    stream.next_out = reinterpret_cast<std::uint8_t*>(out.data() + size);
    stream.avail_out = step;
    isal_deflate(&stream);
    out.resize(size + (step - stream.avail_out));
  } while (stream.avail_out == 0 || stream.avail_in > 0 || (last && stream.internal_state.state != ZSTATE_END));
}

struct Inflater::Impl {
  inflate_state state;
};

Inflater::Inflater() : impl_(std::make_unique_for_overwrite<Impl>()) {
  isal_inflate_init(&impl_->state);
  impl_->state.crc_flag = ISAL_ZLIB;
}

Inflater::~Inflater() = default;

DecodeResult Inflater::inflate(std::span<const std::byte>& in, std::size_t most, std::vector<std::byte>& out) {
  if (ended()) return {};
  inflate_state& state = impl_->state;
  const std::size_t size = out.size();
  out.resize(size + most);
  state.next_in = octets_of(in);
  state.avail_in = static_cast<std::uint32_t>(in.size());
  state.next_out = reinterpret_cast<std::uint8_t*>(out.data() + size);
  state.avail_out = static_cast<std::uint32_t>(most);
  const int result = isal_inflate(&state);
  out.resize(size + (most - state.avail_out));
  // ISA-L reads ahead, and gives back what it did not need: perhaps more than came with this call.
  const std::size_t left = state.avail_in;
  in = in.last(std::min(left, in.size()));
  if (result < 0 || result == ISAL_NEED_DICT) return std::unexpected(DecodeErrc::malformed);
  // Octets behind the end mark may have been taken already.
  if (ended() && (state.read_in_length >= 8 || left > in.size())) return std::unexpected(DecodeErrc::malformed);
  return {};
}

bool Inflater::ended() const { return impl_->state.block_state == ISAL_BLOCK_FINISH; }

}  // namespace ferry
