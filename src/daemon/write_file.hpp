// A small file that is there whole or not at all.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace ferry {

enum class Existing : std::uint8_t { replace, keep };

// Writes `content` beside `path` and moves it there in one step. Returns 0 or an errno; EEXIST with Existing::keep when
// there is a file already.
int write_file(const std::string& path, std::string_view content, unsigned mode, Existing existing);

}  // namespace ferry
