#include "protocol/catalogue.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "protocol/catalogue_tables.hpp"

namespace ferry {
namespace {

constexpr std::array<std::string_view, 2> tags{"en", "de"};
constexpr std::size_t longest_word = 8;

constexpr bool is_letter(char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }

const Catalogue& german() {
  static const Catalogue catalogue(tags[1], german_translations());
  return catalogue;
}

}  // namespace

std::string_view Catalogue::translate(std::string_view english) const {
  const auto found = std::ranges::lower_bound(translations_, english, {}, &Translation::english);
  return found != translations_.end() && found->english == english ? found->text : english;
}

const Catalogue& english() {
  static constexpr Catalogue catalogue(tags[0], {});
  return catalogue;
}

const Catalogue* find_catalogue(std::string_view language_tag) {
  if (!is_language_tag(language_tag)) return nullptr;
  for (;;) {
    for (const Catalogue* const catalogue : {&english(), &german()})
      if (equals_ignoring_ascii_case(catalogue->tag(), language_tag)) return catalogue;
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
    else if (!is_letter(c) || ++word > longest_word)
      return false;
  }
  return word > 0;
}

std::span<const std::string_view> languages() { return tags; }

}  // namespace ferry
