// Options of LIST come off the front of the argument; what is left is the end of it, and is no option.
#include "session/list_argument.hpp"

#include "fuzz/support/input.hpp"
#include "fuzz/support/must.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace ferry;
  using fuzz::must;
  const std::string_view text = fuzz::text_of(data, size);
  const ListArgument argument = parse_list_argument(text);
  must(text.ends_with(argument.pathname), "the pathname is the end of the argument");
  must(parse_list_argument(argument.pathname).pathname == argument.pathname, "and has no options in front");
  if (!text.starts_with('-')) must(argument.pathname == text, "without a dash all of it is the pathname");
  return 0;
}
