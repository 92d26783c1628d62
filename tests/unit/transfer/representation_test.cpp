// Octet sequences worked out by hand from RFC 959 §3.1 and §3.4.
#include <random>

#include "transfer/representation.hpp"
#include "unit/transfer/codec_support.hpp"

namespace ferry::test {
namespace {

using std::string_view_literals::operator""sv;

const EbcdicTable& ebcdic() {
  static const EbcdicTable table("IBM1047");
  return table;
}

using enum TransferMode;

Representation of(DataType type, Structure structure, TransferMode mode) {
  return {.type = type, .structure = structure, .mode = mode};
}

std::string sent(const Representation& representation, std::string_view file,
                 std::size_t piece = std::string_view::npos) {
  const auto encoder = make_encoder(representation, ebcdic());
  return encoder ? encode(*encoder, file, piece) : std::string(file);
}

Decoded stored(const Representation& representation, std::string_view data,
               std::size_t piece = std::string_view::npos) {
  const auto decoder = make_decoder(representation, ebcdic(), 250);
  return decoder ? decode(*decoder, data, piece) : Decoded{.file = std::string(data)};
}

struct Vector {
  Representation representation;
  std::string file;
  std::string data;
};

const Vector vectors[] = {
    // STRU R in MODE S: FF 01 ends a record, FF 03 the last one and the file, FF FF is an FF.
    {of(DataType::image, Structure::record, stream), "ab\nc\n", hex("61 62 FF 01 63 FF 03")},
    {of(DataType::image, Structure::record, stream), "ab\nc", hex("61 62 FF 01 63 FF 02")},
    {of(DataType::image, Structure::record, stream), "", hex("FF 02")},
    {of(DataType::image, Structure::record, stream), "\n\n", hex("FF 01 FF 03")},
    {of(DataType::image, Structure::record, stream), "\xFF\x01\n", hex("FF FF 01 FF 03")},
    {of(DataType::ascii, Structure::record, stream), "a\r\n\rb\n", hex("61 0D FF 01 0D 62 FF 03")},
    {of(DataType::ebcdic, Structure::record, stream), "AB\n", hex("C1 C2 FF 03")},
    // TYPE E: a line ends with NL, hex 15.
    {of(DataType::ebcdic, Structure::file, stream), "Hello 1\n", hex("C8 85 93 93 96 40 F1 15")},
    {of(DataType::ebcdic, Structure::file, stream), "[\r\n\x85", hex("AD 0D 15 25")},
    // MODE B.
    {of(DataType::image, Structure::file, block), "abc", hex("40 00 03 61 62 63")},
    {of(DataType::image, Structure::file, block), "", hex("40 00 00")},
    {of(DataType::ascii, Structure::file, block), "a\n", hex("40 00 03 61 0D 0A")},
    {of(DataType::ebcdic, Structure::file, block), "A\n", hex("40 00 02 C1 15")},
    {of(DataType::image, Structure::record, block), "ab\nc\n", hex("80 00 02 61 62 C0 00 01 63")},
    {of(DataType::image, Structure::record, block), "ab\nc", hex("80 00 02 61 62 40 00 01 63")},
    {of(DataType::ascii, Structure::record, block), "\n\n", hex("80 00 00 C0 00 00")},
    // MODE C: strings, runs, runs of the filler; the code stands before the last string.
    {of(DataType::image, Structure::file, compressed), "abc", hex("00 40 03 61 62 63")},
    {of(DataType::image, Structure::file, compressed), "aaaaab", hex("85 61 00 40 01 62")},
    {of(DataType::image, Structure::file, compressed), std::string("x\0\0\0y", 5), hex("01 78 C3 00 40 01 79")},
    {of(DataType::ascii, Structure::file, compressed), "a    b", hex("01 61 C4 00 40 01 62")},
    {of(DataType::ebcdic, Structure::file, compressed), "A    B", hex("01 C1 C4 00 40 01 C2")},
    {of(DataType::image, Structure::file, compressed), "    ", hex("00 40 84 20")},
    {of(DataType::image, Structure::file, compressed), "", hex("00 40 C0")},
    {of(DataType::image, Structure::record, compressed), "ab\nc\n", hex("00 80 02 61 62 00 C0 01 63")},
    {of(DataType::image, Structure::record, compressed), "\nc", hex("00 80 C0 00 40 01 63")},
};

TEST(Framing, SendsWhatTheRfcSays) {
  for (const Vector& v : vectors)
    for (const std::size_t piece : {std::string_view::npos, std::size_t{3}}) {
      // In smaller pieces MODE C may choose other strings.
      if (v.representation.mode == compressed && piece < v.file.size()) continue;
      EXPECT_EQ(to_hex(sent(v.representation, v.file, piece)), to_hex(v.data)) << to_hex(v.file);
    }
}

TEST(Framing, ReadsWhatTheRfcSaysCutAnywhere) {
  for (const Vector& v : vectors)
    for (const std::size_t piece : {std::string_view::npos, std::size_t{1}, std::size_t{2}, std::size_t{3}}) {
      const Decoded decoded = stored(v.representation, v.data, piece);
      EXPECT_FALSE(decoded.error) << to_hex(v.data);
      EXPECT_EQ(to_hex(decoded.file), to_hex(v.file)) << to_hex(v.data);
    }
}

TEST(Framing, AnUploadThatIsCutIsIncompleteWhereverItIsCut) {
  for (const Vector& v : vectors) {
    if (v.representation.mode == stream && v.representation.structure == Structure::file) continue;
    for (std::size_t size = 0; size < v.data.size(); ++size) {
      // In MODE C the code says what the next string ends, even where that never comes.
      const std::string_view end_code("\0\x40", 2);
      if (v.representation.mode == compressed && v.data.substr(0, size).ends_with(end_code)) continue;
      if (v.representation.mode == compressed && v.data.substr(0, size).ends_with(std::string_view("\0\xC0", 2)))
        continue;
      const Decoded decoded = stored(v.representation, v.data.substr(0, size));
      EXPECT_EQ(decoded.error, DecodeErrc::incomplete) << to_hex(v.data) << " cut at " << size;
      EXPECT_FALSE(decoded.ended);
    }
  }
}

TEST(Framing, OctetsBehindTheEndOfTheFileAreRefused) {
  for (const Vector& v : vectors) {
    if (v.representation.mode == stream && v.representation.structure == Structure::file) continue;
    EXPECT_EQ(stored(v.representation, v.data + "x").error, DecodeErrc::malformed) << to_hex(v.data);
  }
}

TEST(StreamRecords, AnEscapeThatMeansNothingIsRefused) {
  const Representation records = of(DataType::image, Structure::record, stream);
  for (const char* data : {"FF 00", "FF 04", "61 FF 41", "FF FE"})
    EXPECT_EQ(stored(records, hex(data)).error, DecodeErrc::malformed) << data;
}

TEST(StreamRecords, TheTwoEndsMayComeOneByOne) {
  EXPECT_EQ(stored(of(DataType::image, Structure::record, stream), hex("61 FF 01 FF 02")).file, "a\n");
}

TEST(BlockMode, BlocksAreFullBeforeTheNextOneBegins) {
  const Representation blocks = of(DataType::image, Structure::file, block);
  const std::string header = hex("00 FF FF");
  const std::string full(65'535, 'a');
  EXPECT_EQ(sent(blocks, full), hex("40 FF FF") + full);
  EXPECT_EQ(sent(blocks, full + "b"), header + full + hex("40 00 01 62"));
  EXPECT_EQ(sent(blocks, full + full), header + full + hex("40 FF FF") + full);
  EXPECT_EQ(stored(blocks, header + full + hex("40 00 01 62")).file, full + "b");
}

TEST(BlockMode, DescriptorsMayStandAloneAndTogether) {
  const Representation records = of(DataType::image, Structure::record, block);
  EXPECT_EQ(stored(records, hex("00 00 01 61 80 00 00 00 00 00 40 00 00")).file, "a\n");
  EXPECT_EQ(stored(records, hex("20 00 01 61 E0 00 01 62")).file, "ab\n") << "suspect data is stored as it comes";
  EXPECT_EQ(stored(of(DataType::image, Structure::file, block), hex("80 00 01 61 C0 00 01 62")).file, "ab")
      << "a file without structure has no records";
}

TEST(BlockMode, UnknownDescriptorsAreRefused) {
  for (const char* data : {"01 00 01 61", "08 00 00", "47 00 00"})
    EXPECT_EQ(stored(of(DataType::image, Structure::file, block), hex(data)).error, DecodeErrc::malformed) << data;
}

TEST(BlockMode, RestartMarkersAreNoData) {
  const std::string data = hex("00 00 02 61 62 10 00 03 4D 31 32 40 00 01 63");
  for (std::size_t piece = 1; piece <= data.size(); ++piece) {
    const Decoded decoded = stored(of(DataType::image, Structure::file, block), data, piece);
    EXPECT_EQ(decoded.file, "abc");
    EXPECT_EQ(decoded.markers, std::vector<std::string>{"M12"});
  }
}

TEST(BlockMode, AMarkerThatWouldForgeAReplyIsRefused) {
  const Representation blocks = of(DataType::image, Structure::file, block);
  for (const char* data : {"10 00 00", "10 00 01 20", "10 00 02 0D 0A", "10 00 02 4D 80"})
    EXPECT_EQ(stored(blocks, hex(data)).error, DecodeErrc::malformed) << data;
  EXPECT_EQ(stored(blocks, hex("10 00 81") + std::string(129, 'a')).error, DecodeErrc::malformed);
}

TEST(CompressedMode, RunsAndStringsAreAsLongAsTheirCountsAllow) {
  const Representation runs = of(DataType::image, Structure::file, compressed);
  EXPECT_EQ(sent(runs, std::string(64, 'a')), hex("BF 61 00 40 01 61"));
  EXPECT_EQ(sent(runs, std::string(64, '\0')), hex("FF 00 40 01 00"));
  std::string text;
  while (text.size() < 128) text += static_cast<char>('a' + text.size() % 26);
  EXPECT_EQ(sent(runs, text), hex("7F") + text.substr(0, 127) + hex("00 40 01") + text[127]);
}

TEST(CompressedMode, CodesMayStandAloneOneBehindTheOther) {
  const Representation records = of(DataType::image, Structure::record, compressed);
  EXPECT_EQ(stored(records, hex("01 61 00 80 00 40 C0")).file, "a\n");
  EXPECT_EQ(stored(records, hex("01 61 00 C0")).file, "a\n") << "the code for the end, and no string";
  EXPECT_EQ(stored(records, hex("00 40 80 61")).file, "") << "none of a repeated octet";
  EXPECT_EQ(stored(records, hex("00 00")).error, DecodeErrc::malformed);
  EXPECT_EQ(stored(records, hex("00 41")).error, DecodeErrc::malformed);
}

TEST(CompressedMode, RestartMarkersAreNoData) {
  const std::string data = hex("01 61 00 10 03 4D 31 32 00 40 01 62");
  for (std::size_t piece = 1; piece <= data.size(); ++piece) {
    const Decoded decoded = stored(of(DataType::image, Structure::file, compressed), data, piece);
    EXPECT_EQ(decoded.file, "ab");
    EXPECT_EQ(decoded.markers, std::vector<std::string>{"M12"});
  }
}

TEST(CompressedMode, RunsExpandInTurns) {
  std::string data;
  for (int i = 0; i < 100'000; ++i) data += hex("BF 61");
  const Decoded decoded = stored(of(DataType::image, Structure::file, compressed), data + hex("00 40 01 62"));
  EXPECT_EQ(decoded.file.size(), 6'300'001u);
  EXPECT_LT(decoded.largest_turn, 300'000u);
}

// RFC 959 §3.5: in MODE B and C a download may contain markers, here at offset `from` and beyond, of the whole file.
std::string sent_with_markers(const Representation& representation, std::string_view file, std::uint64_t interval,
                              std::size_t piece = std::string_view::npos, std::uint64_t from = 0) {
  const auto encoder = make_encoder(representation, ebcdic(), false, {.interval = interval, .offset = from});
  return encode(*encoder, file.substr(from), piece);
}

TEST(RestartMarkers, StandInABlockOfTheirOwnAtTheirOffset) {
  const Representation blocks = of(DataType::image, Structure::file, block);
  // "3" and "6" are at hand when the octets behind them come, so there is none at the end.
  const std::string data = hex("00 00 03 61 62 63 10 00 01 33 00 00 03 64 65 66 10 00 01 36 40 00 01 67");
  for (const std::size_t piece : {1u, 2u, 3u, 4u, 5u, 100u})
    EXPECT_EQ(to_hex(sent_with_markers(blocks, "abcdefg", 3, piece)), to_hex(data)) << piece;
  EXPECT_EQ(to_hex(sent_with_markers(blocks, "abcdef", 3)), "00 00 03 61 62 63 10 00 01 33 40 00 03 64 65 66");
  EXPECT_EQ(to_hex(sent_with_markers(blocks, "abc", 3)), "40 00 03 61 62 63");
  EXPECT_EQ(to_hex(sent_with_markers(blocks, "", 3)), "40 00 00");
}

TEST(RestartMarkers, CountFromTheBeginningOfTheFile) {
  EXPECT_EQ(to_hex(sent_with_markers(of(DataType::image, Structure::file, block), "abcdefghijklm", 2, 100, 8)),
            "00 00 02 69 6A 10 00 02 31 30 00 00 02 6B 6C 10 00 02 31 32 40 00 01 6D");
}

TEST(RestartMarkers, KeepRecordsAndLinesWhole) {
  // The marker is due behind "a", and stands behind the record that holds it.
  EXPECT_EQ(to_hex(sent_with_markers(of(DataType::image, Structure::record, block), "abc\nd\n", 1)),
            "80 00 03 61 62 63 10 00 01 34 C0 00 01 64");
  EXPECT_EQ(to_hex(sent_with_markers(of(DataType::ascii, Structure::file, block), "abc\nd\n", 1)),
            "00 00 05 61 62 63 0D 0A 10 00 01 34 40 00 03 64 0D 0A");
  // TYPE E turns each octet into one.
  EXPECT_EQ(to_hex(sent_with_markers(of(DataType::ebcdic, Structure::file, block), "A\nB", 1)),
            "00 00 01 C1 10 00 01 31 00 00 01 15 10 00 01 32 40 00 01 C2");
}

TEST(RestartMarkers, AreAStringWithACodeInModeC) {
  EXPECT_EQ(to_hex(sent_with_markers(of(DataType::image, Structure::file, compressed), "abcaaaa", 3)),
            "03 61 62 63 00 10 01 33 83 61 00 10 01 36 00 40 01 61");
  EXPECT_EQ(to_hex(sent_with_markers(of(DataType::image, Structure::record, compressed), "ab\nc\n", 2)),
            "00 80 02 61 62 00 10 01 33 00 C0 01 63");
}

TEST(RestartMarkers, AreNotInTheOtherModes) {
  for (const TransferMode mode : {stream, deflate}) {
    const Representation records = of(DataType::image, Structure::record, mode);
    EXPECT_EQ(to_hex(sent_with_markers(records, "ab\nc\n", 1)), to_hex(sent(records, "ab\nc\n")));
  }
}

TEST(RestartMarkers, EachIsAPlaceFromWhichTheRestOfTheFileComes) {
  std::mt19937 random(35);
  std::string file(50'000, '\0');
  for (char& c : file) c = random() % 20 == 0 ? '\n' : static_cast<char>('a' + random() % 3);
  for (const DataType type : {DataType::ascii, DataType::ebcdic, DataType::image})
    for (const Structure structure : {Structure::file, Structure::record})
      for (const TransferMode mode : {block, compressed}) {
        const Representation representation = of(type, structure, mode);
        const Decoded whole = stored(representation, sent_with_markers(representation, file, 9000, 4096), 1000);
        EXPECT_TRUE(whole.file == file);
        ASSERT_EQ(whole.markers.size(), 5u);
        for (const std::string& marker : whole.markers) {
          const std::uint64_t offset = std::stoull(marker);
          const Decoded rest = stored(representation, sent_with_markers(representation, file, 9000, 4096, offset));
          EXPECT_TRUE(rest.file == file.substr(offset)) << marker;
        }
      }
}

TEST(Representation, EveryFileSurvivesEveryCombinationCutAnywhere) {
  std::mt19937 random(959);
  for (const DataType type : {DataType::ascii, DataType::ebcdic, DataType::image})
    for (const Structure structure : {Structure::file, Structure::record})
      for (const TransferMode mode : {stream, block, compressed, deflate})
        for (const std::size_t size : {0u, 1u, 2u, 127u, 128u, 1000u, 65'535u, 65'536u, 200'000u}) {
          static constexpr std::string_view likely = "\n\n\r\xFF\x01  aaaaab\0\x15\x25\x85"sv;
          std::string file(size, '\0');
          char last = 'x';
          for (char& c : file) {
            const unsigned kind = random() % 4;
            last = c = kind == 0 ? static_cast<char>(random()) : kind == 1 ? last : likely[random() % likely.size()];
          }
          const Representation representation = of(type, structure, mode);
          // Where a CR LF of the file would be taken for a line end, TYPE A makes another file of it.
          if (type == DataType::ascii && structure == Structure::file) std::ranges::replace(file, '\r', 'r');
          const std::string data = sent(representation, file, 1 + random() % 70'000);
          const Decoded decoded = stored(representation, data, 1 + random() % 70'000);
          EXPECT_FALSE(decoded.error);
          EXPECT_TRUE(decoded.file == file) << int(type) << int(structure) << int(mode) << " " << size;
        }
}

TEST(Representation, FilesThatGoAsTheyAreHaveNoCodec) {
  EXPECT_EQ(make_encoder(of(DataType::image, Structure::file, stream), ebcdic()), nullptr);
  EXPECT_EQ(make_decoder(of(DataType::image, Structure::file, stream), ebcdic(), 0), nullptr);
  EXPECT_EQ(make_listing_encoder(of(DataType::ascii, Structure::file, stream), ebcdic()), nullptr);
  EXPECT_EQ(make_listing_encoder(of(DataType::image, Structure::file, stream), ebcdic()), nullptr);
}

TEST(Representation, ListingsAreTextWhateverTheType) {
  const std::string lines = "A\r\nB\r\n";
  const auto listed = [&](DataType type, Structure structure, TransferMode mode) {
    return encode(*make_listing_encoder(of(type, structure, mode), ebcdic()), lines, 2);
  };
  EXPECT_EQ(listed(DataType::ebcdic, Structure::file, stream), hex("C1 15 C2 15"));
  EXPECT_EQ(listed(DataType::image, Structure::file, block), hex("40 00 06 41 0D 0A 42 0D 0A"));
  EXPECT_EQ(listed(DataType::image, Structure::record, stream), hex("41 FF 01 42 FF 03"));
}

}  // namespace
}  // namespace ferry::test
