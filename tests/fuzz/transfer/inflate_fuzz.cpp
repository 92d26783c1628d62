// What zlib inflates, ferry inflates to the same octets, however they are cut; what zlib refuses for its checksum is
// refused.
#include <zlib.h>

#include "fuzz/support/codecs.hpp"
#include "transfer/deflate_mode.hpp"

namespace {

using namespace ferry;
using namespace ferry::fuzz;

constexpr std::size_t most = std::size_t{8} << 20;

struct Inflated {
  bool good = false;     // ends with the end mark, and all was read
  std::string octets{};  // so far, where it is not good
};

// `bits`: as inflateInit2 has them.
Inflated inflate_with_zlib(std::string_view data, int bits) {
  z_stream stream{};
  must(inflateInit2(&stream, bits) == Z_OK, "zlib is ready");
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(data.data()));
  stream.avail_in = static_cast<uInt>(data.size());
  Inflated result;
  int outcome = Z_OK;
  while (outcome == Z_OK && result.octets.size() < most) {
    char room[16'384];
    stream.next_out = reinterpret_cast<Bytef*>(room);
    stream.avail_out = sizeof room;
    outcome = inflate(&stream, Z_NO_FLUSH);
    result.octets.append(room, sizeof room - stream.avail_out);
  }
  result.good = outcome == Z_STREAM_END && stream.avail_in == 0;
  inflateEnd(&stream);
  return result;
}

// A whole stream around raw DEFLATE data, so that a checksum is no wall.
std::string framed(std::string_view raw) {
  const std::string octets = inflate_with_zlib(raw, -15).octets;
  const auto sum =
      adler32(adler32(0, nullptr, 0), reinterpret_cast<const Bytef*>(octets.data()), static_cast<uInt>(octets.size()));
  std::string data = "\x78\x9C";
  data += raw;
  for (const int shift : {24, 16, 8, 0}) data += static_cast<char>(static_cast<unsigned char>(sum >> shift));
  return data;
}

Decoded inflate_with_ferry(std::string_view data, Cuts::Kind kind) {
  DeflateDecoder decoder(0, nullptr);
  return decode(decoder, {kind, data});
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Input in(data, size);
  const bool raw = in.flag();
  const std::string_view rest = in.rest();
  const std::string stream = raw ? framed(rest) : std::string(rest);
  const Inflated expected = inflate_with_zlib(stream, 15);
  if (expected.octets.size() >= most) return 0;
  const Decoded whole = inflate_with_ferry(stream, Cuts::Kind::whole);
  if (expected.good)
    must(!whole.error && whole.file == expected.octets, "what zlib takes is taken, and means the same");
  for (const auto kind : {Cuts::Kind::single_octets, Cuts::Kind::mixed}) {
    const Decoded cut = inflate_with_ferry(stream, kind);
    must(cut.error.has_value() == whole.error.has_value(), "a refusal does not depend on the cuts");
    if (!cut.error) must(cut.file == whole.file, "nor does what comes out");
  }
  return 0;
}
