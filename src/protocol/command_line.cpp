#include "protocol/command_line.hpp"

#include <algorithm>
#include <utility>

#include "base/text.hpp"

namespace ferry {
namespace {

// Telnet commands (RFC 854). Those from 236 up are commands (236-238 by RFC 1184, 239 by RFC 885).
constexpr unsigned char first_telnet_command = 236;
constexpr unsigned char telnet_se = 240;
constexpr unsigned char telnet_sb = 250;
constexpr unsigned char telnet_will = 251;
constexpr unsigned char telnet_wont = 252;
constexpr unsigned char telnet_do = 253;
constexpr unsigned char telnet_dont = 254;
constexpr unsigned char telnet_iac = 255;

constexpr std::size_t most_telnet_replies = 64;
constexpr std::size_t telnet_reply_size = 3;

constexpr std::size_t longest_verb = 16;

constexpr char end_mark = '\0';
constexpr char bad_octet_mark = '\1';
constexpr char too_long_mark = '\2';

constexpr bool is_control(unsigned char octet) { return octet < 0x20 || octet == 0x7F; }

// Octets that mean nothing but themselves wherever they stand in a line.
constexpr bool is_plain(char c) {
  const auto octet = static_cast<unsigned char>(c);
  return !is_control(octet) && octet != telnet_iac;
}

// RFC 959 has letters only; digits occur in later verbs (XMD5, XSHA256).
bool is_verb(std::string_view word) {
  return !word.empty() && word.size() <= longest_verb && is_ascii_letter(word.front()) &&
         std::ranges::all_of(word, [](char c) { return is_ascii_letter(c) || is_ascii_digit(c); });
}

std::expected<CommandLine, LineErrc> parse_line(std::string_view line) {
  if (line.starts_with(bad_octet_mark)) return std::unexpected(LineErrc::bad_octet);
  if (line.starts_with(too_long_mark)) return std::unexpected(LineErrc::too_long);
  const std::size_t space = line.find(' ');
  const std::string_view verb = line.substr(0, space);
  if (!is_verb(verb)) return std::unexpected(LineErrc::malformed);

  CommandLine command;
  command.verb = to_upper_ascii(verb);
  if (space != std::string_view::npos) {
    command.argument = line.substr(space + 1);
    command.has_argument = true;
  }
  return command;
}

}  // namespace

void CommandReader::feed(std::string_view octets) {
  // Dropped only when it is at least half of all, so that each octet is moved a bounded number of times.
  if (read_ > lines_.size() / 2) {
    lines_.erase(0, read_);
    line_start_ -= read_;
    read_ = 0;
  }

  while (!octets.empty()) {
    // The common case: a run of plain octets within the limit is taken at once.
    if (telnet_ == Telnet::data && line_ == Line::good && !after_cr_) {
      const auto end = std::ranges::find_if_not(octets, is_plain);
      const auto run = static_cast<std::size_t>(end - octets.begin());
      if (run > 0 && line_length_ + run <= max_line) {
        lines_.append(octets.substr(0, run));
        line_length_ += static_cast<std::uint32_t>(run);
        after_cr_nul_ = false;
        octets.remove_prefix(run);
        continue;
      }
    }
    take_octet(static_cast<unsigned char>(octets.front()));
    octets.remove_prefix(1);
  }
}

void CommandReader::take_octet(unsigned char octet) {
  switch (telnet_) {
    case Telnet::data:
      if (octet == telnet_iac)
        telnet_ = Telnet::iac;
      else
        take_data(octet);
      return;
    case Telnet::iac:
      take_after_iac(octet);
      return;
    case Telnet::will:
      refuse_option(telnet_dont, octet);
      telnet_ = Telnet::data;
      return;
    case Telnet::do_:
      refuse_option(telnet_wont, octet);
      telnet_ = Telnet::data;
      return;
    case Telnet::wont_or_dont:
      telnet_ = Telnet::data;
      return;
    case Telnet::subnegotiation:
      if (octet == telnet_iac) telnet_ = Telnet::subnegotiation_iac;
      count_octet();
      break;
    case Telnet::subnegotiation_iac:
      telnet_ = octet == telnet_se ? Telnet::data : Telnet::subnegotiation;
      count_octet();
      break;
  }
  // A subnegotiation without end would swallow the session: when it has made the line too long, it is given up.
  if (line_ == Line::swallowed) telnet_ = Telnet::data;
}

void CommandReader::take_after_iac(unsigned char octet) {
  telnet_ = Telnet::data;
  switch (octet) {
    case telnet_iac:
      take_data(telnet_iac);
      return;
    case telnet_will:
      telnet_ = Telnet::will;
      return;
    case telnet_wont:
    case telnet_dont:
      telnet_ = Telnet::wont_or_dont;
      return;
    case telnet_do:
      telnet_ = Telnet::do_;
      return;
    case telnet_sb:
      telnet_ = Telnet::subnegotiation;
      return;
    default:
      break;
  }
  if (octet >= first_telnet_command) return;

  // No Telnet command at all. Before a line it is what remains of IAC DM when the DM came as urgent data (RFC 959
  // §4.1.3, ABOR) and was dropped on the way. Within a line it is a 0xFF that was not doubled: refused, since guessing
  // would end in a wrong file name.
  const bool before_line = line_ == Line::good && lines_.size() == line_start_ && !after_cr_;
  if (!before_line) spoil_line();
  take_data(octet);
}

void CommandReader::take_data(unsigned char octet) {
  if (after_cr_) {
    after_cr_ = false;
    if (octet == '\n') {
      end_line();
      return;
    }
    if (octet == '\0') {
      append('\r');
      after_cr_nul_ = true;
      return;
    }
    spoil_line();  // a CR that stands alone: RFC 854 has no meaning for it
  }

  // RFC 2640 §3.1: an LF right after CR NUL is part of the pathname.
  const bool after_cr_nul = std::exchange(after_cr_nul_, false);
  if (octet == '\r')
    after_cr_ = true;
  else if (octet == '\n' && !after_cr_nul)
    end_line();
  else if (is_control(octet) && octet != '\n')
    spoil_line();
  else
    append(octet);
}

void CommandReader::refuse_option(unsigned char verb, unsigned char option) {
  if (telnet_replies_.size() >= most_telnet_replies * telnet_reply_size) return;
  for (const unsigned char octet : {telnet_iac, verb, option}) telnet_replies_ += static_cast<char>(octet);
}

// Counts one octet of the present line, kept or not, and gives the line up when there are too many.
void CommandReader::count_octet() {
  if (line_ == Line::swallowed) return;
  if (++line_length_ <= max_line) return;
  lines_.resize(line_start_);
  lines_ += too_long_mark;
  lines_ += end_mark;
  ++complete_;
  line_start_ = lines_.size();
  line_ = Line::swallowed;
}

void CommandReader::append(unsigned char octet) {
  count_octet();
  if (line_ == Line::good) lines_ += static_cast<char>(octet);
}

void CommandReader::spoil_line() {
  if (line_ == Line::good) {
    lines_.resize(line_start_);
    lines_ += bad_octet_mark;
    line_ = Line::bad;
  }
  count_octet();
}

void CommandReader::end_line() {
  if (line_ != Line::swallowed) {
    lines_ += end_mark;
    ++complete_;
    line_start_ = lines_.size();
  }
  line_ = Line::good;
  line_length_ = 0;
}

std::optional<std::expected<CommandLine, LineErrc>> CommandReader::next() {
  if (complete_ == 0) return std::nullopt;
  const std::size_t end = lines_.find(end_mark, read_);
  auto result = parse_line(std::string_view(lines_).substr(read_, end - read_));
  read_ = end + 1;
  --complete_;
  if (read_ == lines_.size()) {
    std::string().swap(lines_);
    read_ = line_start_ = 0;
  }
  return result;
}

std::string CommandReader::take_telnet_replies() { return std::exchange(telnet_replies_, std::string()); }

bool CommandReader::has_octets() const {
  return read_ < lines_.size() || telnet_ != Telnet::data || line_ == Line::swallowed || after_cr_;
}

void CommandReader::clear() { *this = CommandReader(); }

void append_escaped(std::string& out, std::string_view text) {
  for (const char c : text) {
    const auto octet = static_cast<unsigned char>(c);
    if (octet == telnet_iac)
      out.append(2, c);
    else if (c == '\r')
      out.append("\r\0", 2);
    else if (is_control(octet))
      out += '?';
    else
      out += c;
  }
}

std::string quote_pathname(std::string_view path) {
  std::string out;
  out.reserve(path.size() + 2);
  out += '"';
  for (const char c : path) {
    if (c == '"') out += c;
    out += c;
  }
  out += '"';
  return out;
}

}  // namespace ferry
