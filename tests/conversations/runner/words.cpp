#include "words.hpp"

#include <charconv>
#include <utility>

namespace ferry::test {

std::string unescape(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\') {
      plain += text[i];
      continue;
    }
    if (++i == text.size()) throw BadSyntax("a backslash at the end");
    switch (text[i]) {
      case 'r':
        plain += '\r';
        break;
      case 'n':
        plain += '\n';
        break;
      case 't':
        plain += '\t';
        break;
      case '0':
        plain += '\0';
        break;
      case '\\':
        plain += '\\';
        break;
      case '"':
        plain += '"';
        break;
      case 'x': {
        unsigned value = 0;
        const std::string_view digits = text.substr(i + 1, 2);
        const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
        if (error != std::errc() || digits.size() != 2 || end != digits.data() + 2)
          throw BadSyntax("\\x needs two digits");
        plain += static_cast<char>(value);
        i += 2;
        break;
      }
      default:
        throw BadSyntax(std::string("unknown escape \\") + text[i]);
    }
  }
  return plain;
}

void Words::skip_spaces() {
  while (text_.starts_with(' ')) text_.remove_prefix(1);
}

bool Words::at_end() {
  skip_spaces();
  return text_.empty();
}

bool Words::take(std::string_view word) {
  skip_spaces();
  if (!text_.starts_with(word) || (text_.size() > word.size() && text_[word.size()] != ' ')) return false;
  text_.remove_prefix(word.size());
  return true;
}

void Words::need(std::string_view word) {
  if (!take(word)) throw BadSyntax("'" + std::string(word) + "' expected at '" + std::string(text_) + "'");
}

std::string Words::word() {
  skip_spaces();
  const std::string word(text_.substr(0, text_.find(' ')));
  if (word.empty()) throw BadSyntax("a word is missing");
  text_.remove_prefix(word.size());
  return word;
}

std::string Words::text() { return next_is_quoted() ? quoted() : unescape(word()); }

bool Words::next_is_quoted() {
  skip_spaces();
  return text_.starts_with('"');
}

std::string Words::quoted() {
  if (!next_is_quoted()) throw BadSyntax("a quoted text expected at '" + std::string(text_) + "'");
  for (std::size_t i = 1; i < text_.size(); ++i) {
    if (text_[i] == '\\') {
      ++i;
    } else if (text_[i] == '"') {
      const std::string_view inner = text_.substr(1, i - 1);
      text_.remove_prefix(i + 1);
      return unescape(inner);
    }
  }
  throw BadSyntax("a quoted text without an end");
}

std::uint64_t Words::number() {
  const std::string digits = word();
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc() || end != digits.data() + digits.size()) throw BadSyntax("not a number: " + digits);
  return value;
}

std::string_view Words::rest() {
  skip_spaces();
  return std::exchange(text_, {});
}

void Words::end() {
  if (!at_end()) throw BadSyntax("unexpected: '" + std::string(text_) + "'");
}

}  // namespace ferry::test
