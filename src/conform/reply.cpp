#include "conform/reply.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "conform/check.hpp"

namespace ferry::conform {

namespace {

// A server that sends more in one reply is broken, or means ill.
constexpr std::size_t most_lines = 20'000;
constexpr std::size_t most_octets = 4 << 20;

bool is_digit(char c, char least, char most) { return c >= least && c <= most; }

bool begins_with_code(std::string_view line) {
  // RFC 959 §4.2: the first digit is 1 to 5 (RFC 2228 adds 6), the second 0 to 5.
  return line.size() >= 3 && is_digit(line[0], '1', '6') && is_digit(line[1], '0', '9') && is_digit(line[2], '0', '9');
}

// The line without its end; tells whether that was CR LF.
bool strip(std::string& line) {
  line.pop_back();
  if (!line.ends_with('\r')) return false;
  line.pop_back();
  return true;
}

}  // namespace

std::string_view Reply::text() const {
  return std::string_view(lines.back()).substr(std::min<std::size_t>(4, lines.back().size()));
}

std::string Reply::shown() const {
  std::string all;
  for (const std::string& line : lines) {
    if (!all.empty()) all += '\n';
    all += line;
    if (all.size() > 1000) break;
  }
  return printable(all);
}

bool Reply::contains(std::string_view text) const {
  return std::ranges::any_of(lines, [&](const std::string& line) { return line.find(text) != std::string::npos; });
}

bool Codes::contain(int code) const {
  return std::ranges::any_of(codes_, [&](int each) { return each < 10 ? code / 100 == each : code == each; });
}

std::string Codes::shown() const {
  std::string out;
  for (const int code : codes_) {
    if (!out.empty()) out += " or ";
    out += code < 10 ? fmt::format("{}yz", code) : std::to_string(code);
  }
  return out;
}

Reply read_reply(user_pi::LineReader& lines, user_pi::Connection& connection) {
  Reply reply;
  std::string line = lines.read(connection);
  reply.ends_with_crlf = strip(line);
  if (!begins_with_code(line) || (line.size() > 3 && line[3] != ' ' && line[3] != '-'))
    fail("a reply: three digits, a space or a hyphen, text (RFC 959 4.2)", printable(line));
  reply.code = (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0');
  const std::string last = line.substr(0, 3) + " ";
  bool more = line.size() > 3 && line[3] == '-';
  std::size_t octets = line.size();
  reply.lines.push_back(std::move(line));
  while (more) {
    line = lines.read(connection);
    reply.ends_with_crlf = strip(line) && reply.ends_with_crlf;
    octets += line.size();
    // A last line without text may lack its space.
    more = !line.starts_with(last) && line != last.substr(0, 3);
    reply.lines.push_back(std::move(line));
    if (reply.lines.size() > most_lines || octets > most_octets)
      fail("a reply that ends", fmt::format("{} lines, {} octets and no end", reply.lines.size(), octets));
  }
  return reply;
}

std::string printable(std::string_view octets, std::size_t most) {
  std::string out;
  for (const char c : octets) {
    if (out.size() >= most) return out + "...";
    const auto value = static_cast<unsigned char>(c);
    if (c == '\n')
      out += " | ";
    else if (value < 0x20 || value >= 0x7f)
      out += fmt::format("\\x{:02x}", value);
    else
      out += c;
  }
  return out;
}

}  // namespace ferry::conform
