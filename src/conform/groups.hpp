// All checks, by subject: the one list of them. Each group is a file of checks/.
#pragma once

#include <span>

#include "conform/check.hpp"

namespace ferry::conform {

std::span<const Group> groups();

}  // namespace ferry::conform
