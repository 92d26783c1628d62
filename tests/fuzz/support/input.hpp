// The octets that the fuzzer gives: as one text, or read from the front as numbers and texts. An input that ends early
// goes on with zeros, so that every input means something.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace ferry::fuzz {

class Input {
 public:
  Input(const std::uint8_t* data, std::size_t size) : left_(reinterpret_cast<const char*>(data), size) {}
  explicit Input(std::string_view text) : left_(text) {}

  bool empty() const { return left_.empty(); }
  std::size_t size() const { return left_.size(); }

  std::uint8_t octet() {
    if (left_.empty()) return 0;
    const auto octet = static_cast<std::uint8_t>(left_.front());
    left_.remove_prefix(1);
    return octet;
  }
  // Little-endian, of `octets` octets.
  std::uint64_t number(int octets = 8) {
    std::uint64_t value = 0;
    for (int i = 0; i < octets; ++i) value |= std::uint64_t{octet()} << 8 * i;
    return value;
  }
  unsigned below(unsigned limit) { return octet() % limit; }
  bool flag() { return (octet() & 1) != 0; }
  std::string_view text(std::size_t size) {
    const std::string_view taken = left_.substr(0, size);
    left_.remove_prefix(taken.size());
    return taken;
  }
  // Up to the next `end`, which is taken too.
  std::string_view text_before(char end) {
    const std::string_view taken = left_.substr(0, left_.find(end));
    left_.remove_prefix(std::min(taken.size() + 1, left_.size()));
    return taken;
  }
  std::string_view rest() { return text(left_.size()); }

 private:
  std::string_view left_;
};

inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}
inline std::span<const std::byte> octets_of(std::string_view text) { return std::as_bytes(std::span(text)); }

// Sizes of pieces that a text may arrive in. The same text is always cut in the same way.
class Cuts {
 public:
  enum class Kind : std::uint8_t { whole, single_octets, mixed };
  Cuts(Kind kind, std::string_view text) : kind_(kind), text_(text) {
    for (const char c : text) state_ = (state_ ^ static_cast<unsigned char>(c)) * 1'099'511'628'211u;  // FNV-1a
  }
  // The next piece; empty at the end.
  std::string_view next() {
    const std::string_view piece = text_.substr(0, size());
    text_.remove_prefix(piece.size());
    return piece;
  }

 private:
  std::size_t size() {
    if (kind_ != Kind::mixed) return kind_ == Kind::whole ? text_.size() : 1;
    state_ = state_ * 6'364'136'223'846'793'005u + 1'442'695'040'888'963'407u;
    const auto bits = state_ >> 33;
    return 1 + (bits & 1 ? bits % 5 : bits % 200);
  }

  Kind kind_;
  std::string_view text_;
  std::uint64_t state_ = 14'695'981'039'346'656'037u;
};

}  // namespace ferry::fuzz
