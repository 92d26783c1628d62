// A pattern matches what a slow matcher says that it does, in a number of steps that grows with the name only.
#include "protocol/glob.hpp"

#include <string>
#include <vector>

#include "fuzz/support/input.hpp"
#include "fuzz/support/must.hpp"

namespace {

using namespace ferry;
using namespace ferry::fuzz;

// The pattern's places by the book, for octets below 0x80 only: there a character is an octet.
bool is_ascii(std::string_view text) {
  for (const char c : text)
    if (static_cast<unsigned char>(c) >= 0x80) return false;
  return true;
}

struct Place {
  bool star = false;
  std::string matching;  // the characters that fit
};

std::vector<Place> places_of(std::string_view p) {
  std::vector<Place> places;
  const auto all = [] {
    std::string every;
    for (int c = 0; c < 0x80; ++c) every += static_cast<char>(c);
    return every;
  };
  for (std::size_t i = 0; i < p.size(); ++i) {
    Place place;
    if (p[i] == '*') {
      place.star = true;
    } else if (p[i] == '?') {
      place.matching = all();
    } else if (p[i] == '\\' && i + 1 < p.size()) {
      place.matching = p[++i];
    } else if (p[i] == '[') {
      std::size_t at = i + 1;
      const bool negated = at < p.size() && (p[at] == '!' || p[at] == '^');
      if (negated) ++at;
      std::size_t end = p.find(']', at < p.size() && p[at] == ']' ? at + 1 : at);
      if (end == std::string_view::npos) {
        place.matching = '[';
      } else {
        std::string listed;
        while (at < end) {
          const char first = p[at++];
          char last = first;
          if (end - at >= 2 && p[at] == '-') {
            last = p[at + 1];
            at += 2;
          }
          for (int c = first; c <= last; ++c) listed += static_cast<char>(c);
        }
        for (const char c : all())
          if ((listed.find(c) != std::string::npos) != negated) place.matching += c;
        i = end;
      }
    } else {
      place.matching = p[i];
    }
    places.push_back(std::move(place));
  }
  return places;
}

bool slowly(const std::vector<Place>& places, std::string_view name) {
  std::vector<bool> reached(name.size() + 1);  // beginnings of the name that the places so far may stand for
  reached[0] = true;
  for (const Place& place : places) {
    std::vector<bool> next(name.size() + 1);
    for (std::size_t i = 0; i <= name.size(); ++i) {
      if (place.star)
        next[i] = reached[i] || (i > 0 && next[i - 1]);
      else
        next[i] = i > 0 && reached[i - 1] && place.matching.find(name[i - 1]) != std::string::npos;
    }
    reached = std::move(next);
  }
  return reached.back();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Input in(data, size);
  const std::string_view pattern = in.text_before('\n');
  const std::string_view name = in.rest();
  const auto glob = Glob::compile(pattern);
  if (!glob) {
    must(pattern.size() > Glob::longest, "only a long pattern is refused");
    return 0;
  }
  std::uint64_t steps = 0;
  const bool matches = glob->matches(name, steps);
  must(steps <= 32 * (name.size() + 1), "a bounded number of steps for each character");
  const bool hidden_too = glob->matches_hidden_too(name);
  must(!matches || hidden_too, "the rule for hidden names only takes away");
  if (!name.starts_with('.')) must(matches == hidden_too, "and only hidden names");
  if (is_ascii(pattern) && is_ascii(name)) must(hidden_too == slowly(places_of(pattern), name), "the right answer");
  if (!has_glob_characters(pattern) && pattern.find('\\') == std::string_view::npos)
    must(hidden_too == (pattern == name), "a plain text matches itself alone");
  return 0;
}
