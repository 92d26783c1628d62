// Packets between two processes of this program on this machine: numbers and texts, one behind the other. Numbers are
// as they lie in memory. The two ends do not trust each other: a reader takes nothing that is not there.
#pragma once

#include <concepts>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace ferry {

template <typename T>
concept PacketNumber = (std::integral<T> || std::is_enum_v<T>) && !std::same_as<T, bool>;

class PacketWriter {
 public:
  // So that what is secret is in one place.
  void reserve(std::size_t size) { packet_.reserve(size); }

  template <PacketNumber T>
  void number(T value) {
    char octets[sizeof value];
    std::memcpy(octets, &value, sizeof value);
    packet_.append(octets, sizeof octets);
  }
  void flag(bool value) { number(static_cast<std::uint8_t>(value)); }
  void text(std::string_view value) {
    number(static_cast<std::uint32_t>(value.size()));
    packet_ += value;
  }

  std::size_t size() const { return packet_.size(); }
  std::string take() { return std::move(packet_); }

 private:
  std::string packet_;
};

// After the first thing that is missing or wrong there is nothing left, and whole() is false.
class PacketReader {
 public:
  explicit PacketReader(std::string_view packet) : rest_(packet) {}

  template <PacketNumber T>
  T number() {
    T value{};
    if (const std::string_view octets = take(sizeof value); !octets.empty())
      std::memcpy(&value, octets.data(), sizeof value);
    return value;
  }
  // One of those up to `last`.
  template <typename T>
    requires std::is_enum_v<T>
  T up_to(T last) {
    const T value = number<T>();
    if (value > last) fail();
    return good_ ? value : T{};
  }
  bool flag() {
    const auto value = number<std::uint8_t>();
    if (value > 1) fail();
    return value == 1;
  }
  std::string_view text() {
    const auto size = number<std::uint32_t>();
    return size == 0 ? std::string_view() : take(size);
  }

  // All that is left, at most so many octets.
  std::string_view rest(std::size_t most) {
    if (rest_.size() > most) fail();
    return std::exchange(rest_, {});
  }

  void fail() {
    good_ = false;
    rest_ = {};
  }
  std::size_t left() const { return rest_.size(); }
  // Nothing was missing or wrong so far.
  bool good() const { return good_; }
  // ... and nothing is left.
  bool whole() const { return good_ && rest_.empty(); }

 private:
  std::string_view take(std::size_t size) {
    if (rest_.size() < size) {
      fail();
      return {};
    }
    const std::string_view taken = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return taken;
  }

  std::string_view rest_;
  bool good_ = true;
};

}  // namespace ferry
