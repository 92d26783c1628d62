#include "protocol/catalogue.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "protocol/catalogue_tables.hpp"

namespace ferry {
namespace {

constexpr std::size_t longest_word = 8;

// English first, it is the default; the others by their tags.
std::span<const Catalogue> catalogues() {
  static const Catalogue all[] = {
      {"en", {}},
      {"de", german_translations()},
      {"es", spanish_translations()},
      {"fr", french_translations()},
      {"it", italian_translations()},
      {"ja", japanese_translations()},
      {"pt", portuguese_translations()},
      {"zh", chinese_translations()},
  };
  return all;
}

}  // namespace

std::string_view Catalogue::translate(std::string_view english) const {
  const auto found = std::ranges::lower_bound(translations_, english, {}, &Translation::english);
  return found != translations_.end() && found->english == english ? found->text : english;
}

const Catalogue& english() { return catalogues().front(); }

const Catalogue* find_catalogue(std::string_view language_tag) {
  if (!is_language_tag(language_tag)) return nullptr;
  for (;;) {
    for (const Catalogue& catalogue : catalogues())
      if (equals_ignoring_ascii_case(catalogue.tag(), language_tag)) return &catalogue;
    const std::size_t last_word = language_tag.rfind('-');
    if (last_word == std::string_view::npos) return nullptr;
    language_tag = language_tag.substr(0, last_word);
  }
}

bool is_language_tag(std::string_view text) {
  std::size_t word = 0;
  for (const char c : text) {
    if (c == '-' && word > 0)
      word = 0;
    else if (!is_ascii_letter(c) || ++word > longest_word)
      return false;
  }
  return word > 0;
}

std::vector<std::string_view> languages() {
  std::vector<std::string_view> tags;
  for (const Catalogue& catalogue : catalogues()) tags.push_back(catalogue.tag());
  return tags;
}

}  // namespace ferry
