// Prints docs/RFC-STATUS.md, the page of all commands, from the command table.
//
//   rfc-status               the page
//   rfc-status --check FILE  fails when FILE differs from it
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <ferry/config.hpp>

#include "session/command_table.hpp"
#include "session/session.hpp"

namespace ferry {
namespace {

constexpr std::string_view head = R"(# Commands

This page is made from `src/session/command_table.cpp` by `make rfc-status`; do not edit it.

* *Argument*: a required one that is missing, and any where there must be none, is refused with 501.
* *When*: before the login, a command that needs one is refused with 530.
* *Right*: the letter of `include/ferry/permissions.hpp` that the login must have; 550 without it.
* *During a transfer*: a command that waits, and all behind it, are executed when the transfer has ended.
* *Own replies*: those of the command itself. Any command may also be answered with 421 (the service ends), 451 (an
  internal error), 500 or 501 (syntax), and a transfer with 425 (no data port) or 521 (PROT P is required).

| Command | Syntax | Argument | When | Right | During a transfer | FEAT | Own replies | Defined in |
|---|---|---|---|---|---|---|---|---|
)";

std::string_view argument_text(ArgumentRule rule) {
  switch (rule) {
    case ArgumentRule::none:
      return "none";
    case ArgumentRule::optional:
      return "optional";
    case ArgumentRule::required:
      return "required";
  }
  std::unreachable();
}

std::string when_text(const CommandSpec& spec) {
  const auto text = [&]() -> std::string {
    switch (spec.when) {
      case When::any:
        return "always";
      case When::logged_in:
        return "logged in";
      case When::with_argument_logged_in:
        return "with an argument: logged in";
    }
    std::unreachable();
  };
  return spec.enabled ? text() + ", where TLS is configured" : text();
}

std::string_view transfer_text(DuringTransfer rule) {
  switch (rule) {
    case DuringTransfer::at_once:
      return "at once";
    case DuringTransfer::waits:
      return "waits";
  }
  std::unreachable();
}

// In the syntax of a table cell, "|" would end the cell.
std::string cell(std::string_view text) {
  if (text.empty()) return {};
  std::string out = "`";
  for (const char c : text) {
    if (c == '|') out += '\\';
    out += c;
  }
  return out + '`';
}

std::string feat_line(const CommandSpec& spec, const Session& session) {
  return spec.feat_now ? spec.feat_now(session) : std::string(spec.feat);
}

std::string replies_text(const CommandSpec& spec) {
  std::vector<short> codes(spec.replies.list().begin(), spec.replies.list().end());
  std::ranges::sort(codes);
  return fmt::format("{}", fmt::join(codes, " "));
}

std::string page() {
  // A session nobody is connected to, for the FEAT lines that depend on one.
  WorkerPool pool(1);
  Loop loop(pool);
  Config config;
  config.tls.emplace();
  Services services(std::move(config));
  const Session session(1, loop, services, Descriptor(), Endpoint());

  std::string out(head);
  for (const CommandSpec& spec : command_table())
    out +=
        fmt::format("| {} | {} | {} | {} | {} | {} | {} | {} | {} |\n", spec.verb, cell(spec.help),
                    argument_text(spec.argument), when_text(spec), Permissions::none().with(spec.needs).letters(),
                    transfer_text(spec.during_transfer), cell(feat_line(spec, session)), replies_text(spec), spec.spec);
  return out;
}

int check(const char* file) {
  std::ifstream in(file, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  if (text == page()) return 0;
  fmt::print(stderr, "{} is not what the command table says; run `make rfc-status`.\n", file);
  return 1;
}

int run(int argc, char** argv) {
  if (argc == 3 && argv[1] == std::string_view("--check")) return check(argv[2]);
  if (argc != 1) {
    fmt::print(stderr, "usage: rfc-status [--check FILE]\n");
    return 2;
  }
  fmt::print("{}", page());
  return 0;
}

}  // namespace
}  // namespace ferry

int main(int argc, char** argv) { return ferry::run(argc, argv); }
