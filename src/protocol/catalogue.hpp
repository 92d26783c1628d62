// The languages of reply texts (RFC 2640 §4, the LANG command).
//
// The English text is the key of its translations; a text without a translation is sent in English. Texts may hold {}
// for arguments; a translation holds as many, in the same order.
#pragma once

#include <span>
#include <string_view>
#include <vector>

namespace ferry {

struct Translation {
  std::string_view english;
  std::string_view text;
};

// Immutable, and lives as long as the program: sessions keep pointers to it.
class Catalogue {
 public:
  // `translations` must be sorted by their English texts and outlive the catalogue.
  constexpr Catalogue(std::string_view tag, std::span<const Translation> translations)
      : tag_(tag), translations_(translations) {}

  // The translation, or `english` itself where there is none.
  std::string_view translate(std::string_view english) const;
  // The language tag as FEAT shows it.
  std::string_view tag() const { return tag_; }
  std::span<const Translation> translations() const { return translations_; }

 private:
  std::string_view tag_;
  std::span<const Translation> translations_;
};

const Catalogue& english();

// The catalogue for a language tag, ignoring case. A tag that is not known itself falls back to its beginning: "de-AT"
// to "de" (RFC 2640 §4.2). nullptr where nothing fits.
const Catalogue* find_catalogue(std::string_view language_tag);

// Whether RFC 1766 §2 allows this as a tag: words of 1 to 8 letters, joined by "-".
bool is_language_tag(std::string_view text);

// The tags of all catalogues, the default first.
std::vector<std::string_view> languages();

}  // namespace ferry
