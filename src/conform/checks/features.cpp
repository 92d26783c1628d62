// FEAT and OPTS (RFC 2389).
#include <algorithm>

#include "conform/checks/groups_of_checks.hpp"
#include "conform/checks/helpers.hpp"
#include "conform/visit.hpp"

namespace ferry::conform {

namespace {

void feat_form(Visit& visit) {
  const Reply reply = visit.login().want("FEAT", {211});
  if (reply.lines.size() == 1) return;
  require(reply.lines.front().starts_with("211-"), "211-text", reply.shown());
  for (std::size_t i = 1; i + 1 < reply.lines.size(); ++i) {
    const std::string& line = reply.lines[i];
    // §3.2: exactly one space, then the label without another, of printable characters.
    require(line.size() > 1 && line[0] == ' ' && line[1] != ' ' &&
                std::ranges::all_of(line, [](char c) { return c >= 0x20 && c < 0x7f; }),
            "features that stand behind exactly one space", printable(line));
  }
}

void feat_end(Visit& visit) {
  const Reply reply = visit.login().want("FEAT", {211});
  require(reply.lines.size() == 1 || lower_case(reply.lines.back()) == "211 end", "211 End", reply.shown());
}

void feat_before_login(Visit& visit) {
  const Reply reply = visit.connect().command("FEAT");
  require(reply.code == 211 || reply.is_refusal(), "FEAT before the login: 211", reply.shown());
  if (reply.code != 211) refused("FEAT before the login: 211", reply.shown());
}

void feat_lists_no_base_commands(Visit& visit) {
  const Reply reply = visit.login().want("FEAT", {211});
  for (const char* const base : {" retr", " stor", " feat", " opts", " user"})
    for (const std::string& line : reply.lines)
      require(lower_case(line) != base, "no commands of RFC 959 or 2389 in FEAT", printable(line));
}

void opts_comes_with_feat(Visit& visit) {
  Dialogue dialogue = visit.login();
  dialogue.want("FEAT", {211});
  dialogue.insist("OPTS NOOP", {501, 451, 500, 504});
}

void feat_takes_no_argument(Visit& visit) {
  Dialogue dialogue = visit.login();
  dialogue.want("FEAT", {211});
  dialogue.insist("FEAT all", {501, 500});
}

}  // namespace

Group features_group() {
  static constexpr Check checks[] = {
      {"feat-lines-begin-with-one-space", "RFC 2389", "3.2", Level::must, "each feature has a line behind one space",
       feat_form},
      {"feat-ends-with-end", "RFC 2389", "3.2", Level::must, "the last line of FEAT is \"211 End\"", feat_end},
      {"feat-before-login", "RFC 2389", "3", Level::should, "FEAT needs no login", feat_before_login},
      {"feat-lists-extensions-only", "RFC 2389", "3.2", Level::should, "FEAT lists nothing that every server has",
       feat_lists_no_base_commands},
      {"feat-takes-no-argument", "RFC 2389", "3.1", Level::may, "FEAT with an argument is 501", feat_takes_no_argument},
      {"opts-comes-with-feat", "RFC 2389", "4", Level::must, "OPTS of a command without options is 501",
       opts_comes_with_feat},
  };
  return {"features", checks};
}

}  // namespace ferry::conform
