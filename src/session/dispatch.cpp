#include "session/dispatch.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/text.hpp"
#include "session/session.hpp"

namespace ferry {

namespace {

// The first rule that forbids the command, in the order that docs/ARCHITECTURE.md promises.
std::optional<Reply> refusal(const Session& session, const FoundCommand& found) {
  const CommandSpec& spec = *found.spec;
  if (spec.argument == ArgumentRule::required && !found.has_argument)
    return Reply(501, "{} needs an argument.", {std::string(spec.verb)});
  if (spec.argument == ArgumentRule::none && found.has_argument)
    return Reply(501, "{} takes no argument.", {std::string(spec.verb)});

  const bool restricted =
      spec.when == When::logged_in || (spec.when == When::with_argument_logged_in && found.has_argument);
  if (restricted && !session.logged_in()) return Reply(530, "Log in with USER and PASS first.");
  if (restricted && !session.permissions(session.directory).allows(spec.needs)) return Reply(550, "Permission denied.");

  if (spec.transfers) {
    const auto& tls = session.config().tls;
    if (tls && tls->required_for_data && session.protection != ProtectionLevel::private_)
      return Reply(521, "Data connections must be protected here: send PROT P first.");  // RFC 4217 §10.2
    if (!session.data_port.arranged()) return Reply(425, "Send PASV, EPSV, PORT or EPRT first.");
  }
  return std::nullopt;
}

void log_command(const Session& session, const FoundCommand& found) {
  std::string text(found.spec->verb);
  if (found.has_argument) {
    text += ' ';
    text += found.spec->secret ? "***" : printable(found.argument);
  }
  session.log(LogLevel::debug, "command", text);
}

}  // namespace

Task<Reply> dispatch(Session& session, FoundCommand found) {
  if (!found.spec) {
    session.restart_point = 0;
    session.rename_from.reset();
    co_return Reply(500, "Syntax error, command unrecognized.");
  }
  const CommandSpec& spec = *found.spec;
  if (session.logs(LogLevel::debug)) log_command(session, found);

  std::optional<Reply> refused = refusal(session, found);
  const Command command{spec, found.argument};
  Reply reply;
  if (refused)
    reply = std::move(*refused);
  else
    reply = co_await spec.run(session, command);

  // What REST and RNFR prepared is for the very next command only. (They answer 350, and forget what the other
  // prepared.)
  if (reply.code() != 350) {
    if (spec.keeps != Keeps::restart_point) session.restart_point = 0;
    session.rename_from.reset();
  }

  if (!spec.may_reply(reply.code()))
    session.log(LogLevel::error, "error",
                fmt::format("{} answered {}, which is not in its row", spec.verb, reply.code()));
  co_return reply;
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
