#include "transfer/framing.hpp"

namespace ferry {

bool MarkerReader::add(std::span<const std::byte> octets) {
  constexpr std::size_t longest = 128;
  if (octets.size() > longest - text_.size()) return false;
  for (const std::byte octet : octets) {
    const auto c = static_cast<char>(octet);
    if (c <= ' ' || c > '~') return false;
    text_ += c;
  }
  return true;
}

}  // namespace ferry
