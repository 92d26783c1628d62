// In every encoding a name that is sent comes back as the same name, whatever octets it has.
#include "protocol/charset.hpp"

#include <array>
#include <stdexcept>

#include "base/text.hpp"
#include "fuzz/support/input.hpp"
#include "fuzz/support/must.hpp"
#include "protocol/ebcdic.hpp"

namespace {

using namespace ferry;
using namespace ferry::fuzz;

const Charset& charset(unsigned number) {
  static const std::array charsets{Charset("UTF-8"),    Charset("ISO-8859-1"), Charset("WINDOWS-1252"),
                                   Charset("KOI8-R"),   Charset("SHIFT_JIS"),  Charset("EUC-JP"),
                                   Charset("GB18030"),  Charset("BIG5"),       Charset("EUC-KR"),
                                   Charset("US-ASCII"), Charset("CP437"),      Charset("GBK")};
  return charsets[number % charsets.size()];
}

// Names of encodings come from the operator, and some from iconv's list would be traps.
void open_any(std::string_view name) {
  try {
    const Charset opened{std::string(name)};
    must(opened.to_utf8("/a") == "/a", "ASCII is ASCII");
  } catch (const std::invalid_argument&) {
  }
  try {
    const EbcdicTable table{std::string(name)};
    for (unsigned i = 0; i < 256; ++i)
      must(table.from_ebcdic(table.to_ebcdic(std::byte(i))) == std::byte(i), "each octet comes back");
  } catch (const std::invalid_argument&) {
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Input in(data, size);
  const unsigned number = in.octet();
  if (number == 0xFF) {
    open_any(in.rest());
    return 0;
  }
  const Charset& chosen = charset(number);
  const std::string_view text = in.rest();
  if (text.find('\0') != std::string_view::npos) return 0;
  const std::string wire = chosen.from_utf8(text);
  must(chosen.to_utf8(wire) == text, "a name that is sent comes back");
  const std::string name = chosen.to_utf8(text);
  must(chosen.to_utf8(chosen.from_utf8(name)) == name, "a name that came can be sent");
  return 0;
}
