// What a conversation wants of a text: of a reply, of a listing, of a file.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "words.hpp"

namespace ferry::test {

class Expectation {
 public:
  // Clauses up to the end of the line:
  //   "text" | nothing | of N octets     the whole text
  //   contains "t" | lacks "t"           anywhere in it
  //   line "t" | no line "t"             one of its lines is exactly this
  //   first "t" | last "t"               its first, its last line
  //   matches "regex"                    one of its lines matches in full (ECMAScript)
  static Expectation parse(Words& words);
  // One clause: the text contains this.
  static Expectation containing(std::string text);
  // Any text will do.
  bool empty() const { return clauses_.empty(); }

  // Empty where all clauses hold, else what is wrong. `expand` fills in variables.
  std::string mismatch(std::string_view text, const std::vector<std::string>& lines,
                       const std::function<std::string(std::string_view)>& expand) const;

 private:
  enum class Kind : std::uint8_t { equals, contains, lacks, line, no_line, first, last, matches };
  struct Clause {
    Kind kind;
    std::string text;
  };
  static bool holds(Kind kind, const std::string& wanted, std::string_view text, const std::vector<std::string>& lines);
  std::vector<Clause> clauses_;
};

// Splits at LF; a CR before it goes with it. A last LF begins no new line.
std::vector<std::string> lines_of(std::string_view text);

// For messages: control characters and high octets as \xNN, long texts cut.
std::string shown(std::string_view text);

}  // namespace ferry::test
