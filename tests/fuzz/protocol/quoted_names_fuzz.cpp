// Names in quotes are never empty, come out of the argument, and are understood again when they are quoted.
#include "protocol/quoted_names.hpp"

#include "fuzz/support/input.hpp"
#include "fuzz/support/must.hpp"
#include "protocol/command_line.hpp"

namespace {

using namespace ferry;
using namespace ferry::fuzz;

constexpr std::size_t most = 32;

void check_list(const std::expected<std::vector<std::string>, SyntaxErrc>& names, char separator) {
  if (!names) return;
  must(!names->empty() && names->size() <= most, "at least one name, and no more than asked for");
  std::string quoted;
  for (const std::string& name : *names) {
    must(!name.empty(), "no name is empty");
    if (!quoted.empty()) quoted += separator;
    quoted += quote_pathname(name);
  }
  must((separator == ' ' ? parse_names(quoted, most) : parse_names_with_commas(quoted, most)) == names,
       "names survive being quoted");
}

void check_part(const FilePart& part) {
  must(!part.name.empty(), "no name is empty");
  std::string written = quote_pathname(part.name);
  if (part.end) written += ' ' + std::to_string(part.start) + ' ' + std::to_string(*part.end);
  const auto again = parse_checksum_request(written);
  must(again && !again->otherwise && again->part.name == part.name, "a name survives being quoted");
  if (part.end) must(again->part == part, "and so do its numbers");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = text_of(data, size);
  check_list(parse_names(text, most), ' ');
  check_list(parse_names_with_commas(text, most), ',');
  const auto request = parse_checksum_request(text);
  if (!request) return 0;
  check_part(request->part);
  if (request->otherwise) check_part(*request->otherwise);
  return 0;
}
