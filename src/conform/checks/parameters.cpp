// TYPE, STRU, MODE and ALLO (RFC 959 §4.1.2, RFC 1123 §4.1.2 and §4.1.5).
#include "conform/checks/groups_of_checks.hpp"
#include "conform/checks/helpers.hpp"
#include "conform/visit.hpp"

namespace ferry::conform {

namespace {

void type_a(Visit& visit) {
  Dialogue dialogue = visit.login();
  dialogue.insist("TYPE A", {200});
  dialogue.insist("TYPE A N", {200});
}

void type_i(Visit& visit) { visit.login().insist("TYPE I", {200}); }
void type_l_8(Visit& visit) { visit.login().insist("TYPE L 8", {200}); }
void type_a_t(Visit& visit) { visit.login().want("TYPE A T", {200}); }

// Offers are refused with 504, or as any unknown parameter.
void offer(Visit& visit, const char* line) {
  const Reply reply = visit.login().command(line);
  if (reply.code == 501 || reply.is_refusal()) refused(std::string(line) + ": 200", reply.shown());
  require(reply.code == 200, std::string(line) + ": 200", reply.shown());
}

void type_e(Visit& visit) { offer(visit, "TYPE E"); }
void type_a_c(Visit& visit) { offer(visit, "TYPE A C"); }
void mode_b(Visit& visit) { offer(visit, "MODE B"); }
void mode_c(Visit& visit) { offer(visit, "MODE C"); }
void mode_z(Visit& visit) { offer(visit, "MODE Z"); }
void stru_r(Visit& visit) { offer(visit, "STRU R"); }

void mode_s(Visit& visit) { visit.login().insist("MODE S", {200}); }
void stru_f(Visit& visit) { visit.login().insist("STRU F", {200}); }

void unknown_parameters(Visit& visit) {
  Dialogue dialogue = visit.login();
  for (const char* const line : {"TYPE X", "MODE X", "STRU X", "TYPE L 7"}) dialogue.insist(line, {501, 504, 500});
}

void parameters_in_lower_case(Visit& visit) {
  Dialogue dialogue = visit.login();
  for (const char* const line : {"TYPE i", "TYPE a", "MODE s", "STRU f"}) dialogue.insist(line, {200});
}

void refused_type_changes_nothing(Visit& visit) {
  Dialogue dialogue = visit.login();
  const std::string name = visit.stored(dialogue, "lines", "a\nb\n");
  dialogue.need("TYPE X", {5});
  require_same_content("a\nb\n", dialogue.download("RETR " + name), "RETR under TYPE I behind a refused TYPE");
}

void type_survives_a_transfer(Visit& visit) {
  Dialogue dialogue = visit.login();
  const std::string name = visit.stored(dialogue, "lines", "a\nb\n");
  dialogue.download("LIST");
  require_same_content("a\nb\n", dialogue.download("RETR " + name), "RETR under TYPE I behind a LIST");
}

void ascii_is_the_default(Visit& visit) {
  Dialogue binary = visit.login();
  const std::string name = visit.stored(binary, "lines", "a\nb\n");
  Dialogue dialogue = visit.login_as_it_is();
  require_same_content("a\r\nb\r\n", dialogue.download("RETR " + name), "RETR without any TYPE");
}

void allo(Visit& visit) {
  Dialogue dialogue = visit.login();
  dialogue.want("ALLO 1024", {200, 202});
  dialogue.want("ALLO 1024 R 80", {200, 202});
}

}  // namespace

Group parameters_group() {
  static constexpr Check checks[] = {
      {"type-a", "RFC 1123", "4.1.2.13", Level::must, "TYPE A and TYPE A N", type_a},
      {"type-i", "RFC 1123", "4.1.2.13", Level::must, "TYPE I", type_i},
      {"type-l-8", "RFC 1123", "4.1.2.13", Level::must, "TYPE L 8", type_l_8},
      {"type-a-t", "RFC 1123", "4.1.2.2", Level::should, "TYPE A T, where it is the same as TYPE A N", type_a_t},
      {"type-a-c", "RFC 959", "3.1.1.5", Level::may, "TYPE A C", type_a_c},
      {"type-e", "RFC 959", "3.1.1.2", Level::may, "TYPE E", type_e},
      {"mode-s", "RFC 1123", "4.1.2.13", Level::must, "MODE S", mode_s},
      {"mode-b", "RFC 959", "3.4.2", Level::may, "MODE B", mode_b},
      {"mode-c", "RFC 959", "3.4.3", Level::may, "MODE C", mode_c},
      {"mode-z", "practice", "", Level::may, "MODE Z, as in draft-preston-ftpext-deflate", mode_z},
      {"stru-f", "RFC 1123", "4.1.2.13", Level::must, "STRU F", stru_f},
      {"stru-r", "RFC 959", "3.1.2", Level::may, "STRU R", stru_r},
      {"unknown-parameters-are-504", "RFC 959", "5.4", Level::must, "unknown types, modes and structures are refused",
       unknown_parameters},
      {"parameters-in-any-case", "RFC 959", "5.3", Level::must, "types, modes and structures in lower case",
       parameters_in_lower_case},
      {"refused-type-changes-nothing", "RFC 959", "4.1.2", Level::must, "a refused TYPE leaves the old one",
       refused_type_changes_nothing},
      {"type-survives-a-listing", "RFC 959", "4.1.2", Level::must, "the type stays as it is behind a LIST",
       type_survives_a_transfer},
      {"ascii-is-the-default-type", "RFC 959", "3.1.1.1", Level::must, "without TYPE, lines end with CR LF",
       ascii_is_the_default},
      {"allo-is-200-or-202", "RFC 959", "4.1.3", Level::may, "ALLO is answered with 200 or 202", allo},
  };
  return {"parameters", checks};
}

}  // namespace ferry::conform
