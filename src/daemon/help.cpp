// --help, made from the option table.
#include <fmt/format.h>

#include "command_line.hpp"

namespace ferry {
namespace {

constexpr std::size_t width = 80;
constexpr std::size_t column = 30;  // where the explanations begin

// Adds `text` in lines that begin at `column`; the first one continues the line that is there.
void add_wrapped(std::string& out, std::size_t used, std::string_view text) {
  if (used + 2 > column) {
    out += '\n';
    used = 0;
  }
  out.append(column - used, ' ');
  std::size_t at = column;
  while (!text.empty()) {
    const std::size_t space = text.find(' ');
    const std::string_view word = text.substr(0, space);
    if (at > column && at + 1 + word.size() > width) {
      out += '\n';
      out.append(column, ' ');
      at = column;
    } else if (at > column) {
      out += ' ';
      ++at;
    }
    out += word;
    at += word.size();
    text.remove_prefix(space == std::string_view::npos ? text.size() : space + 1);
  }
  out += '\n';
}

void add_option(std::string& out, std::string_view names, std::string_view value, std::string_view help) {
  const std::size_t comma = names.find(',');
  std::string head = comma == std::string_view::npos
                         ? fmt::format("      {}", names)
                         : fmt::format("  {}, {}", names.substr(0, comma), names.substr(comma + 1));
  if (!value.empty()) fmt::format_to(std::back_inserter(head), " {}", value);
  out += head;
  add_wrapped(out, head.size(), help);
}

}  // namespace

std::string help_text() {
  std::string out =
      "Usage: ferry\n"
      "       ferry serve [OPTIONS] [DIRECTORY]\n"
      "       ferry doctor [OPTIONS] [DIRECTORY]\n"
      "       ferry bench --help      puts load on an FTP server\n"
      "       ferry conform --help    judges an FTP server by the RFCs\n"
      "\n"
      "Shares DIRECTORY (default: the current one) over FTP. Without options everybody\n"
      "may read it, as the user anonymous, at port 2121. `ferry doctor` looks whether\n"
      "that would work here, and changes nothing.\n";
  std::string_view group;
  for (const OptionRow& row : option_table()) {
    if (row.group != group) {
      group = row.group;
      out += fmt::format("\n{}:\n", group);
    }
    add_option(out, row.names, row.value, row.help);
  }
  out += "\nInformation:\n";
  add_option(out, "-h,--help", "", "print this text");
  add_option(out, "--version", "", "print the version");
  out +=
      "\n"
      "Signals: TERM and INT stop the server and give running transfers 10 seconds, a\n"
      "second one stops it at once; HUP reads the certificate files again.\n"
      "\n"
      "Examples:\n"
      "  ferry serve /srv/files                       everybody reads\n"
      "  ferry serve -w -u alice -P secret /srv       alice reads and writes\n"
      "  ferry serve --tls --tls-control-required     logins over TLS only\n";
  return out;
}

}  // namespace ferry
