#include "expectation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <regex>

#include "support/content.hpp"

namespace ferry::test {

Expectation Expectation::parse(Words& words) {
  Expectation wanted;
  const auto add = [&](Kind kind, std::string text) { wanted.clauses_.push_back({kind, std::move(text)}); };
  while (!words.at_end()) {
    if (words.next_is_quoted()) {
      add(Kind::equals, words.quoted());
    } else if (words.take("nothing")) {
      add(Kind::equals, "");
    } else if (words.take("of")) {
      add(Kind::equals, octets(words.number()));
      words.need("octets");
    } else if (words.take("contains")) {
      add(Kind::contains, words.quoted());
    } else if (words.take("lacks")) {
      add(Kind::lacks, words.quoted());
    } else if (words.take("line")) {
      add(Kind::line, words.quoted());
    } else if (words.take("no")) {
      words.need("line");
      add(Kind::no_line, words.quoted());
    } else if (words.take("first")) {
      add(Kind::first, words.quoted());
    } else if (words.take("last")) {
      add(Kind::last, words.quoted());
    } else if (words.take("matches")) {
      add(Kind::matches, words.quoted());
      try {
        const std::regex check(wanted.clauses_.back().text);
      } catch (const std::regex_error&) {
        throw BadSyntax("not a regular expression: " + wanted.clauses_.back().text);
      }
    } else {
      throw BadSyntax("unknown clause: " + std::string(words.rest()));
    }
  }
  if (wanted.clauses_.empty()) throw BadSyntax("an expectation is missing");
  return wanted;
}

Expectation Expectation::containing(std::string text) {
  Expectation wanted;
  wanted.clauses_.push_back({Kind::contains, std::move(text)});
  return wanted;
}

bool Expectation::holds(Kind kind, const std::string& wanted, std::string_view text,
                        const std::vector<std::string>& lines) {
  const bool has_line = std::ranges::find(lines, wanted) != lines.end();
  switch (kind) {
    case Kind::equals:
      return text == wanted;
    case Kind::contains:
      return text.find(wanted) != std::string_view::npos;
    case Kind::lacks:
      return text.find(wanted) == std::string_view::npos;
    case Kind::line:
      return has_line;
    case Kind::no_line:
      return !has_line;
    case Kind::first:
      return !lines.empty() && lines.front() == wanted;
    case Kind::last:
      return !lines.empty() && lines.back() == wanted;
    case Kind::matches: {
      const std::regex pattern(wanted);
      return std::ranges::any_of(lines, [&](const std::string& line) { return std::regex_match(line, pattern); });
    }
  }
  return false;
}

std::string Expectation::mismatch(std::string_view text, const std::vector<std::string>& lines,
                                  const std::function<std::string(std::string_view)>& expand) const {
  static constexpr const char* names[] = {"is", "contains", "lacks", "line", "no line", "first", "last", "matches"};
  for (const Clause& clause : clauses_) {
    const std::string wanted = expand(clause.text);
    if (!holds(clause.kind, wanted, text, lines))
      return fmt::format("wanted: {} \"{}\"\n  but it is: \"{}\"", names[static_cast<int>(clause.kind)], shown(wanted),
                         shown(text));
  }
  return {};
}

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    lines.emplace_back(line);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

std::string shown(std::string_view text) {
  constexpr std::size_t most = 2000;
  std::string plain;
  for (const char c : text.substr(0, most)) {
    if (c == '\n')
      plain += "\\n";
    else if (c >= ' ' && c <= '~')
      plain += c;
    else
      plain += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
  }
  if (text.size() > most) plain += fmt::format("... ({} octets)", text.size());
  return plain;
}

}  // namespace ferry::test
