// A reply of the server under judgement, read strictly: what RFC 959 §4.2 does not allow is found here, whatever the
// check was about.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "user_pi/line_reader.hpp"

namespace ferry::conform {

struct Reply {
  int code = 0;
  std::vector<std::string> lines;  // without their line ends
  bool ends_with_crlf = true;      // each of them

  // The last line without its code.
  std::string_view text() const;
  // For reports: all lines, made printable and short.
  std::string shown() const;
  // "500", "502" and "504": the command is not there.
  bool is_refusal() const { return code == 500 || code == 502 || code == 504; }
  bool contains(std::string_view text) const;
};

// Replies that are as they should be: exact codes, or, below 10, first digits.
class Codes {
 public:
  Codes(std::initializer_list<int> codes) : codes_(codes) {}
  bool contain(int code) const;
  std::string shown() const;  // "226 or 250", "5yz"

 private:
  std::vector<int> codes_;
};

// Throws Outcome (failed) where what comes is no reply, and user_pi::Failure where nothing whole comes.
Reply read_reply(user_pi::LineReader& lines, user_pi::Connection& connection);

// Octets for reports: control characters and what is not ASCII as \xNN, and the end cut off.
std::string printable(std::string_view octets, std::size_t most = 300);

}  // namespace ferry::conform
