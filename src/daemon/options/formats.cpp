// TYPE, STRU and MODE.
#include "options/groups.hpp"

#include <algorithm>

#include "options/setters.hpp"
#include "values.hpp"

namespace ferry {
namespace {

constexpr std::string_view heading = "How files may look on data connections";

SetResult disable_formats(const std::string& letters, TransferFormats& formats) {
  const std::pair<char, bool*> known[] = {{'E', &formats.ebcdic},
                                          {'R', &formats.records},
                                          {'B', &formats.block_mode},
                                          {'C', &formats.compressed_mode},
                                          {'Z', &formats.deflate_mode}};
  for (const char letter : letters) {
    const auto found = std::ranges::find(known, letter, &std::pair<char, bool*>::first);
    if (found == std::end(known))
      return std::unexpected("is not made of the letters ERBCZ; give some of them, as in BC");
    *found->second = false;
  }
  if (letters.empty()) return std::unexpected("is empty; give some of the letters ERBCZ");
  return {};
}

const OptionRow format_rows[] = {
    {.group = heading,
     .names = "--disable-formats",
     .value = "LETTERS",
     .help = "do not offer these: E for TYPE E, R for STRU R, B, C and Z for the modes of that name",
     .set = [](Options& o, const std::string& v) { return disable_formats(v, o.config.formats); }},
    {.group = heading,
     .names = "--ebcdic-code-page",
     .value = "NAME",
     .help = "the characters of TYPE E, as iconv names them; default: IBM1047",
     .set = [](Options& o,
               const std::string& v) { return assign(parse_code_page(v), o.config.formats.ebcdic_code_page); },
     .setting = "ebcdic_code_page"},
    {.group = heading,
     .names = "--restart-markers",
     .value = "OCTETS",
     .help =
         "put a restart marker into downloads in MODE B and C behind every so many octets of the file; with K, M or "
         "G behind it or not; default: none",
     .set = [](Options& o, const std::string& v) { return assign(parse_octets(v), o.config.formats.marker_interval); }},
    {.group = heading,
     .names = "--mode-z-under-tls",
     .value = "",
     .help = "offer MODE Z under TLS too, where the length of compressed data may tell what is encrypted",
     .set = [](Options& o, const std::string&) { return turn_on(o.config.formats.deflate_under_tls); },
     .takes = Takes::nothing},
    {.group = heading,
     .names = "--mode-z-ratio",
     .value = "N",
     .help = "refuse uploads in MODE Z that expand beyond 64 MiB and N times; default: 250; 0: no limit",
     .set = [](Options& o,
               const std::string& v) { return assign(parse_number(v, 0, 100'000), o.config.formats.deflate_ratio); }},
};

}  // namespace

std::span<const OptionRow> format_options() { return format_rows; }

}  // namespace ferry
