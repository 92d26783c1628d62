// The octets of line ends.
#pragma once

#include <cstddef>

namespace ferry {

inline constexpr std::byte cr{'\r'};
inline constexpr std::byte lf{'\n'};

}  // namespace ferry
