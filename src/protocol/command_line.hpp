// From the octets of the control connection to command lines, and the spelling of pathnames on the way back.
//
// The control connection is a Telnet connection (RFC 959 §2.3, RFC 854) on which option negotiation is refused
// (RFC 1123 §4.1.2.12), and pathnames may hold any octet but NUL (RFC 2640 §3.1, RFC 3659 §2.2): CR is sent as CR NUL
// and 0xFF is doubled. CommandReader takes octets in pieces of any size, removes Telnet, and yields lines.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

namespace ferry {

struct CommandLine {
  std::string verb;           // ASCII letters and digits in upper case, at most 16
  std::string argument;       // all that follows the one space after the verb, spaces included (RFC 2640 §3.1)
  bool has_argument = false;  // that space was there

  friend bool operator==(const CommandLine&, const CommandLine&) = default;
};

enum class LineErrc {
  too_long,   // more than CommandReader::max_line octets
  bad_octet,  // a control octet: NUL (other than in CR NUL), TAB, DEL, a CR that stands alone ...
  malformed,  // no verb, or one that is no word: an empty line, a line that begins with a space
};

// One per control connection; not thread-safe. Holds no heap memory while nothing is buffered, so an idle session costs
// only the object.
class CommandReader {
 public:
  // Octets of a line without its end and without Telnet: a pathname of 4096 octets and room for the verb.
  static constexpr std::size_t max_line = 4608;

  // Takes what arrived. Buffers at most these octets and one partial line: stop reading while lines are left.
  void feed(std::string_view octets);

  // The next complete line, or what was wrong with it; nullopt when more octets are needed. An over-long line is
  // reported once, as soon as it exceeds the limit; the rest of it is swallowed.
  std::optional<std::expected<CommandLine, LineErrc>> next();

  // Refusals of Telnet options, to be sent to the peer: IAC DONT x for WILL x, IAC WONT x for DO x. At most 64 are
  // kept until they are taken; more are dropped, as an honest user-PI never sends that many.
  std::string take_telnet_replies();

  // True while anything has arrived, even part of a line or of a Telnet command, that next() has not returned. What
  // is here when TLS begins was sent in clear and must not be executed inside TLS: see clear().
  bool has_octets() const;

  // Forgets everything, as if the connection had just begun.
  void clear();

 private:
  // Where in a Telnet command the last octet was.
  enum class Telnet : std::uint8_t { data, iac, will, wont_or_dont, do_, subnegotiation, subnegotiation_iac };
  // How the present line goes on.
  enum class Line : std::uint8_t { good, bad, swallowed };

  void take_octet(unsigned char octet);
  void take_after_iac(unsigned char octet);
  void take_data(unsigned char octet);
  void refuse_option(unsigned char verb, unsigned char option);
  void count_octet();
  void append(unsigned char octet);
  void spoil_line();
  void end_line();

  // Lines without Telnet, each ended by a NUL, which no good line holds; the last one may be partial. A line with an
  // error is only its mark, a control octet that begins no good line.
  std::string lines_;
  std::string telnet_replies_;
  std::size_t read_ = 0;           // lines_ before this have been returned
  std::size_t line_start_ = 0;     // where in lines_ the present line begins
  std::size_t complete_ = 0;       // ended lines that have not been returned
  std::uint32_t line_length_ = 0;  // octets of the present line and of Telnet subnegotiations in it
  Telnet telnet_ = Telnet::data;
  Line line_ = Line::good;
  bool after_cr_ = false;
  bool after_cr_nul_ = false;
};

// For pathnames and other foreign text in replies: 0xFF is doubled, CR becomes CR NUL (RFC 854; RFC 2640 §3.1), and LF
// and the other control octets become '?', so no name forges a reply line.
void append_escaped(std::string& out, std::string_view text);

// "path" with every " in it doubled (RFC 959 appendix II). Not escaped for the control connection: a Reply does that.
std::string quote_pathname(std::string_view path);

}  // namespace ferry
