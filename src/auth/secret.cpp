// A password in memory: compared without telling how much of a guess was right, and wiped at the end.
#include <strings.h>

#include <cstring>

#include <ferry/authenticator.hpp>

namespace ferry {

Secret::~Secret() {
  // A string that was moved from, or was longer once, keeps octets behind its end.
  value_.resize(value_.capacity());
  ::explicit_bzero(value_.data(), value_.size());
}

bool Secret::equals(const Secret& other) const {
  // `other` is the guess: the time depends on its length alone. A string has a NUL behind its end, so index 0 exists
  // even in an empty one; volatile keeps the compiler from stopping at the first difference.
  const char* const mine = value_.c_str();
  const char* const guess = other.value_.c_str();
  volatile unsigned char difference = value_.size() == other.value_.size() ? 0 : 1;
  for (std::size_t i = 0; i < other.value_.size(); ++i) {
    const std::size_t at = i < value_.size() ? i : 0;
    difference = static_cast<unsigned char>(difference | static_cast<unsigned char>(mine[at] ^ guess[i]));
  }
  return difference == 0;
}

}  // namespace ferry
