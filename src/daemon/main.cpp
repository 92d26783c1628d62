// The program ferry: reads the command line, prepares the process, serves until a signal ends it.
//
// Exit status: 0 after an orderly stop, 1 where the server could not start or was cut, 2 for a mistake on the command
// line.
#include <cstdio>
#include <exception>
#include <string_view>

#include <fmt/format.h>

#include "bench/bench.hpp"
#include "command_line.hpp"
#include "conform/conform.hpp"
#include "doctor/doctor.hpp"
#include "process.hpp"
#include "serve.hpp"
#include "signals.hpp"

int main(int argc, char** argv) {
  try {
    // Clients, which share nothing with the server but the program's name.
    const std::string_view subcommand = argc > 1 ? argv[1] : "";
    if (subcommand == "bench") return ferry::bench::run({argv + 2, argv + argc});
    if (subcommand == "conform") return ferry::conform::run({argv + 2, argv + argc});

    auto read = ferry::read_command_line(argc, argv);
    if (const auto* const error = std::get_if<ferry::CommandLineError>(&read)) {
      fmt::print(stderr, "{}\n", error->text);
      return 2;
    }
    if (const auto* const information = std::get_if<ferry::Information>(&read)) {
      fmt::print("{}", information->text);
      return 0;
    }
    auto& options = std::get<ferry::Options>(read);
    if (options.command == ferry::Command::doctor) return ferry::doctor(options);
    ferry::raise_file_limit();
    ferry::Signals signals;  // before any thread
    return ferry::serve(std::move(options), signals);
  } catch (const std::exception& error) {
    // Nothing that an operator gets wrong ends here.
    std::fprintf(stderr, "ferry: ended by a mistake of its own, please report it: %s\n", error.what());
    return 1;
  }
}
