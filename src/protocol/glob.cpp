#include "protocol/glob.hpp"

#include <algorithm>
#include <string>

namespace ferry {
namespace {

constexpr char32_t last_code_point = 0x10FFFF;
// An octet that is not UTF-8 is a character of its own, above all others.
constexpr char32_t first_stray_octet = last_code_point + 1;
constexpr char32_t last_character = first_stray_octet + 0xFF;

// Takes the first character off the text, which is not empty.
char32_t take_character(std::string_view& text) {
  const auto octet = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = octet(0);
  const std::size_t size = lead < 0x80 ? 1 : lead < 0xC2 ? 0 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : lead < 0xF5 ? 4 : 0;
  char32_t character = size < 2 ? lead : lead & (0x7Fu >> size);
  bool good = size > 0 && size <= text.size();
  for (std::size_t i = 1; good && i < size; ++i) {
    good = (octet(i) & 0xC0) == 0x80;
    character = character << 6 | (octet(i) & 0x3Fu);
  }
  // Overlong forms, surrogates, and what lies above Unicode (RFC 3629 §3).
  static constexpr char32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
  if (good && (character < least[size] || (character >= 0xD800 && character <= 0xDFFF) || character > last_code_point))
    good = false;
  text.remove_prefix(good ? size : 1);
  return good ? character : first_stray_octet + lead;
}

void set_bit(auto& mask, std::size_t bit) { mask[bit / 64] |= std::uint64_t{1} << bit % 64; }
bool has_bit(const auto& mask, std::size_t bit) { return (mask[bit / 64] >> bit % 64 & 1) != 0; }

// The end of a bracket expression that begins before `text`: the octets up to and including its "]". A "]" right at the
// beginning means itself. npos where there is none.
std::size_t bracket_length(std::string_view text) {
  std::size_t at = text.starts_with('!') || text.starts_with('^') ? 1 : 0;
  if (text.substr(at).starts_with(']')) ++at;
  const std::size_t end = text.find(']', at);
  return end == std::string_view::npos ? end : end + 1;
}

}  // namespace

bool has_glob_characters(std::string_view text) { return text.find_first_of("*?[") != std::string_view::npos; }

std::optional<Glob> Glob::compile(std::string_view pattern) {
  Glob glob;
  glob.begins_with_dot_ = pattern.starts_with('.') || pattern.starts_with("\\.");
  std::vector<Place> places;
  while (!pattern.empty()) {
    if (pattern.front() == '*') {
      pattern.remove_prefix(1);
      set_bit(glob.loops_, places.size());
      continue;
    }
    if (places.size() == longest) return std::nullopt;
    Place& place = places.emplace_back();
    const std::size_t bracket = pattern.front() == '[' ? bracket_length(pattern.substr(1)) : std::string_view::npos;
    if (pattern.front() == '?') {
      pattern.remove_prefix(1);
      place.negated = true;
    } else if (bracket != std::string_view::npos) {
      std::string_view inside = pattern.substr(1, bracket - 1);
      pattern.remove_prefix(1 + bracket);
      place.negated = inside.starts_with('!') || inside.starts_with('^');
      if (place.negated) inside.remove_prefix(1);
      while (!inside.empty()) {
        const char32_t first = take_character(inside);
        char32_t last = first;
        if (inside.size() >= 2 && inside.front() == '-') {
          inside.remove_prefix(1);
          last = take_character(inside);
        }
        if (first <= last) place.ranges.push_back({first, last});
      }
    } else {
      if (pattern.size() > 1 && pattern.front() == '\\') pattern.remove_prefix(1);
      const char32_t character = take_character(pattern);
      place.ranges.push_back({character, character});
    }
  }
  glob.length_ = places.size();
  glob.tabulate(places);
  return glob;
}

void Glob::tabulate(const std::vector<Place>& places) {
  std::vector<char32_t> starts{0};
  for (const Place& place : places)
    for (const Range& range : place.ranges) {
      starts.push_back(range.first);
      if (range.last < last_character) starts.push_back(range.last + 1);
    }
  std::ranges::sort(starts);
  starts.erase(std::ranges::unique(starts).begin(), starts.end());
  for (const char32_t start : starts) {
    Interval& interval = intervals_.emplace_back(start, Mask{});
    for (std::size_t i = 0; i < places.size(); ++i) {
      const bool listed = std::ranges::any_of(
          places[i].ranges, [start](const Range& range) { return range.first <= start && start <= range.last; });
      if (listed != places[i].negated) set_bit(interval.places, i);
    }
  }
  for (std::size_t c = 0; c < ascii_.size(); ++c)
    ascii_[c] = std::prev(std::ranges::upper_bound(intervals_, static_cast<char32_t>(c), {}, &Interval::first))->places;
}

const Glob::Mask& Glob::places_for(char32_t character, std::uint64_t* steps) const {
  if (character < ascii_.size()) return ascii_[character];
  std::size_t low = 0;
  std::size_t high = intervals_.size();
  while (high - low > 1) {
    const std::size_t middle = low + (high - low) / 2;
    (intervals_[middle].first <= character ? low : high) = middle;
    if (steps) ++*steps;
  }
  return intervals_[low].places;
}

bool Glob::match(std::string_view name, bool dots_are_special, std::uint64_t* steps) const {
  if (dots_are_special && name.starts_with('.') && !begins_with_dot_) return false;
  const std::size_t used = length_ / 64 + 1;  // words of a mask
  Mask reached{1};
  while (!name.empty()) {
    const Mask& fits = places_for(take_character(name), steps);
    std::uint64_t carried = 0;
    std::uint64_t any = 0;
    for (std::size_t i = 0; i < used; ++i) {
      const std::uint64_t moved = reached[i] & fits[i];
      reached[i] = moved << 1 | carried | (reached[i] & loops_[i]);
      carried = moved >> 63;
      any |= reached[i];
    }
    if (steps) *steps += used;
    if (any == 0) return false;
  }
  return has_bit(reached, length_);
}

}  // namespace ferry
