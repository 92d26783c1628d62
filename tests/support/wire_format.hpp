// The user-DTP's side of TYPE, STRU and MODE (RFC 959 §3), written for tests from the RFC alone: it shares nothing with
// the server's, and keeps everything in memory.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace ferry::test {

struct WireFormat {
  char type = 'I';       // A, E or I
  char structure = 'F';  // F or R
  char mode = 'S';       // S, B, C or Z

  bool data_ends_itself() const { return mode == 'B' || mode == 'C'; }
};

// What a file looks like on the data connection. A file of lines is taken for one of records under STRU R.
std::string to_wire(const WireFormat& format, std::string_view file);

// And back. Throws Failure where this is not the whole of a file.
std::string from_wire(const WireFormat& format, std::string_view data);

// Where the data of one transfer in MODE B ends; npos where it goes on.
std::size_t end_of_blocks(std::string_view data);

}  // namespace ferry::test
