// From argv to Options, and the texts that the command line itself can print.
#pragma once

#include <string>
#include <variant>

#include "options.hpp"

namespace ferry {

struct Information {
  std::string text;  // for standard output; exit status 0
};

struct CommandLineError {
  std::string text;  // one line: which option, what is wrong, how to mend it; exit status 2
};

// Reads `ferry [serve|doctor] [OPTIONS] [DIRECTORY]`. Secrets in argv are overwritten, so that process listings do not
// show them.
std::variant<Options, Information, CommandLineError> read_command_line(int argc, char** argv);

// What --help prints: the table, under its headings, at most 80 columns wide.
std::string help_text();

}  // namespace ferry
