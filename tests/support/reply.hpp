// The user-PI's side of RFC 959 §4.2, as strict as the standard allows: a test must notice a forged or torn reply.
#pragma once

#include <string>
#include <vector>

#include "support/wire.hpp"

namespace ferry::test {

struct Reply {
  int code = 0;
  std::vector<std::string> lines;  // as sent, without CR LF

  bool is_multi_line() const { return lines.size() > 1; }
  // All lines, with LF between them.
  std::string text() const;
};

// The verbs in the inner lines of a reply to HELP.
std::vector<std::string> verbs_of(const Reply& help);

// Takes replies from a control connection. What has arrived too early is kept, and forgotten when TLS begins or ends.
class ReplyReader {
 public:
  // Throws Failure at the end of the connection and at whatever is not a reply: a line without CR LF, a bare CR or LF
  // within one, a missing or impossible code, an inner line that begins with three digits.
  Reply read(Wire& wire);
  bool has_octets() const { return !buffer_.empty(); }

 private:
  std::string read_line(Wire& wire);

  std::string buffer_;
};

}  // namespace ferry::test
