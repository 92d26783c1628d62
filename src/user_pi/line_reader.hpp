// The lines that a server sends on its control connection, each of a bounded length.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "user_pi/connection.hpp"

namespace ferry::user_pi {

class LineReader {
 public:
  // Longer lines are a Failure.
  explicit LineReader(std::size_t longest) : buffer_(longest) {}

  // The next line with its line end; throws Closed where the server ended the connection before it.
  std::string read(Connection& connection);
  // Whether something has come that was not read.
  bool has_octets() const { return begin_ < end_; }
  // Drops it.
  void clear() { begin_ = end_ = 0; }

 private:
  std::vector<char> buffer_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

}  // namespace ferry::user_pi
