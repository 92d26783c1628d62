#include "transfer/ascii.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <string_view>

#include <ferry/sync_wait.hpp>
#include "support/octets_of.hpp"
#include "unit/net/on_loop.hpp"
#include "unit/transfer/test_files.hpp"

namespace ferry::test {
namespace {

// Encodes or decodes `text` in pieces that end at the given places.
std::string encoded(std::string_view text, const std::vector<std::size_t>& cuts = {}, bool cr_sent = false) {
  AsciiEncoder encoder(cr_sent);
  std::vector<std::byte> out;
  std::size_t begin = 0;
  for (const std::size_t cut : cuts) {
    encoder.encode(octets_of(text.substr(begin, cut - begin)), out);
    begin = cut;
  }
  encoder.encode(octets_of(text.substr(begin)), out);
  return text_of(out);
}

void decode_all(AsciiDecoder& decoder, std::string_view text, std::vector<std::byte>& out) {
  std::span<const std::byte> left = octets_of(text);
  EXPECT_TRUE(decoder.decode(left, out));
  EXPECT_TRUE(left.empty());
}

std::string decoded(std::string_view text, const std::vector<std::size_t>& cuts = {}) {
  AsciiDecoder decoder;
  std::vector<std::byte> out;
  std::size_t begin = 0;
  for (const std::size_t cut : cuts) {
    decode_all(decoder, text.substr(begin, cut - begin), out);
    begin = cut;
  }
  decode_all(decoder, text.substr(begin), out);
  EXPECT_TRUE(decoder.finish(out));
  return text_of(out);
}

std::string random_text(std::mt19937& random, std::size_t size) {
  static constexpr std::string_view likely = "\r\n\r\na\0";
  std::string text(size, '\0');
  for (char& c : text) c = random() % 4 == 0 ? static_cast<char>(random()) : likely[random() % 6];
  return text;
}

TEST(AsciiEncoder, EndsLinesWithCrLf) {
  EXPECT_EQ(encoded(""), "");
  EXPECT_EQ(encoded("abc"), "abc");
  EXPECT_EQ(encoded("a\nb\n"), "a\r\nb\r\n");
  EXPECT_EQ(encoded("\n\n"), "\r\n\r\n");
}

TEST(AsciiEncoder, DoublesTheCrOfAFileThatHasOneBeforeItsLf) {
  // So that decoding gives the very same file again.
  EXPECT_EQ(encoded("a\r\nb"), "a\r\r\nb");
  EXPECT_EQ(encoded("a\rb\r"), "a\rb\r");
}

TEST(AsciiEncoder, GivesTheSameWhereverTheTextIsCut) {
  const std::string_view text = "\na\r\n\r\r\n\nb\r";
  for (std::size_t i = 0; i <= text.size(); ++i)
    for (std::size_t j = i; j <= text.size(); ++j) EXPECT_EQ(encoded(text, {i, j}), encoded(text)) << i << " " << j;
}

TEST(AsciiEncoder, LeavesOutTheCrThatWentOutBeforeTheRestartPoint) {
  EXPECT_EQ(encoded("\na\n", {}, true), "\na\r\n");
  EXPECT_EQ(encoded("\n\n", {0, 1}, true), "\n\r\n");
  EXPECT_EQ(encoded("a\n", {}, true), "a\r\n");
}

TEST(AsciiDecoder, EndsLinesWithLf) {
  EXPECT_EQ(decoded(""), "");
  EXPECT_EQ(decoded("abc"), "abc");
  EXPECT_EQ(decoded("a\r\nb\r\n"), "a\nb\n");
  EXPECT_EQ(decoded("a\nb"), "a\nb");
}

TEST(AsciiDecoder, KeepsACrThatNoLfFollows) {
  EXPECT_EQ(decoded("a\rb"), "a\rb");
  EXPECT_EQ(decoded("\r\r\n"), "\r\n");
  EXPECT_EQ(decoded("a\r"), "a\r");
  EXPECT_EQ(decoded("\r\r"), "\r\r");
}

TEST(AsciiDecoder, GivesTheSameWhereverTheTextIsCut) {
  const std::string_view text = "\r\na\r\r\n\n\rb\r\n\r";
  for (std::size_t i = 0; i <= text.size(); ++i)
    for (std::size_t j = i; j <= text.size(); ++j) EXPECT_EQ(decoded(text, {i, j}), decoded(text)) << i << " " << j;
}

TEST(AsciiDecoder, HoldsBackACrUntilItsFollowerIsKnown) {
  AsciiDecoder decoder;
  std::vector<std::byte> out;
  decode_all(decoder, "a\r", out);
  EXPECT_EQ(text_of(out), "a");
  decode_all(decoder, "", out);
  EXPECT_EQ(text_of(out), "a");
  decode_all(decoder, "\n", out);
  EXPECT_EQ(text_of(out), "a\n");
  decoder.finish(out);
  EXPECT_EQ(text_of(out), "a\n");
}

TEST(Ascii, AnyFileSurvivesARoundTripCutAnywhere) {
  std::mt19937 random(20260301);
  for (int i = 0; i < 500; ++i) {
    const std::string file = random_text(random, random() % 200);
    const std::string wire = encoded(file, {random() % (file.size() + 1)});
    EXPECT_EQ(decoded(wire, {random() % (wire.size() + 1)}), file);
  }
}

Result<AsciiPosition> position(const std::string& file, std::uint64_t transfer_offset, std::size_t piece) {
  TextSource source(file, piece);
  return sync_wait(find_ascii_position(source, transfer_offset));
}

TEST(FindAsciiPosition, CountsTheOctetsOfTheTransfer) {
  const std::string file = "ab\nc\n";  // a b CR LF c CR LF
  const std::vector<std::pair<std::uint64_t, bool>> expected = {{0, false}, {1, false}, {2, false}, {2, true},
                                                                {3, false}, {4, false}, {4, true},  {5, false}};
  for (std::size_t offset = 0; offset < expected.size(); ++offset) {
    const auto found = position(file, offset, 2);
    ASSERT_TRUE(found) << offset;
    EXPECT_EQ(found->file_offset, expected[offset].first) << offset;
    EXPECT_EQ(found->cr_sent, expected[offset].second) << offset;
  }
}

TEST(FindAsciiPosition, BeyondTheEndIsABadOffset) {
  EXPECT_EQ(position("ab\n", 5, 10).error().code, FsErrc::bad_offset);
  EXPECT_EQ(position("", 1, 10).error().code, FsErrc::bad_offset);
  EXPECT_TRUE(position("ab\n", 4, 10));
  EXPECT_TRUE(position("", 0, 10));
}

TEST(FindAsciiPosition, HandsOnAnErrorOfTheSource) {
  TextSource source("abc", 1);
  source.fail_after(2);
  EXPECT_EQ(sync_wait(find_ascii_position(source, 3)).error().code, FsErrc::busy);
}

// The file may be as large as it likes.
TEST(FindAsciiPosition, LetsOthersOnTheLoopHaveTheirTurns) {
  on_loop([](Loop& loop) -> Task<void> {
    TextSource source(std::string(1'000'000, 'x'));
    bool others_had_theirs = false;
    loop.post([&] { others_had_theirs = true; });
    const auto found = co_await find_ascii_position(source, 1'000'000);
    EXPECT_TRUE(found);
    EXPECT_TRUE(others_had_theirs);
  });
}

TEST(FindAsciiPosition, LetsTheRestOfTheTransferFollowFromAnyPoint) {
  std::mt19937 random(42);
  for (int i = 0; i < 50; ++i) {
    const std::string file = random_text(random, random() % 40);
    const std::string wire = encoded(file);
    for (std::size_t offset = 0; offset <= wire.size(); ++offset) {
      const auto found = position(file, offset, 7);
      ASSERT_TRUE(found);
      EXPECT_EQ(encoded(std::string_view(file).substr(found->file_offset), {}, found->cr_sent), wire.substr(offset));
    }
  }
}

}  // namespace
}  // namespace ferry::test
