#include "support/content.hpp"

#include <cstdint>
#include <random>

namespace ferry::test {

std::string octets(std::size_t count, std::uint32_t seed) {
  std::mt19937 random(seed);
  std::string content(count, '\0');
  for (char& octet : content) octet = static_cast<char>(random());
  return content;
}

std::string lines(std::size_t count, std::uint32_t seed) {
  std::mt19937 random(seed);
  std::string content(count, '\0');
  for (char& octet : content) octet = "\r\n\r\na."[random() % 6];
  return content;
}

std::string to_type_a(std::string_view content) {
  std::string sent;
  for (const char octet : content) {
    if (octet == '\n') sent += '\r';
    sent += octet;
  }
  return sent;
}

std::string from_type_a(std::string_view content) {
  std::string stored;
  for (std::size_t i = 0; i < content.size(); ++i)
    if (content[i] != '\r' || i + 1 == content.size() || content[i + 1] != '\n') stored += content[i];
  return stored;
}

}  // namespace ferry::test
