// OPTS gives a word in capitals and what follows it; a level of MODE Z is one digit; a language is found by its tag.
#include "protocol/options.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "fuzz/support/input.hpp"
#include "fuzz/support/must.hpp"
#include "protocol/catalogue.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace ferry;
  using fuzz::must;
  const std::string_view text = fuzz::text_of(data, size);
  if (const auto opts = split_opts(text)) {
    must(!opts->first.empty() && to_upper_ascii(opts->first) == opts->first, "a word in capitals");
    must(text.ends_with(opts->second), "and the end of the argument");
    if (opts->first == "MODE")
      if (const auto level = parse_opts_mode_z(opts->second, 6)) must(*level >= 0 && *level <= 9, "one digit");
  }
  if (const auto level = parse_opts_mode_z(text, 6)) must(*level >= 0 && *level <= 9, "one digit");
  if (is_language_tag(text)) must(text.find_first_of(" ;*\r\n") == std::string_view::npos, "a tag is a word");
  if (const Catalogue* const catalogue = find_catalogue(text))
    must(equals_ignoring_ascii_case(text.substr(0, catalogue->tag().size()), catalogue->tag()), "the one of that name");
  return 0;
}
