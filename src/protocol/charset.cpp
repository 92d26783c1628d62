#include "protocol/charset.hpp"

#include <iconv.h>

#include <cerrno>
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

std::string convert_or_keep(const char* to, const char* from, std::string_view text) {
  Conversion conversion(to, from);
  if (conversion.is_open())
    if (std::optional<std::string> converted = conversion.convert(text)) return *std::move(converted);
  return std::string(text);
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

std::string Charset::to_utf8(std::string_view wire) const {
  return utf8_ ? std::string(wire) : convert_or_keep(utf8_name, name_.c_str(), wire);
}

std::string Charset::from_utf8(std::string_view name) const {
  return utf8_ ? std::string(name) : convert_or_keep(name_.c_str(), utf8_name, name);
}

}  // namespace ferry
