// The translations that come with ferry, one table for each language but English. German has every text; the others
// have those of replies_for_people.txt, which tools/check-catalogue holds against them.
#pragma once

#include <span>

#include "protocol/catalogue.hpp"

namespace ferry {

std::span<const Translation> chinese_translations();
std::span<const Translation> french_translations();
std::span<const Translation> german_translations();
std::span<const Translation> italian_translations();
std::span<const Translation> japanese_translations();
std::span<const Translation> portuguese_translations();
std::span<const Translation> spanish_translations();

}  // namespace ferry
