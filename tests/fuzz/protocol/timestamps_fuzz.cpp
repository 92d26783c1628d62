// Every time that FileTime holds can be written, with digits only and in the right width; what can be read survives it.
#include "protocol/timestamps.hpp"

#include <algorithm>

#include "fuzz/support/input.hpp"
#include "fuzz/support/must.hpp"

namespace {

using namespace ferry;
using namespace ferry::fuzz;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (const auto time = parse_time_val(text_of(data, size))) {
    const auto again = parse_time_val(format_time_val(*time));
    must(again && *again == std::chrono::floor<std::chrono::seconds>(*time), "whole seconds survive");
    const auto fine = parse_time_val(format_time_val(*time, true));
    must(fine && *fine == std::chrono::floor<std::chrono::milliseconds>(*time), "milliseconds survive");
  }

  Input in(data, size);
  const FileTime modified{FileTime::duration(static_cast<std::int64_t>(in.number()))};
  const FileTime now{FileTime::duration(static_cast<std::int64_t>(in.number()))};
  const std::string text = format_time_val(modified, in.flag());
  must(text.size() >= 14 && std::ranges::all_of(text.substr(0, 14), is_digit), "fourteen digits");
  must(text.size() == 14 || (text.size() == 18 && text[14] == '.'), "and perhaps three more");
  std::string column;
  append_list_time(column, modified, now, std::chrono::hours(static_cast<int>(in.below(29)) - 14));
  must(column.size() == 12, "the column of a listing has twelve characters");
  return 0;
}
