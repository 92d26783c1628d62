// The lexical part of conversation files: words, quoted texts, numbers and escapes.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

namespace ferry::test {

// A conversation file that does not follow its grammar: that test fails.
class BadSyntax : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// \r \n \t \0 \\ \" and \xNN.
std::string unescape(std::string_view text);

// One line, read from left to right. What is wanted but is not there is BadSyntax.
class Words {
 public:
  explicit Words(std::string_view text) : text_(text) {}

  bool at_end();
  // Consumes the next word if it is this one.
  bool take(std::string_view word);
  void need(std::string_view word);
  // The next word, as it is.
  std::string word();
  // The next word or quoted text, escapes resolved.
  std::string text();
  // A quoted text, escapes resolved.
  std::string quoted();
  bool next_is_quoted();
  std::uint64_t number();
  // Everything that is left.
  std::string_view rest();
  // Nothing may be left.
  void end();

 private:
  void skip_spaces();
  std::string_view text_;
};

}  // namespace ferry::test
