// What holds for every encoder and decoder of the transfer room.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fuzz/support/input.hpp"
#include "fuzz/support/must.hpp"
#include "transfer/representation.hpp"

namespace ferry::fuzz {

inline const EbcdicTable& ebcdic_table() {
  static const EbcdicTable table("IBM1047");
  return table;
}

struct Decoded {
  std::string file{};
  std::vector<std::string> markers{};
  bool ended = false;  // before the end of the data connection
  std::optional<DecodeErrc> error{};
};

// As the transfer of an upload does it.
inline Decoded decode(Decoder& decoder, Cuts cuts) {
  Decoded result;
  std::vector<std::byte> out;
  const auto step = [&](const DecodeResult& outcome) {
    result.file.append(reinterpret_cast<const char*>(out.data()), out.size());
    out.clear();
    if (!outcome) result.error = outcome.error();
    if (std::string marker = decoder.take_marker(); !marker.empty()) result.markers.push_back(std::move(marker));
    return outcome.has_value();
  };
  for (std::string_view piece = cuts.next(); !piece.empty(); piece = cuts.next()) {
    std::span<const std::byte> left = octets_of(piece);
    while (!left.empty()) {
      if (result.ended) {
        result.error = DecodeErrc::malformed;  // octets behind the end
        return result;
      }
      if (!step(decoder.decode(left, out))) return result;
      result.ended = decoder.ended();
    }
  }
  if (!result.ended) step(decoder.finish(out));
  return result;
}

inline std::string encode(Encoder& encoder, Cuts cuts) {
  std::vector<std::byte> out;
  for (std::string_view piece = cuts.next(); !piece.empty(); piece = cuts.next()) encoder.encode(octets_of(piece), out);
  encoder.finish(out);
  return {reinterpret_cast<const char*>(out.data()), out.size()};
}

// Whatever a peer sends: the same file and markers come of it, or the same refusal, however it is cut.
inline void check_decoder(const Representation& representation, std::string_view data) {
  constexpr std::uint32_t ratio = 250;
  std::optional<Decoded> first;
  for (const auto kind : {Cuts::Kind::whole, Cuts::Kind::single_octets, Cuts::Kind::mixed}) {
    const auto decoder = make_decoder(representation, ebcdic_table(), ratio);
    if (!decoder) return;
    const Decoded decoded = decode(*decoder, {kind, data});
    for (const std::string& marker : decoded.markers)
      must(std::ranges::all_of(marker, [](char c) { return c > ' ' && c <= '~'; }), "a marker can be part of a reply");
    if (!first) {
      first = decoded;
      continue;
    }
    must(decoded.error.has_value() == first->error.has_value(), "a refusal does not depend on the cuts");
    if (first->error) continue;
    must(decoded.file == first->file, "the file does not depend on the cuts");
    must(decoded.markers == first->markers && decoded.ended == first->ended, "nor does what else the data says");
  }
}

// Whatever a file holds: what is sent of it becomes the same file again, however the two ways are cut.
inline void check_round_trip(const Representation& representation, std::string_view file) {
  for (const auto kind : {Cuts::Kind::whole, Cuts::Kind::single_octets, Cuts::Kind::mixed}) {
    const auto encoder = make_encoder(representation, ebcdic_table());
    if (!encoder) return;
    const std::string data = encode(*encoder, {kind, file});
    for (const auto other : {Cuts::Kind::whole, Cuts::Kind::single_octets, Cuts::Kind::mixed}) {
      const auto decoder = make_decoder(representation, ebcdic_table(), 0);
      const Decoded decoded = decode(*decoder, {other, data});
      must(!decoded.error && decoded.file == file, "a file comes back as it was");
      must(decoded.markers.empty(), "without a restart marker");
    }
  }
}

// The first octet of an input chooses TYPE, STRU and what the rest is: a file, or what a peer sends.
inline void check_mode(TransferMode mode, const std::uint8_t* data, std::size_t size) {
  Input in(data, size);
  const unsigned choice = in.octet();
  Representation representation;
  representation.type = static_cast<DataType>(choice % 3);
  representation.structure = static_cast<Structure>(choice / 3 % 2);
  representation.mode = mode;
  representation.deflate_level = static_cast<int>(choice / 12 % 10);
  if (choice / 6 % 2 == 0)
    check_decoder(representation, in.rest());
  else
    check_round_trip(representation, in.rest());
}

}  // namespace ferry::fuzz
