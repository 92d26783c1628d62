// Runs encoders and decoders on texts, in pieces of any size.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "support/octets_of.hpp"
#include "transfer/codec.hpp"

namespace ferry::test {

// "C1 15" as two octets.
inline std::string hex(std::string_view digits) {
  std::string octets;
  for (std::size_t i = 0; i < digits.size(); i += digits[i] == ' ' ? 1 : 2)
    if (digits[i] != ' ') octets += static_cast<char>(std::stoi(std::string(digits.substr(i, 2)), nullptr, 16));
  return octets;
}

inline std::string to_hex(std::string_view octets) {
  std::string text;
  for (const char c : octets) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    if (!text.empty()) text += ' ';
    text += digits[static_cast<unsigned char>(c) >> 4];
    text += digits[static_cast<unsigned char>(c) & 15];
  }
  return text;
}

inline std::string encode(Encoder& encoder, std::string_view file, std::size_t piece = std::string_view::npos) {
  std::vector<std::byte> out;
  for (; !file.empty(); file.remove_prefix(std::min(piece, file.size())))
    encoder.encode(octets_of(file.substr(0, piece)), out);
  encoder.finish(out);
  return text_of(out);
}

struct Decoded {
  std::string file{};
  std::vector<std::string> markers{};
  bool ended = false;  // before the end of the data connection
  std::optional<DecodeErrc> error{};
  std::size_t largest_turn = 0;
};

// As the transfer of an upload does it.
inline Decoded decode(Decoder& decoder, std::string_view data, std::size_t piece = std::string_view::npos) {
  Decoded result;
  std::vector<std::byte> out;
  const auto step = [&](DecodeResult outcome) {
    result.largest_turn = std::max(result.largest_turn, out.size());
    result.file += text_of(out);
    out.clear();
    if (!outcome) result.error = outcome.error();
    if (std::string marker = decoder.take_marker(); !marker.empty()) result.markers.push_back(std::move(marker));
    return outcome.has_value();
  };
  for (; !data.empty(); data.remove_prefix(std::min(piece, data.size()))) {
    std::span<const std::byte> left = octets_of(data.substr(0, piece));
    while (!left.empty()) {
      if (!step(decoder.decode(left, out))) return result;
      if (!decoder.ended()) continue;
      result.ended = true;
      if (!left.empty() || data.size() > piece) result.error = DecodeErrc::malformed;
      return result;
    }
  }
  step(decoder.finish(out));
  return result;
}

}  // namespace ferry::test
