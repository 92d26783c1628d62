#include "protocol/reply.hpp"

#include <algorithm>
#include <span>
#include <utility>

#include "base/text.hpp"
#include "protocol/command_line.hpp"

namespace ferry {
namespace {

// Appends `format` with the arguments, each as `append` spells it, in the places of its {}.
template <typename Append>
void fill_in(std::string& out, std::string_view format, std::span<const std::string> arguments, Append append) {
  for (const std::string& argument : arguments) {
    const std::size_t place = format.find("{}");
    if (place == std::string_view::npos) break;
    out += format.substr(0, place);
    append(out, argument);
    format.remove_prefix(place + 2);
  }
  out += format;
}

// At the text's own line breaks; a break at the very end begins no further line.
std::vector<std::string> split_lines(std::string_view text) {
  std::vector<std::string> lines;
  if (text.ends_with('\n')) text.remove_suffix(1);
  for (;;) {
    const std::size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    // TAB is at home in a text file, but is a control octet on the wire.
    std::ranges::replace(lines.emplace_back(line), '\t', ' ');
    if (end == std::string_view::npos) return lines;
    text.remove_prefix(end + 1);
  }
}

void append_inner_line(std::string& out, std::string_view line) {
  if (!line.starts_with(' ')) out += ' ';
  append_escaped(out, line);
  out += "\r\n";
}

void append_code(std::string& out, int code, char separator) {
  const char digits[] = {static_cast<char>('0' + code / 100), static_cast<char>('0' + code / 10 % 10),
                         static_cast<char>('0' + code % 10), separator};
  out.append(digits, sizeof digits);
}

}  // namespace

Reply::Reply(int code, std::string_view format, std::vector<std::string> args)
    : format_(format), parts_(std::move(args)), code_(code) {}

Reply Reply::multi_line(int code, std::string_view first, std::vector<std::string> inner_lines, std::string_view last) {
  Reply reply(code, first, std::move(inner_lines));
  reply.last_ = last;
  reply.form_ = Form::multi_line;
  return reply;
}

Reply Reply::text_lines(int code, std::string text) {
  Reply reply(code, {}, split_lines(text));
  reply.form_ = Form::text_lines;
  return reply;
}

Reply& Reply::close() & {
  closes_ = true;
  return *this;
}

Reply Reply::close() && {
  closes_ = true;
  return std::move(*this);
}

std::string Reply::render(const Catalogue& catalogue) const {
  if (empty()) return {};
  std::string out;
  // A longer one grows.
  constexpr std::size_t usual_length = 96;
  out.reserve(usual_length);
  switch (form_) {
    case Form::single:
      append_code(out, code_, ' ');
      fill_in(out, catalogue.translate(format_), parts_, append_escaped);
      break;
    case Form::multi_line:
      append_code(out, code_, '-');
      out += catalogue.translate(format_);
      out += "\r\n";
      for (const std::string& line : parts_) append_inner_line(out, line);
      append_code(out, code_, ' ');
      out += catalogue.translate(last_);
      break;
    case Form::text_lines:
      if (parts_.size() > 1) {
        append_code(out, code_, '-');
        append_escaped(out, parts_.front());
        out += "\r\n";
      }
      for (std::size_t i = 1; i + 1 < parts_.size(); ++i) append_inner_line(out, parts_[i]);
      append_code(out, code_, ' ');
      append_escaped(out, parts_.back());
      break;
  }
  out += "\r\n";
  return out;
}

std::string Reply::text(const Catalogue& catalogue) const {
  if (empty()) return {};
  if (form_ == Form::text_lines) return printable(parts_.front());
  const std::string_view format = catalogue.translate(format_);
  if (form_ != Form::single) return printable(format);
  std::string filled;
  fill_in(filled, format, parts_, [](std::string& out, std::string_view argument) { out += argument; });
  return printable(filled);
}

}  // namespace ferry
