#include "protocol/glob.hpp"

#include <gtest/gtest.h>

#include <string>

namespace ferry::test {
namespace {

bool matches(std::string_view pattern, std::string_view name) { return Glob::compile(pattern)->matches(name); }

std::string repeated(std::string_view part, int times) {
  std::string text;
  for (int i = 0; i < times; ++i) text += part;
  return text;
}

TEST(Glob, WithoutSpecialCharactersIsTheNameItself) {
  EXPECT_TRUE(matches("name", "name"));
  EXPECT_FALSE(matches("name", "nam"));
  EXPECT_FALSE(matches("name", "names"));
  EXPECT_FALSE(matches("name", "Name"));
  EXPECT_TRUE(matches("", ""));
  EXPECT_FALSE(matches("", "a"));
}

TEST(Glob, StarIsAnyNumberOfCharacters) {
  for (std::string_view name : {"a", "abc", "a b", "a*"}) EXPECT_TRUE(matches("a*", name)) << name;
  EXPECT_TRUE(matches("*", ""));
  EXPECT_TRUE(matches("*.txt", "a.txt"));
  EXPECT_TRUE(matches("*.txt", "a.txt.txt"));
  EXPECT_FALSE(matches("*.txt", "a.txt.bak"));
  EXPECT_TRUE(matches("a*b*c", "aXbYbZc"));
  EXPECT_FALSE(matches("a*b*c", "aXcYb"));
  EXPECT_TRUE(matches("**a**", "bab"));
}

TEST(Glob, QuestionMarkIsOneCharacter) {
  EXPECT_TRUE(matches("?", "a"));
  EXPECT_FALSE(matches("?", ""));
  EXPECT_FALSE(matches("?", "ab"));
  EXPECT_TRUE(matches("a?c", "abc"));
  EXPECT_TRUE(matches("?*", "ab"));
  EXPECT_FALSE(matches("?*?", "a"));
}

TEST(Glob, CharactersAreThoseOfUtf8) {
  EXPECT_TRUE(matches("?", "\xC3\xA9"));
  EXPECT_FALSE(matches("??", "\xC3\xA9"));
  EXPECT_TRUE(matches("?\xE6\x9C\xAC", "\xE6\x97\xA5\xE6\x9C\xAC"));
  EXPECT_TRUE(matches("[\xC3\xA0-\xC3\xBF]", "\xC3\xA9"));
  EXPECT_FALSE(matches("[\xC3\xA0-\xC3\xA8]", "\xC3\xA9"));
  EXPECT_TRUE(matches("[!a-z]", "\xF0\x9F\x9A\xA2"));
}

TEST(Glob, OctetsThatAreNoUtf8AreCharactersToo) {
  EXPECT_TRUE(matches("?", "\xE9"));
  EXPECT_TRUE(matches("caf?", "caf\xE9"));
  EXPECT_TRUE(matches("caf\xE9*", "caf\xE9s"));
  EXPECT_FALSE(matches("\xE9", "\xC3\xA9"));
  EXPECT_TRUE(matches("??", "\xC3("));
  EXPECT_TRUE(matches("??", "\xC0\xAF"));       // an overlong form
  EXPECT_TRUE(matches("???", "\xED\xA0\x80"));  // a surrogate
  EXPECT_TRUE(matches("*", "\xFF\xFE"));
}

TEST(Glob, BracketsAreOneOfTheirCharacters) {
  EXPECT_TRUE(matches("[abc]", "b"));
  EXPECT_FALSE(matches("[abc]", "d"));
  EXPECT_TRUE(matches("[a-cx-z]", "y"));
  EXPECT_FALSE(matches("[a-cx-z]", "m"));
  EXPECT_TRUE(matches("[!a-c]", "d"));
  EXPECT_TRUE(matches("[^a-c]", "d"));
  EXPECT_FALSE(matches("[!a-c]", "a"));
  EXPECT_FALSE(matches("[!a-c]", ""));
  EXPECT_TRUE(matches("[]a]", "]"));
  EXPECT_TRUE(matches("[!]a]", "b"));
  EXPECT_FALSE(matches("[!]a]", "]"));
  EXPECT_TRUE(matches("[a-]", "-"));
  EXPECT_TRUE(matches("[-a]", "-"));
  EXPECT_TRUE(matches("[*?]", "*"));
  EXPECT_FALSE(matches("[*?]", "a"));
  EXPECT_FALSE(matches("[z-a]", "m"));
}

TEST(Glob, ABracketWithoutItsEndMeansItself) {
  EXPECT_TRUE(matches("[abc", "[abc"));
  EXPECT_TRUE(matches("a[", "a["));
  EXPECT_TRUE(matches("[]", "[]"));
  EXPECT_TRUE(matches("*[!]", "x[!]"));
}

TEST(Glob, ABackslashMakesTheNextCharacterMeanItself) {
  EXPECT_TRUE(matches("\\*", "*"));
  EXPECT_FALSE(matches("\\*", "a"));
  EXPECT_TRUE(matches("\\[a]", "[a]"));
  EXPECT_TRUE(matches("\\\\*", "\\x"));
  EXPECT_TRUE(matches("*\\", "a\\"));
}

TEST(Glob, HiddenNamesNeedADotInThePattern) {
  EXPECT_FALSE(matches("*", ".hidden"));
  EXPECT_FALSE(matches("?hidden", ".hidden"));
  EXPECT_FALSE(matches("[.]hidden", ".hidden"));
  EXPECT_TRUE(matches(".*", ".hidden"));
  EXPECT_TRUE(matches("\\.*", ".hidden"));
  EXPECT_TRUE(Glob::compile("*")->matches_hidden_too(".hidden"));
}

TEST(Glob, IsFoundByItsSpecialCharacters) {
  EXPECT_TRUE(has_glob_characters("*.txt"));
  EXPECT_TRUE(has_glob_characters("a?"));
  EXPECT_TRUE(has_glob_characters("a["));
  EXPECT_FALSE(has_glob_characters("plain-name.txt"));
  EXPECT_FALSE(has_glob_characters("back\\slash]"));
}

TEST(Glob, HasAsManyCharactersAsANameMayHave) {
  const std::string longest(255, 'a');
  EXPECT_TRUE(matches(longest, longest));
  EXPECT_TRUE(matches(std::string(255, '?'), longest));
  EXPECT_FALSE(matches(std::string(255, '?'), longest.substr(1)));
  EXPECT_TRUE(matches(repeated("a*", 255), longest));
  EXPECT_FALSE(Glob::compile(longest + "a"));
  EXPECT_TRUE(Glob::compile(std::string(10'000, '*'))->matches(longest));
  for (const std::size_t length : {63u, 64u, 65u, 127u, 128u, 129u, 191u, 192u, 193u}) {
    EXPECT_TRUE(matches(std::string(length, '?'), std::string(length, 'a'))) << length;
    EXPECT_TRUE(matches(std::string(length, '?') + "*b", std::string(length, 'a') + "b")) << length;
    EXPECT_FALSE(matches(std::string(length, '?'), std::string(length + 1, 'a'))) << length;
  }
}

// The work grows with the name alone: at most a fixed number of steps for each of its octets, whatever the pattern.
TEST(Glob, NeverTakesMoreThanAFewStepsForAnOctet) {
  constexpr std::uint64_t most_steps = 4 + 10;  // the words of a mask, and a search among 511 intervals
  const std::string patterns[] = {repeated("a*", 255),
                                  repeated("*a", 254) + "*b",
                                  repeated("*[a-z]", 255),
                                  repeated("?*", 254) + "b",
                                  repeated("[!b]*", 250),
                                  repeated("*\xC3\xA9", 200),
                                  repeated("*[\xC3\xA0-\xE6\x97\xA5]", 200),
                                  std::string(5000, '*') + "b"};
  for (const std::string& pattern : patterns) {
    const auto glob = Glob::compile(pattern);
    ASSERT_TRUE(glob) << pattern;
    for (const std::string& name : {std::string(255, 'a'), std::string(100'000, 'a'), repeated("\xC3\xA9", 50'000)}) {
      std::uint64_t steps = 0;
      glob->matches(name, steps);
      EXPECT_LE(steps, most_steps * name.size()) << pattern.substr(0, 20);
    }
  }
}

}  // namespace
}  // namespace ferry::test
