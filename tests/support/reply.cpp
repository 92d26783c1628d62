#include "support/reply.hpp"

#include <algorithm>
#include <sstream>

namespace ferry::test {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool begins_with_three_digits(std::string_view line) {
  return line.size() >= 3 && std::ranges::all_of(line.substr(0, 3), is_digit);
}

std::string shown(std::string_view line) {
  std::string text;
  for (const char c : line) text += c >= ' ' && c <= '~' ? c : '?';
  return text;
}

}  // namespace

std::string Reply::text() const {
  std::string all;
  for (const std::string& line : lines) {
    if (!all.empty()) all += '\n';
    all += line;
  }
  return all;
}

std::string ReplyReader::read_line(Wire& wire) {
  for (;;) {
    if (const std::size_t end = buffer_.find('\n'); end != std::string::npos) {
      if (end == 0 || buffer_[end - 1] != '\r') throw Failure("a line that ends without CR: " + shown(buffer_));
      std::string line = buffer_.substr(0, end - 1);
      buffer_.erase(0, end + 1);
      for (std::size_t i = 0; i < line.size(); ++i)  // a CR that is data is followed by NUL (RFC 854)
        if (line[i] == '\r' && (i + 1 == line.size() || line[i + 1] != '\0'))
          throw Failure("a bare CR in a reply: " + shown(line));
      return line;
    }
    const std::string more = wire.receive();
    if (more.empty())
      throw Failure(wire.end() == WireEnd::reset
                        ? "the server reset the control connection"
                        : "the server closed the control connection, after '" + shown(buffer_) + "'");
    buffer_ += more;
  }
}

Reply ReplyReader::read(Wire& wire) {
  Reply reply;
  reply.lines.push_back(read_line(wire));
  const std::string& first = reply.lines.front();
  if (!begins_with_three_digits(first) || first[0] < '1' || first[0] > '6' || first[1] > '5' || first.size() < 4)
    throw Failure("not a reply: " + shown(first));
  const std::string digits = first.substr(0, 3);
  reply.code = std::stoi(digits);
  if (first[3] == ' ') return reply;
  if (first[3] != '-') throw Failure("neither space nor hyphen after the reply code: " + shown(first));
  for (;;) {
    const std::string line = read_line(wire);
    reply.lines.push_back(line);
    if (!begins_with_three_digits(line)) continue;
    if (line.compare(0, 4, digits + " ") == 0) return reply;
    throw Failure("an inner line that begins with three digits: " + shown(line));
  }
}

std::vector<std::string> verbs_of(const Reply& help) {
  std::vector<std::string> verbs;
  for (std::size_t i = 1; i + 1 < help.lines.size(); ++i) {
    std::istringstream words(help.lines[i]);
    for (std::string verb; words >> verb;) verbs.push_back(verb);
  }
  return verbs;
}

}  // namespace ferry::test
