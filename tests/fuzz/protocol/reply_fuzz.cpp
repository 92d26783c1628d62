// Whoever chose the arguments of a reply, it stays one reply: its code, its lines, no line forged and no octet lost.
#include "protocol/reply.hpp"

#include <vector>

#include "base/text.hpp"
#include "fuzz/support/input.hpp"
#include "fuzz/support/must.hpp"

namespace {

using namespace ferry;
using namespace ferry::fuzz;

bool begins_with_code(std::string_view line) {
  for (std::size_t i = 0; i < 3; ++i)
    if (line.size() <= i || line[i] < '0' || line[i] > '9') return false;
  return true;
}

// The number of lines of the one reply that this must be.
std::size_t check(std::string_view wire, std::string_view code) {
  std::size_t lines = 0;
  for (bool last = false; !wire.empty(); ++lines) {
    must(!last, "nothing comes after the last line");
    const std::size_t end = wire.find('\n');
    must(end != std::string_view::npos && end > 0 && wire[end - 1] == '\r', "each line ends with CR LF");
    const std::string_view line = wire.substr(0, end - 1);
    wire.remove_prefix(end + 1);
    for (std::size_t i = 0; i < line.size(); ++i)
      must(line[i] != '\r' || (i + 1 < line.size() && line[i + 1] == '\0'), "a CR that is data is CR NUL");
    if (lines == 0) must(line.starts_with(code) && line.size() > 3, "the first line has the code");
    const bool single = lines == 0 && line.size() > 3 && line[3] == ' ';
    if (lines == 0) must(single || line[3] == '-', "then a space or a hyphen");
    last = single || (lines > 0 && line.starts_with(code));
    if (lines > 0 && last) must(line.size() > 3 && line[3] == ' ', "the last line has a space behind the code");
    if (lines > 0 && !last) must(!begins_with_code(line), "no line between looks like a reply");
  }
  return lines;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Input in(data, size);
  const std::vector<std::string_view> tags = languages();
  const Catalogue& catalogue = *find_catalogue(tags[in.below(static_cast<unsigned>(tags.size()))]);
  const std::string first(in.text_before('\n'));
  const std::string all(in.rest());

  const Reply single(257, "{} is the current directory.", {first});
  must(check(single.render(catalogue), "257") == 1, "one line");
  must(is_valid_utf8(single.text(catalogue)), "a log is UTF-8");
  const Reply lines = Reply::multi_line(250, "Listing:", {first, all, first + all}, "End.");
  must(check(lines.render(catalogue), "250") == 5, "a line for each");
  const Reply text = Reply::text_lines(220, all);
  check(text.render(catalogue), "220");
  must(is_valid_utf8(text.text(catalogue)), "a log is UTF-8");
  return 0;
}
