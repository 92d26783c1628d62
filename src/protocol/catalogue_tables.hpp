// The translations that come with ferry, one table for each language but English.
#pragma once

#include <span>

#include "protocol/catalogue.hpp"

namespace ferry {

std::span<const Translation> german_translations();

}  // namespace ferry
