// What goes to the log is one line of UTF-8 from which the octets can be told; addresses and networks survive their
// text.
#include "base/text.hpp"

#include <algorithm>

#include <ferry/address.hpp>

#include "fuzz/support/input.hpp"
#include "fuzz/support/must.hpp"

namespace {

using namespace ferry;
using namespace ferry::fuzz;

int digit_of(char c) { return c <= '9' ? c - '0' : c - 'A' + 10; }

std::string unprintable(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\') {
      out += text[i];
      continue;
    }
    must(text.size() - i >= 4 && text[i + 1] == 'x', "a backslash begins \\xNN");
    out += static_cast<char>(digit_of(text[i + 2]) * 16 + digit_of(text[i + 3]));
    i += 3;
  }
  return out;
}

void check_printable(std::string_view text) {
  const std::string shown = printable(text);
  must(is_valid_utf8(shown), "a log is UTF-8");
  for (const char c : shown) must(static_cast<unsigned char>(c) >= 0x20 && c != 0x7F, "and has no control octets");
  must(unprintable(shown) == text, "and tells the octets");
}

void check_addresses(std::string_view text) {
  if (const auto address = IpAddress::parse(text)) {
    must(IpAddress::parse(address->text()) == address, "an address survives its text");
    must(Network::parse(address->text())->contains(*address), "a single address is a network that contains it");
  }
  if (const auto network = Network::parse(text)) {
    must(network->prefix <= (network->address.is_v4() ? 32u : 128u), "a prefix is no longer than an address");
    must(network->contains(network->address), "a network contains its address");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = text_of(data, size);
  check_printable(text);
  check_addresses(text);
  const std::string upper = to_upper_ascii(text);
  must(equals_ignoring_ascii_case(upper, text), "capitals differ in case only");
  if (const auto number = parse_decimal(text)) {
    const std::string_view digits = text.substr(std::min(text.find_first_not_of('0'), text.size() - 1));
    must(std::to_string(*number) == digits, "a number is what its digits say");
  }
  return 0;
}
