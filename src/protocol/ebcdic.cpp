#include "protocol/ebcdic.hpp"

#include <iconv.h>

#include <algorithm>
#include <bitset>
#include <stdexcept>
#include <utility>

#include "base/text.hpp"

namespace ferry {

namespace {

constexpr std::size_t octet_values = 256;
constexpr std::size_t lf = 0x0A;
constexpr std::size_t nel = 0x85;  // U+0085, iconv's counterpart of EBCDIC's NL

}  // namespace

EbcdicTable::EbcdicTable(const std::string& code_page) {
  const auto refuse = [&] {
    throw std::invalid_argument("not an EBCDIC code page that iconv knows: " + printable(code_page));
  };
  // iconv would take an empty name for the locale's charset, and what follows a slash for a wish.
  if (code_page.empty() || code_page.find('/') != std::string::npos) refuse();
  const iconv_t conversion = iconv_open(code_page.c_str(), "ISO-8859-1");
  if (conversion == reinterpret_cast<iconv_t>(-1)) refuse();
  std::bitset<octet_values> mapped;
  std::bitset<octet_values> taken;
  for (std::size_t octet = 0; octet < octet_values; ++octet) {
    char in = static_cast<char>(octet);
    char out[8];
    char* from = &in;
    char* to = out;
    std::size_t in_left = 1;
    std::size_t room = sizeof out;
    if (iconv(conversion, &from, &in_left, &to, &room) != 0 || room != sizeof out - 1) continue;
    const auto value = static_cast<unsigned char>(out[0]);
    if (taken[value]) continue;
    to_[octet] = std::byte{value};
    mapped[octet] = taken[value] = true;
  }
  iconv_close(conversion);

  const auto is = [&](char c, unsigned value) { return to_[static_cast<unsigned char>(c)] == std::byte(value); };
  if (mapped.count() < octet_values - 16 || !is(' ', 0x40) || !is('A', 0xC1) || !is('z', 0xA9) || !is('0', 0xF0))
    refuse();

  // A character that this code page has not (IBM1140 has a euro sign for one) gets a place that is left, in order.
  std::size_t place = 0;
  for (std::size_t octet = 0; octet < octet_values; ++octet) {
    if (mapped[octet]) continue;
    while (taken[place]) ++place;
    to_[octet] = std::byte(place);
    taken[place] = true;
  }
  std::swap(to_[lf], to_[nel]);
  for (std::size_t octet = 0; octet < octet_values; ++octet)
    from_[std::to_integer<std::size_t>(to_[octet])] = std::byte(octet);
}

}  // namespace ferry
