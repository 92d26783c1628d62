// What must hold for any input: where it does not, the fuzzer stops and keeps the input.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <source_location>

namespace ferry::fuzz {

inline void must(bool holds, const char* what, std::source_location where = std::source_location::current()) {
  if (holds) return;
  std::fprintf(stderr, "%s:%u: does not hold: %s\n", where.file_name(), static_cast<unsigned>(where.line()), what);
  std::abort();
}

}  // namespace ferry::fuzz
