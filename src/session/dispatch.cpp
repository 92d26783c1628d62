#include "session/dispatch.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/text.hpp"
#include "session/list_argument.hpp"
#include "session/session.hpp"

namespace ferry {

namespace {

bool is_restricted(const FoundCommand& found) {
  const When when = found.spec->when;
  return when == When::logged_in || (when == When::with_argument_logged_in && found.has_argument);
}

// What the rules about the argument and the login forbid.
std::optional<Reply> refusal_of_form(const Session& session, const FoundCommand& found) {
  const CommandSpec& spec = *found.spec;
  if (spec.argument == ArgumentRule::required && !found.has_argument)
    return Reply(501, "{} needs an argument.", {std::string(spec.verb)});
  if (spec.argument == ArgumentRule::none && found.has_argument)
    return Reply(501, "{} takes no argument.", {std::string(spec.verb)});
  if (is_restricted(found) && !session.logged_in()) return Reply(530, "Log in with USER and PASS first.");
  return std::nullopt;
}

// The path at which the row's permission is needed.
FtpPath path_of(const Session& session, const FoundCommand& found) {
  switch (found.spec->path) {
    case PathOf::argument:
      return session.resolve(found.argument);
    case PathOf::argument_or_root:
      return found.has_argument ? session.resolve(found.argument) : FtpPath();
    case PathOf::listing:
      return session.resolve(parse_list_argument(found.argument).pathname);
    case PathOf::after_first_word: {
      const std::size_t space = found.argument.find(' ');
      return session.resolve(space == std::string_view::npos ? std::string_view() : found.argument.substr(space + 1));
    }
    case PathOf::parent_directory:
      return session.directory.parent();
    case PathOf::current_directory:
      return session.directory;
    case PathOf::rename_source: {
      const auto* const from = std::get_if<RenameFrom>(&session.prepared);
      return from ? from->path : session.directory;
    }
  }
  std::unreachable();
}

// Only where permissions differ from path to path: elsewhere no path has to be made.
Task<bool> is_permitted_there(const Session& session, const FoundCommand& found) {
  const FtpPath path = path_of(session, found);
  const Permissions permissions = co_await session.permissions(path);
  co_return permissions.allows(found.spec->needs);
}

// What the rules about the data connection forbid.
std::optional<Reply> refusal_of_transfer(const Session& session, const CommandSpec& spec) {
  if (spec.transfers) {
    const auto& tls = session.config().tls;
    if (tls && tls->required_for_data && session.protection != ProtectionLevel::private_)
      return Reply(521, "Data connections must be protected here: send PROT P first.");  // RFC 4217 §10.2
    if (!session.data_port.arranged()) return Reply(425, "Send PASV, EPSV, PORT or EPRT first.");
  }
  return std::nullopt;
}

// A long command takes what was prepared for it with it: others are answered, and prepare what they like, before it
// ends.
Task<Reply> run_long(Session& session, Command command) {
  const Prepared prepared = std::exchange(session.prepared, {});
  command.prepared = &prepared;
  co_return co_await command.spec.run(session, command);
}

}  // namespace

Task<Reply> dispatch(Session& session, FoundCommand found) {
  if (!found.spec) {
    session.forget_prepared(Keeps::nothing);
    co_return Reply(500, "Syntax error, command unrecognized.");
  }
  const CommandSpec& spec = *found.spec;
  if (session.logs(LogLevel::debug)) session.log(LogLevel::debug, "command", printable(shown_line(found, spec.verb)));

  // In the order that docs/ARCHITECTURE.md promises.
  std::optional<Reply> refused = refusal_of_form(session, found);
  if (!refused && spec.needs != Permission::none && is_restricted(found)) {
    bool permitted = session.account().permissions.allows(spec.needs);
    if (!session.account().overrides.empty()) permitted = co_await is_permitted_there(session, found);
    if (!permitted) refused = Reply(550, "Permission denied.");
  }
  if (!refused) refused = refusal_of_transfer(session, spec);
  const Command command{spec, found.argument};
  Reply reply;
  if (refused)
    reply = std::move(*refused);
  else if (spec.takes_long)
    reply = co_await run_long(session, command);
  else
    reply = co_await spec.run(session, command);

  // What REST, RANG, RNFR and SITE CPFR prepared is for the very next command only. (They answer 350, and forget what
  // the others prepared.)
  const bool prepares = reply.code() == 350;
  const bool has_forgotten = spec.takes_long && !refused;
  if (!prepares && !has_forgotten) session.forget_prepared(spec.keeps);

  if (!spec.may_reply(reply.code()))
    session.log(LogLevel::error, "error",
                fmt::format("{} answered {}, which is not in its row", spec.verb, reply.code()));
  co_return reply;
}

std::string shown_line(const FoundCommand& found, std::string_view verb) {
  std::string line(found.spec ? found.spec->verb : verb);
  if (!found.has_argument) return line;
  line += ' ';
  line += found.spec && found.spec->secret ? std::string_view("***") : found.argument;
  return line;
}

Reply reply_to_bad_line(LineErrc error) {
  switch (error) {
    case LineErrc::too_long:
      return {500, "Command line too long."};
    case LineErrc::bad_octet:
      return {501, "Control characters are not allowed in a command."};
    case LineErrc::malformed:
      return {500, "Syntax error, command unrecognized."};
  }
  std::unreachable();
}

bool is_foreign_verb(std::string_view verb) {
  static constexpr std::string_view verbs[] = {"GET",   "HEAD", "POST", "PUT",  "DELETE", "OPTIONS", "CONNECT", "TRACE",
                                               "PATCH", "PRI",  "HELO", "EHLO", "LHLO",   "MAIL",    "RCPT",    "DATA"};
  return std::ranges::find(verbs, verb) != std::end(verbs);
}

}  // namespace ferry
