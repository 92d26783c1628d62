// MODE Z against zlib, the library that draft-preston-ftpext-deflate-04 is written about.
#include "transfer/deflate_mode.hpp"

#include <zlib.h>

#include <random>

#include "transfer/representation.hpp"
#include "unit/transfer/codec_support.hpp"

namespace ferry::test {
namespace {

std::string pack(std::string_view file, int level = 6) {
  uLongf size = compressBound(file.size());
  std::string data(size, '\0');
  EXPECT_EQ(compress2(reinterpret_cast<Bytef*>(data.data()), &size, reinterpret_cast<const Bytef*>(file.data()),
                      file.size(), level),
            Z_OK);
  data.resize(size);
  return data;
}

std::optional<std::string> unpack(std::string_view data, std::size_t largest_size) {
  uLongf size = largest_size + 1;
  std::string file(size, '\0');
  const int result = uncompress(reinterpret_cast<Bytef*>(file.data()), &size,
                                reinterpret_cast<const Bytef*>(data.data()), data.size());
  if (result != Z_OK) return std::nullopt;
  file.resize(size);
  return file;
}

Decoded stored(std::string_view data, std::size_t piece = std::string_view::npos, std::uint32_t largest_ratio = 250) {
  DeflateDecoder decoder(largest_ratio, nullptr);
  return decode(decoder, data, piece);
}

std::string text(std::size_t size) {
  std::mt19937 random(1950);
  std::string text(size, '\0');
  for (char& c : text) c = "abcdefgh  \n"[random() % 11];
  return text;
}

TEST(DeflateMode, ZlibReadsWhatIsSentAtEveryLevel) {
  for (int level = 0; level <= 9; ++level)
    for (const std::size_t size : {0u, 1u, 1000u, 65'536u, 1'000'000u})
      for (const std::size_t piece : {std::size_t{65'536}, std::size_t{999}}) {
        DeflateEncoder encoder(level, nullptr);
        const std::string file = text(size);
        const std::string data = encode(encoder, file, piece);
        EXPECT_TRUE(unpack(data, size) == file) << level << " " << size;
        if (level > 0 && size > 1000) {
          EXPECT_LT(data.size(), size * 3 / 4) << level;
        }
      }
}

TEST(DeflateMode, WhatZlibSendsIsReadCutAnywhere) {
  const std::string file = text(3000);
  const std::string data = pack(file);
  for (std::size_t piece = 1; piece <= data.size(); ++piece) {
    const Decoded decoded = stored(data, piece);
    EXPECT_FALSE(decoded.error);
    EXPECT_TRUE(decoded.file == file) << piece;
  }
  for (const int level : {0, 1, 9}) EXPECT_TRUE(stored(pack(text(500'000), level), 1000).file == text(500'000));
  EXPECT_EQ(stored(pack("")).file, "");
}

TEST(DeflateMode, AStreamThatIsCutIsIncompleteWhereverItIsCut) {
  const std::string data = pack(text(3000));
  for (std::size_t size = 0; size < data.size(); ++size)
    EXPECT_EQ(stored(data.substr(0, size)).error, DecodeErrc::incomplete) << size;
}

TEST(DeflateMode, OctetsBehindTheEndMarkAreRefused) {
  const std::string data = pack(text(3000));
  for (const std::size_t piece : {std::string_view::npos, std::size_t{1}, data.size()})
    for (const std::size_t garbage : {1u, 3u, 8u, 100u})
      EXPECT_EQ(stored(data + std::string(garbage, '\0'), piece).error, DecodeErrc::malformed) << piece;
}

TEST(DeflateMode, DamagedStreamsAreNeverComplete) {
  const std::string file = text(3000);
  const std::string data = pack(file);
  for (std::size_t i = 0; i < data.size(); ++i)
    for (const int bit : {0, 7}) {
      std::string damaged = data;
      damaged[i] = static_cast<char>(damaged[i] ^ (1 << bit));
      const Decoded decoded = stored(damaged);
      // What the checksum of RFC 1950 overlooks, zlib overlooks too.
      const auto unpacked = unpack(damaged, file.size());
      EXPECT_EQ(decoded.error.has_value(), !unpacked) << i;
      if (unpacked) {
        EXPECT_EQ(decoded.file, *unpacked);
      }
    }
  EXPECT_EQ(stored("no zlib format at all").error, DecodeErrc::malformed);
}

// ISA-L reads ahead, and claims to give back more than it was given last.
TEST(DeflateMode, AStreamThatBreaksOffBeforeWhatWasReadAheadIsRefused) {
  const std::string data = hex("78 9C 02 37 FE 37 FF FE 00 0F 00 37 00 37 00 00 00 01");
  for (const std::size_t piece : {std::string_view::npos, std::size_t{1}, std::size_t{2}, std::size_t{3}})
    EXPECT_EQ(stored(data, piece).error, DecodeErrc::malformed) << piece;
}

TEST(DeflateMode, ABombIsRefused) {
  DeflateEncoder encoder(9, nullptr);
  std::vector<std::byte> bomb;
  const std::vector<std::byte> zeros(1'000'000);
  for (int i = 0; i < 100; ++i) encoder.encode(zeros, bomb);
  encoder.finish(bomb);
  ASSERT_LT(bomb.size(), 1'000'000u);
  const Decoded refused = stored(text_of(bomb));
  EXPECT_EQ(refused.error, DecodeErrc::expands_too_much);
  EXPECT_LT(refused.file.size(), 70'000'000u);
  EXPECT_LE(refused.largest_turn, 300'000u) << "and no turn takes long or much memory";
  EXPECT_EQ(stored(text_of(bomb), std::string_view::npos, 0).file.size(), 100'000'000u);
}

TEST(DeflateMode, StandsAroundWhatModeSWouldSend) {
  const EbcdicTable ebcdic("IBM1047");
  const Representation representation{
      .type = DataType::ebcdic, .structure = Structure::record, .mode = TransferMode::deflate};
  const std::string data = encode(*make_encoder(representation, ebcdic), "A\nB\n");
  EXPECT_EQ(to_hex(unpack(data, 100).value()), "C1 FF 01 C2 FF 03");
  const auto decoder = make_decoder(representation, ebcdic, 250);
  EXPECT_EQ(decode(*decoder, pack(hex("C1 FF 01 C2 FF 03"))).file, "A\nB\n");
  const auto cut = make_decoder(representation, ebcdic, 250);
  EXPECT_EQ(decode(*cut, pack(hex("C1 FF 01 C2"))).error, DecodeErrc::incomplete);
  const auto more = make_decoder(representation, ebcdic, 250);
  EXPECT_EQ(decode(*more, pack(hex("C1 FF 03 C2"))).error, DecodeErrc::malformed);
}

}  // namespace
}  // namespace ferry::test
