#include "protocol/catalogue.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "base/text.hpp"

namespace ferry::test {
namespace {

std::size_t places(std::string_view text) {
  std::size_t count = 0;
  for (std::size_t at = text.find("{}"); at != std::string_view::npos; at = text.find("{}", at + 2)) ++count;
  return count;
}

bool is_control(char c) { return (c >= 0 && c < 0x20) || c == 0x7F; }

TEST(Catalogue, EveryLanguageHasOne) {
  for (const std::string_view tag : languages()) {
    ASSERT_NE(find_catalogue(tag), nullptr) << tag;
    EXPECT_EQ(find_catalogue(tag)->tag(), tag);
    EXPECT_TRUE(is_language_tag(tag)) << tag;
  }
  EXPECT_EQ(languages().front(), english().tag());
}

TEST(Catalogue, TranslationsAreSortedByTheirEnglishTexts) {
  for (const std::string_view tag : languages())
    EXPECT_TRUE(std::ranges::is_sorted(find_catalogue(tag)->translations(), {}, &Translation::english)) << tag;
}

TEST(Catalogue, TranslationsTakeTheArgumentsOfTheirEnglishTexts) {
  for (const std::string_view tag : languages())
    for (const Translation& row : find_catalogue(tag)->translations())
      EXPECT_EQ(places(row.text), places(row.english)) << tag << ": " << row.english;
}

TEST(Catalogue, TranslationsAreOneLineOfUtf8) {
  for (const std::string_view tag : languages()) {
    for (const Translation& row : find_catalogue(tag)->translations()) {
      EXPECT_TRUE(is_valid_utf8(row.text)) << tag << ": " << row.english;
      EXPECT_TRUE(std::ranges::none_of(row.text, is_control)) << tag << ": " << row.english;
      EXPECT_FALSE(row.text.empty()) << tag << ": " << row.english;
    }
  }
}

TEST(Catalogue, EveryTranslationIsFound) {
  for (const std::string_view tag : languages())
    for (const Translation& row : find_catalogue(tag)->translations())
      EXPECT_EQ(find_catalogue(tag)->translate(row.english), row.text);
}

TEST(Catalogue, ATextWithoutTranslationStaysEnglish) {
  EXPECT_EQ(find_catalogue("de")->translate("Goodbye."), "Auf Wiedersehen.");
  EXPECT_EQ(find_catalogue("de")->translate("Never said."), "Never said.");
  EXPECT_EQ(find_catalogue("de")->translate(""), "");
  EXPECT_EQ(english().translate("Goodbye."), "Goodbye.");
}

TEST(Catalogue, SpeaksEightLanguages) {
  EXPECT_EQ(languages(), (std::vector<std::string_view>{"en", "de", "es", "fr", "it", "ja", "pt", "zh"}));
  EXPECT_EQ(find_catalogue("fr")->translate("Goodbye."), "Au revoir.");
  EXPECT_EQ(find_catalogue("zh-Hans")->translate("Goodbye."), "\xE5\x86\x8D\xE8\xA7\x81\xE3\x80\x82");
}

// The same texts are there in all of them but German, which has more.
TEST(Catalogue, HasTheRepliesThatPeopleReadInEveryLanguage) {
  const auto texts = [](std::string_view tag) {
    std::vector<std::string_view> keys;
    for (const Translation& row : find_catalogue(tag)->translations()) keys.push_back(row.english);
    return keys;
  };
  for (std::string_view tag : {"es", "it", "ja", "pt", "zh"}) EXPECT_EQ(texts(tag), texts("fr")) << tag;
  for (const std::string_view text : texts("fr")) EXPECT_NE(find_catalogue("de")->translate(text), text);
}

TEST(FindCatalogue, IgnoresCase) {
  EXPECT_EQ(find_catalogue("EN"), &english());
  EXPECT_EQ(find_catalogue("De"), find_catalogue("de"));
}

TEST(FindCatalogue, FallsBackToTheBeginningOfTheTag) {
  // The example of RFC 2640 §4.2.
  EXPECT_EQ(find_catalogue("en-AU"), &english());
  EXPECT_EQ(find_catalogue("de-AT"), find_catalogue("de"));
  EXPECT_EQ(find_catalogue("de-at-wien"), find_catalogue("de"));
}

TEST(FindCatalogue, FindsNothingForOtherTags) {
  for (std::string_view tag : {"nl", "eng", "e", "i-default", "x-en", "", "-", "en-", "-en", "en--AU", "de_AT", "de*"})
    EXPECT_EQ(find_catalogue(tag), nullptr) << tag;
}

TEST(LanguageTag, IsWordsOfOneToEightLetters) {
  for (std::string_view good : {"en", "en-US", "i-cherokee", "x-pig-latin", "az-arabic", "ABCDEFGH-ABCDEFGH"})
    EXPECT_TRUE(is_language_tag(good)) << good;
  for (std::string_view bad : {"", "-", "en-", "-en", "en--us", "en us", " en", "en ", "en_US", "en-123", "abcdefghi",
                               "en-abcdefghi", "\xC3\xA4", "en;de"})
    EXPECT_FALSE(is_language_tag(bad)) << bad;
}

}  // namespace
}  // namespace ferry::test
