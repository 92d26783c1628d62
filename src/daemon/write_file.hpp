// A small file that is there whole or not at all.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

#include "base/descriptor.hpp"

namespace ferry {

enum class Existing : std::uint8_t { replace, keep };

// Writes `content` beside `path` and moves it there in one step. Returns the file, open for writing, or an errno;
// EEXIST with Existing::keep when there is a file already.
std::expected<Descriptor, int> write_file(const std::string& path, std::string_view content, unsigned mode,
                                          Existing existing);

}  // namespace ferry
