// The same lines and Telnet refusals come out however the octets are cut; lines are short and hold no NUL; little is
// kept.
#include "protocol/command_line.hpp"

#include <algorithm>
#include <vector>

#include "fuzz/support/input.hpp"
#include "fuzz/support/must.hpp"

namespace {

using namespace ferry;
using namespace ferry::fuzz;

struct Seen {
  std::vector<std::expected<CommandLine, LineErrc>> lines;
  std::string telnet;
  bool has_octets = false;

  bool operator==(const Seen&) const = default;
};

bool is_verb_octet(char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

void check_line(const CommandLine& line) {
  must(!line.verb.empty() && line.verb.size() <= 16, "a verb has 1 to 16 octets");
  must(std::ranges::all_of(line.verb, is_verb_octet), "a verb has capitals and digits only");
  must(line.verb.size() + line.argument.size() <= CommandReader::max_line, "a line is not longer than max_line");
  must(line.argument.empty() || line.has_argument, "an argument stands behind a space");
  must(line.argument.find('\0') == std::string::npos, "no NUL gets into an argument");
  for (std::size_t i = 0; i < line.argument.size(); ++i) {
    const auto octet = static_cast<unsigned char>(line.argument[i]);
    const bool after_cr = i > 0 && line.argument[i - 1] == '\r';
    must(octet >= 0x20 ? octet != 0x7F : octet == '\r' || (octet == '\n' && after_cr),
         "of the control octets only CR, and LF behind CR NUL, may be part of a name");
  }
}

Seen read(std::string_view text, Cuts::Kind kind) {
  Seen seen;
  CommandReader reader;
  std::size_t fed = 0;
  for (Cuts cuts(kind, text);;) {
    const std::string_view piece = cuts.next();
    if (piece.empty()) break;
    reader.feed(piece);
    fed += piece.size();
    while (auto line = reader.next()) {
      if (*line) check_line(**line);
      seen.lines.push_back(*std::move(line));
    }
    const std::string telnet = reader.take_telnet_replies();
    must(telnet.size() <= 64 * 3 && telnet.size() % 3 == 0, "whole Telnet refusals, at most 64");
    seen.telnet += telnet;
  }
  must(seen.lines.size() <= fed, "a line takes at least an octet");
  seen.has_octets = reader.has_octets();
  reader.clear();
  must(!reader.has_octets() && !reader.next(), "nothing is left after clear()");
  return seen;
}

// A name in a reply, sent back as an argument.
void check_escaping(std::string_view name) {
  std::string wire = "CWD ";
  const std::size_t begin = wire.size();
  append_escaped(wire, name);
  must(wire.find('\n') == std::string::npos, "no name forges the end of a line");
  must(wire.size() - begin <= 2 * name.size(), "an octet becomes two at most");
  const bool good = std::ranges::none_of(name, [](char c) { return (c >= 0 && c < 0x20 && c != '\r') || c == 0x7F; });
  if (!good || name.size() + begin > CommandReader::max_line) return;
  CommandReader reader;
  reader.feed(wire + "\r\n");
  const auto line = reader.next();
  must(line && *line && (*line)->argument == name, "an escaped name comes back as it was");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = text_of(data, size);
  const Seen single = read(text, Cuts::Kind::single_octets);
  Seen mixed = read(text, Cuts::Kind::mixed);
  Seen whole = read(text, Cuts::Kind::whole);
  must(mixed.lines == single.lines && whole.lines == single.lines, "lines do not depend on the cuts");
  must(mixed.has_octets == single.has_octets && whole.has_octets == single.has_octets, "nor what is left");
  // With more than 64 at once some are dropped.
  if (single.telnet.size() <= 64 * 3)
    must(mixed.telnet == single.telnet && whole.telnet == single.telnet, "nor do Telnet refusals");
  check_escaping(text);
  return 0;
}
