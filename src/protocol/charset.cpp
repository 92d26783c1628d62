#include "protocol/charset.hpp"

#include <iconv.h>

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <stdexcept>
#include <utility>

#include "base/text.hpp"

namespace ferry {
namespace {

constexpr const char* utf8_name = "UTF-8";

// One conversion descriptor. It carries a state, so threads cannot share it.
class Conversion {
 public:
  Conversion(const char* to, const char* from) : descriptor_(iconv_open(to, from)) {}
  ~Conversion() {
    if (is_open()) iconv_close(descriptor_);
  }
  Conversion(const Conversion&) = delete;
  Conversion& operator=(const Conversion&) = delete;

  bool is_open() const { return descriptor_ != reinterpret_cast<iconv_t>(-1); }

  // nullopt where any character has no exact counterpart.
  std::optional<std::string> convert(std::string_view text) {
    std::string out(text.size() * 2 + 16, '\0');
    std::size_t written = 0;
    char* in = const_cast<char*>(text.data());  // iconv does not write to it
    std::size_t in_left = text.size();
    bool flushing = false;
    for (;;) {
      char* to = out.data() + written;
      std::size_t room = out.size() - written;
      // Without input, the sequence that ends a shift state is written.
      const std::size_t result =
          iconv(descriptor_, flushing ? nullptr : &in, flushing ? nullptr : &in_left, &to, &room);
      written = out.size() - room;
      if (result == failed && errno == E2BIG)
        out.resize(out.size() * 2);
      else if (result != 0)  // an error, or characters replaced by similar ones
        return std::nullopt;
      else if (std::exchange(flushing, true))
        break;
    }
    out.resize(written);
    return out;
  }

 private:
  static constexpr auto failed = static_cast<std::size_t>(-1);
  iconv_t descriptor_;
};

// Whether each character has an exact counterpart, and what they become.
std::optional<std::string> convert(const char* to, const char* from, std::string_view text) {
  Conversion conversion(to, from);
  return conversion.is_open() ? conversion.convert(text) : std::nullopt;
}

bool is_hex(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789ABCDEF") == std::string_view::npos;
}

// "U+65E5" and "E9", the insides of what %{...} spells.
std::string spell_character(std::string_view utf8) {
  std::uint32_t code = static_cast<unsigned char>(utf8[0]);
  if (utf8.size() > 1) code &= 0x7Fu >> utf8.size();
  for (const char c : utf8.substr(1)) code = code << 6 | (static_cast<unsigned char>(c) & 0x3Fu);
  char text[16];
  std::snprintf(text, sizeof text, "%%{U+%04X}", static_cast<unsigned>(code));
  return text;
}

std::string spell_octet(char octet) {
  char text[8];
  std::snprintf(text, sizeof text, "%%{%02X}", static_cast<unsigned>(static_cast<unsigned char>(octet)));
  return text;
}

std::string utf8_of(std::uint32_t code) {
  const auto octet = [](std::uint32_t bits) { return static_cast<char>(static_cast<unsigned char>(bits)); };
  const auto tail = [&](int shift) { return octet(0x80 | (code >> shift & 0x3F)); };
  if (code < 0x80) return {octet(code)};
  if (code < 0x800) return {octet(0xC0 | code >> 6), tail(0)};
  if (code < 0x10000) return {octet(0xE0 | code >> 12), tail(6), tail(0)};
  return {octet(0xF0 | code >> 18), tail(12), tail(6), tail(0)};
}

// The octets of the first character of a text that is not empty; one octet where it is not UTF-8.
std::size_t character_size(std::string_view text) {
  for (std::size_t size = 1; size <= 4 && size <= text.size(); ++size)
    if (is_valid_utf8(text.substr(0, size))) return size;
  return 1;
}

}  // namespace

Charset::Charset(const std::string& iconv_name)
    : name_(iconv_name),
      utf8_(equals_ignoring_ascii_case(iconv_name, "UTF-8") || equals_ignoring_ascii_case(iconv_name, "UTF8")) {
  if (utf8_) return;
  // iconv would take an empty name for the locale's charset, and what follows a slash for a wish.
  if (name_.empty() || name_.find_first_of(std::string_view("/\0", 2)) != std::string::npos)
    throw std::invalid_argument("not the name of a character set: " + printable(name_));

  const auto to_utf8 = std::make_shared<Conversion>(utf8_name, name_.c_str());
  const auto from_utf8 = std::make_shared<Conversion>(name_.c_str(), utf8_name);
  if (!to_utf8->is_open() || !from_utf8->is_open())
    throw std::invalid_argument("unknown character set: " + printable(name_));
  const std::string ascii = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 /.-_\"";
  if (to_utf8->convert(ascii) != ascii || from_utf8->convert(ascii) != ascii)
    throw std::invalid_argument("a character set that does not include ASCII cannot be used: " + printable(name_));
  to_utf8_tables_ = to_utf8;
  from_utf8_tables_ = from_utf8;
}

// Some encodings take a character for another one that looks like it, and give that one back.
bool Charset::has(std::string_view character) const {
  const auto converted = convert(name_.c_str(), utf8_name, character);
  return converted && convert(utf8_name, name_.c_str(), *converted) == character;
}

std::string Charset::to_utf8(std::string_view wire) const {
  if (utf8_) return std::string(wire);
  const std::optional<std::string> converted = convert(utf8_name, name_.c_str(), wire);
  return converted ? unspell(*converted) : std::string(wire);
}

std::string Charset::from_utf8(std::string_view name) const {
  if (utf8_) return std::string(name);
  // Whatever is sent must mean this name when it comes back.
  if (std::optional<std::string> converted = convert(name_.c_str(), utf8_name, name);
      converted && to_utf8(*converted) == name)
    return *std::move(converted);
  if (!is_valid_utf8(name) && to_utf8(name) == name) return std::string(name);
  const std::string spelled = spell(name);
  return convert(name_.c_str(), utf8_name, spelled).value_or(spelled);
}

std::string Charset::spell(std::string_view name) const {
  std::string out;
  while (!name.empty()) {
    const std::size_t size = character_size(name);
    const std::string_view character = name.substr(0, size);
    if (!is_valid_utf8(character))
      out += spell_octet(character[0]);
    else if (name.starts_with("%{") || !has(character))
      out += spell_character(character);
    else
      out += character;
    name.remove_prefix(size);
  }
  return out;
}

// Undoes spell(), and nothing that spell() never writes: other names with %{ in them are names.
std::string Charset::unspell(std::string_view text) const {
  std::string out;
  for (;;) {
    const std::size_t begin = text.find("%{");
    out += text.substr(0, begin);
    if (begin == std::string_view::npos) return out;
    text.remove_prefix(begin);
    const std::size_t end = text.find('}');
    std::string_view inside = end == std::string_view::npos ? std::string_view() : text.substr(2, end - 2);
    const bool character = inside.starts_with("U+");
    if (character) inside.remove_prefix(2);
    std::string meant;
    if (is_hex(inside) && inside.size() <= 6) {
      const auto code = static_cast<std::uint32_t>(std::strtoul(std::string(inside).c_str(), nullptr, 16));
      if (!character && inside.size() == 2 && code >= 0x80) meant = static_cast<char>(static_cast<unsigned char>(code));
      if (character && code > 0 && code != '/' && code <= 0x10FFFF) meant = utf8_of(code);
      if (character && (meant.empty() || !is_valid_utf8(meant) || spell_character(meant) != text.substr(0, end + 1) ||
                        (meant != "%" && has(meant))))
        meant.clear();
    }
    if (meant.empty()) {
      out += '%';
      text.remove_prefix(1);
    } else {
      out += meant;
      text.remove_prefix(end + 1);
    }
  }
}

}  // namespace ferry
