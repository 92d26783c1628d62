// Patterns for names, as shells have them: * (any characters), ? (one character), [a-z] and [!a-z] (one of these, one
// of the others), \ before a character that shall mean itself. RFC 959 knows no patterns; RFC 1123 §4.1.2.7 lets NLST
// take what the user would write in a shell.
//
// A name is matched in one pass: all places of the pattern that the characters so far may have led to are kept as bits,
// so the work for a character does not depend on what came before, whatever the pattern (a backtracking matcher needs
// exponential time for a*a*a*a*b). A character is a code point of UTF-8, or an octet that is not UTF-8.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace ferry {

// Whether a text means more than itself when it is taken for a pattern.
bool has_glob_characters(std::string_view text);

// Immutable; may be shared by threads.
class Glob {
 public:
  // Characters that a pattern may ask for, stars not counted: as many as a name can have.
  static constexpr std::size_t longest = 255;

  // nullopt where the pattern is too long. A [ without its ] means itself.
  static std::optional<Glob> compile(std::string_view pattern);

  // A leading dot is matched by a dot in the pattern only, as shells do to leave hidden files out.
  bool matches(std::string_view name) const { return match(name, true, nullptr); }
  bool matches_hidden_too(std::string_view name) const { return match(name, false, nullptr); }
  // The same, and adds the number of elementary steps.
  bool matches(std::string_view name, std::uint64_t& steps) const { return match(name, true, &steps); }

 private:
  static constexpr std::size_t words = longest / 64 + 1;
  using Mask = std::array<std::uint64_t, words>;

  // A character that the pattern asks for: one of the ranges, or none of them.
  struct Range {
    char32_t first;
    char32_t last;
  };
  struct Place {
    std::vector<Range> ranges;
    bool negated = false;
  };

  // Characters from `first` up to the next interval's all fit at the same places.
  struct Interval {
    char32_t first;
    Mask places;
  };

  Glob() = default;
  void tabulate(const std::vector<Place>& places);
  const Mask& places_for(char32_t character, std::uint64_t* steps) const;
  bool match(std::string_view name, bool dots_are_special, std::uint64_t* steps) const;

  std::array<Mask, 128> ascii_{};    // where each of these characters fits
  std::vector<Interval> intervals_;  // the same for all characters
  Mask loops_{};                     // places before which a star stands
  std::size_t length_ = 0;           // places in all; the last one is the end
  bool begins_with_dot_ = false;
};

}  // namespace ferry
