// What is left: NOOP, SYST (RFC 959 §4.1.3), OPTS (RFC 2389 §4) and LANG (RFC 2640 §4).

#include "base/text.hpp"
#include "protocol/options.hpp"
#include "session/handlers.hpp"
#include "session/session.hpp"

namespace ferry {

Task<Reply> noop(Session&, Command) { co_return Reply(200, "Command okay."); }

Task<Reply> syst(Session&, Command) { co_return Reply(215, "UNIX Type: L8"); }

namespace {

Reply opts_mlst(Session& session, std::string_view facts) {
  const auto selected = parse_opts_mlst(facts);
  if (!selected) return {501, "OPTS MLST needs a list of facts, each with a semicolon."};
  session.facts = *selected;
  return {200, "MLST OPTS {}", {format_selected(*selected)}};  // RFC 3659 §7.9.1
}

Reply opts_utf8(Session& session, std::string_view value) {
  const std::string wanted = to_upper_ascii(value);
  if (wanted == "ON")
    session.utf8 = true;
  else if (wanted == "OFF")
    session.utf8 = false;
  else
    return {501, "OPTS UTF8 is ON or OFF."};
  return session.utf8 ? Reply(200, "Pathnames are UTF-8.") : Reply(200, "Pathnames are in the server's encoding.");
}

Reply opts_mode(Session& session, std::string_view options) {
  const auto level = parse_opts_mode_z(options, Representation().deflate_level);
  if (!level || !session.offers_deflate())
    return {501, "OPTS MODE Z takes LEVEL 0-9, ENGINE ZLIB, METHOD 8 and EXTRA ON, where MODE Z is offered."};
  session.representation.deflate_level = *level;
  return {200, "MODE Z LEVEL is {}.", {std::to_string(*level)}};
}

}  // namespace

Task<Reply> opts(Session& session, Command command) {
  const auto split = split_opts(command.argument);
  if (split && split->first == "MLST") co_return opts_mlst(session, split->second);
  if (split && split->first == "UTF8") co_return opts_utf8(session, split->second);
  if (split && split->first == "HASH" && session.services().commands.find("HASH"))
    co_return opts_hash(session, split->second);
  if (split && split->first == "MODE") co_return opts_mode(session, split->second);
  co_return Reply(501, "This command has no options here.");
}

Task<Reply> lang(Session& session, Command command) {
  if (command.argument.empty()) {
    session.catalogue = &english();
    co_return Reply(200, "Replies are in the default language.");
  }
  if (!is_language_tag(command.argument)) co_return Reply(501, "LANG needs a language tag, such as en.");
  const Catalogue* const found = find_catalogue(command.argument);
  if (!found) co_return Reply(504, "This language is not known here.");
  session.catalogue = found;
  co_return Reply(200, "Replies are in this language.");
}

}  // namespace ferry
