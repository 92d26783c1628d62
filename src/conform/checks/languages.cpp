// Names in UTF-8 and replies in other languages (RFC 2640).
#include "conform/checks/groups_of_checks.hpp"
#include "conform/checks/helpers.hpp"
#include "conform/visit.hpp"

namespace ferry::conform {

namespace {

// STOR, NLST and RETR of this name.
void name_survives(Visit& visit, std::string_view stem) {
  Dialogue dialogue = visit.login();
  const std::string name = visit.stored(dialogue, stem, "content");
  require_same_content("content", dialogue.download("RETR " + name), "RETR of " + printable(name));
  const std::string names = dialogue.download("NLST");
  require(names.find(name) != std::string::npos, "NLST with " + printable(name), printable(names));
}

void feat_utf8(Visit& visit) {
  Dialogue dialogue = visit.login();
  dialogue.want("FEAT", {211});
  if (!has_feature(dialogue, "UTF8")) refused("UTF8 in FEAT", "no such line");
}

void utf8_names(Visit& visit) { name_survives(visit, "\xc3\xa4-\xe2\x82\xac-\xe6\x97\xa5-\xf0\x9f\x9a\xa2"); }
void odd_octets(Visit& visit) { name_survives(visit, "latin-\xe4\xf6\xfc"); }
void spaces_inside(Visit& visit) { name_survives(visit, "two  spaces inside"); }

void leading_space(Visit& visit) {
  Dialogue dialogue = visit.login();
  const std::string name = visit.stored(dialogue, " leading", "content");
  const std::vector<std::string> names = names_of(dialogue.download("NLST"));
  for (const std::string& each : names)
    if (each == name || each == "./" + name) return;
  fail("NLST with \"" + name + "\"", names.empty() ? "nothing" : "\"" + printable(names.front()) + "\"");
}

void opts_utf8(Visit& visit) {
  Dialogue dialogue = visit.login();
  if (!has_feature(dialogue, "UTF8")) refused("UTF8 in FEAT", "no such line");
  dialogue.want("OPTS UTF8 ON", {200, 202});
}

void lang_alone(Visit& visit) { visit.login().want("LANG", {200}); }

void lang_before_login(Visit& visit) {
  const Reply reply = visit.connect().want("LANG", {200, 530});
  if (reply.code == 530) refused("LANG before the login", reply.shown());
}

void unknown_language(Visit& visit) {
  Dialogue dialogue = visit.login();
  dialogue.want("LANG", {200});
  dialogue.insist("LANG x-klingon", {504});
}

void malformed_language(Visit& visit) {
  Dialogue dialogue = visit.login();
  dialogue.want("LANG", {200});
  dialogue.insist("LANG ###", {501});
}

void feat_lang(Visit& visit) {
  Dialogue dialogue = visit.login();
  dialogue.want("LANG", {200});
  for (const std::string& line : dialogue.want("FEAT", {211}).lines) {
    if (!lower_case(line).starts_with(" lang")) continue;
    require(matches(line, R"( [Ll][Aa][Nn][Gg] [-A-Za-z0-9]+\*?(;[-A-Za-z0-9]+\*?)*)"), " LANG en*;de",
            printable(line));
    require(line.find('*') != std::string::npos, "one language with an asterisk", printable(line));
    return;
  }
  fail("a line LANG in FEAT", "none");
}

}  // namespace

Group languages_group() {
  static constexpr Check checks[] = {
      {"feat-lists-utf8", "RFC 2640", "3.2", Level::must, "UTF8 is in FEAT", feat_utf8},
      {"utf8-names-survive", "RFC 2640", "3.1", Level::must, "names in UTF-8 come back as they were", utf8_names},
      {"names-without-utf8-survive", "practice", "", Level::should, "names of other octets come back as they were",
       odd_octets},
      {"spaces-inside-a-name-survive", "RFC 2640", "2.2", Level::must, "spaces are part of a name", spaces_inside},
      {"leading-spaces-are-part-of-the-name", "RFC 2640", "2.2", Level::must, "only the first space separates",
       leading_space},
      {"opts-utf8-on", "practice", "", Level::may, "OPTS UTF8 ON does no harm", opts_utf8},
      {"lang-alone-is-200", "RFC 2640", "4.1", Level::should, "LANG without argument means the default", lang_alone},
      {"lang-before-login", "RFC 2640", "4.1", Level::may, "LANG needs no login", lang_before_login},
      {"unknown-language-is-504", "RFC 2640", "4.1", Level::should, "LANG of a language that is not there",
       unknown_language},
      {"malformed-language-is-501", "RFC 2640", "4.1", Level::should, "LANG of what is no language",
       malformed_language},
      {"feat-lists-lang", "RFC 2640", "4.3", Level::must, "the line of FEAT for LANG lists the languages", feat_lang},
  };
  return {"languages", checks};
}

}  // namespace ferry::conform
