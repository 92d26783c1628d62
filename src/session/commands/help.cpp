// What the command table says to the user-PI: HELP, SITE HELP (RFC 959 §4.1.3) and FEAT (RFC 2389 §3).

#include "base/text.hpp"
#include "session/handlers.hpp"
#include "session/session.hpp"

namespace ferry {

namespace {

// All verbs, several to a line; of SITE commands only what follows SITE.
std::vector<std::string> verb_lines(const CommandSet& commands, bool of_site) {
  constexpr std::size_t verbs_to_a_line = 8;
  std::vector<std::string> lines;
  std::size_t count = 0;
  for (const CommandSpec* const spec : commands.rows()) {
    if (spec->verb.starts_with(site_prefix) != of_site) continue;
    if (count++ % verbs_to_a_line == 0) lines.emplace_back();
    lines.back() += ' ';
    lines.back() += of_site ? spec->verb.substr(site_prefix.size()) : spec->verb;
  }
  return lines;
}

Reply syntax_of(const CommandSet& commands, const std::string& verb) {
  if (const CommandSpec* const spec = commands.find(verb)) return {214, "Syntax: {}", {std::string(spec->help)}};
  return {501, "Unknown command {}.", {verb}};
}

}  // namespace

Task<Reply> help(Session& session, Command command) {
  const std::string verb = to_upper_ascii(command.argument);
  if (verb == "SITE") co_return co_await site_help(session, Command{command.spec, {}});
  if (!verb.empty()) co_return syntax_of(session.services().commands, verb);
  co_return Reply::multi_line(214, "These commands are known:", verb_lines(session.services().commands, false), "End");
}

Task<Reply> site_help(Session& session, Command command) {
  if (!command.argument.empty())
    co_return syntax_of(session.services().commands, std::string(site_prefix) + to_upper_ascii(command.argument));
  co_return Reply::multi_line(214, "These SITE commands are known:", verb_lines(session.services().commands, true),
                              "End");
}

Task<Reply> feat(Session& session, Command) {
  std::vector<std::string> lines;
  for (const CommandSpec* const spec : session.services().commands.rows()) {
    const std::string line = spec->feat_now ? spec->feat_now(session) : std::string(spec->feat);
    if (!line.empty()) lines.push_back(' ' + line);
  }
  co_return Reply::multi_line(211, "Extensions supported:", std::move(lines), "End");
}

std::string feat_mlst(const Session& session) { return "MLST " + format_feat(session.facts); }

std::string feat_mode(const Session& session) { return session.offers_deflate() ? "MODE Z" : ""; }

// RFC 2640 §4.1: a star marks the language in use; no ";" at the end.
std::string feat_lang(const Session& session) {
  std::string text = "LANG ";
  for (const std::string_view tag : languages()) {
    if (text.back() != ' ') text += ';';
    text += tag;
    if (tag == session.catalogue->tag()) text += '*';
  }
  return text;
}

}  // namespace ferry
