// One reply of the server-PI (RFC 959 §4.2): a code, a text, sometimes lines between.
//
// A handler says what it means, in English; the language, the escaping and the line ends are added when the reply is
// rendered. So no argument (a pathname, a user name) can forge a line, whoever chose it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "protocol/catalogue.hpp"

namespace ferry {

class Reply {
 public:
  // Code 0: no reply; nothing is sent.
  Reply() = default;

  // `format` must be a string literal: it is kept as a view, and is the key of its translations. Each {} stands for
  // the next of `args`.
  Reply(int code, std::string_view format, std::vector<std::string> args = {});

  // "NNN-first", one line for each of `inner_lines`, "NNN last". `first` and `last` are string literals and are
  // translated; the inner lines are not. An inner line that does not begin with a space is sent with one before it, so
  // that it never begins with digits. (An MLST entry brings its space along, RFC 3659 §7.2, as it may begin with a
  // second one.)
  static Reply multi_line(int code, std::string_view first, std::vector<std::string> inner_lines,
                          std::string_view last);

  // A text of the operator's own, such as a banner, split at its line breaks; not translated.
  static Reply text_lines(int code, std::string text);

  // The control connection is closed after this reply.
  Reply& close() &;
  Reply close() &&;
  bool closes() const { return closes_; }

  int code() const { return code_; }
  bool empty() const { return code_ == 0; }

  // As it goes over the wire, with CRLFs; empty for "no reply".
  std::string render(const Catalogue& catalogue) const;

  // The (first) text without the code, for logs: one line, all printable.
  std::string text(const Catalogue& catalogue) const;

 private:
  std::string_view format_;         // empty for text_lines
  std::string_view last_;           // of a multi_line reply
  std::vector<std::string> parts_;  // arguments, inner lines, or the operator's lines
  int code_ = 0;
  enum class Form : unsigned char { single, multi_line, text_lines } form_ = Form::single;
  bool closes_ = false;
};

}  // namespace ferry
