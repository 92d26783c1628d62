// A range of RANG never ends before it begins, and its size fits.
#include "protocol/octet_range.hpp"

#include <string>

#include "fuzz/support/input.hpp"
#include "fuzz/support/must.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace ferry;
  const auto range = parse_range(fuzz::text_of(data, size));
  if (!range || !*range) return 0;
  fuzz::must((*range)->first <= (*range)->last, "the first octet comes before the last");
  fuzz::must((*range)->size() > 0 && (*range)->size() <= INT64_MAX, "the size is one that a file may have");
  const std::string written = std::to_string((*range)->first) + ' ' + std::to_string((*range)->last);
  fuzz::must(parse_range(written) == range, "a range survives being written");
  return 0;
}
