// Who is there: USER, PASS, ACCT, REIN, QUIT (RFC 959 §4.1.1).

#include <ferry/config.hpp>

#include "base/text.hpp"
#include "session/handlers.hpp"
#include "session/session.hpp"

namespace ferry {

Task<Reply> user(Session& session, Command command) {
  co_await session.log_out();
  const auto& tls = session.config().tls;
  if (tls && tls->required_for_control && !session.stream().tls() && !session.command_channel_cleared)
    co_return Reply(530, "Passwords must be protected here: send AUTH TLS first.");
  session.pending_user = std::string(command.argument);
  // RFC 2577 §7: the same reply whether or not such a user exists.
  co_return Reply(331, "User name okay, need password.");
}

namespace {

Reply refuse_login(Session& session) {
  session.log(LogLevel::warning, "login_failed", "Login failed for " + printable(session.pending_user) + ".");
  session.pending_user.clear();
  const unsigned most = session.config().limits.login_attempts;
  if (++session.failed_logins >= most && most != 0)
    return Reply(421, "Too many failed logins, closing control connection.").close();
  return {530, "Not logged in."};
}

// The password was right, so this is no guess that has to be slowed down.
Reply refuse_session(Session& session) {
  session.log(LogLevel::warning, "login_refused", "Too many sessions of " + printable(session.pending_user) + ".");
  session.pending_user.clear();
  return {530, "You are logged in too often; end another session first."};
}

}  // namespace

Task<Reply> pass(Session& session, Command command) {
  if (session.logged_in()) co_return Reply(503, "Already logged in; send USER to log in as somebody else.");
  if (session.pending_user.empty()) co_return Reply(503, "Send USER first.");

  const LoginRequest request{.user = session.pending_user,
                             .password = Secret(std::string(command.argument)),
                             .peer = session.peer().address,
                             .tls = session.stream().tls() != nullptr};
  auto account = co_await session.config().authenticator->authenticate(request);
  if (!account && account.error() == AuthErrc::unavailable)
    co_return Reply(421, "Logins are not possible at present, closing control connection.").close();
  if (!account) {
    co_await session.tell([&](Events& to, const SessionFacts& who) { return to.login_failed(who, request.user); });
    // RFC 2577 §5: guessing is slowed down; nobody else waits.
    co_await session.sleep(session.config().timeouts.login_delay);
    co_return refuse_login(session);
  }
  session.failed_logins = 0;
  Logins::Place place;
  if (account->sessions > 0) {
    place = session.services().logins.enter(request.user, account->sessions);
    if (!place) co_return refuse_session(session);
  }
  session.log_in(request.user, std::move(*account), std::move(place));
  session.log(LogLevel::info, "login", "Logged in.");
  co_await session.tell([&](Events& to, const SessionFacts& who) { return to.logged_in(who); });
  if (!session.account().login_message.empty()) co_return Reply::text_lines(230, session.account().login_message);
  co_return Reply(230, "User logged in.");
}

// ACCT and SMNT have no meaning here, and are known all the same (RFC 1123 §4.1.2.13).
Task<Reply> superfluous(Session&, Command) { co_return Reply(202, "Not needed here."); }

Task<Reply> rein(Session& session, Command) {
  co_await session.log_out();
  session.reset_transfer_parameters();
  session.facts = default_facts();
  session.utf8 = false;
  session.catalogue = &english();
  session.protection_buffer_set = false;
  session.protection = ProtectionLevel::clear;
  session.command_channel_cleared = false;
  // RFC 4217 §13: this reply is still encrypted, then TLS ends.
  if (session.stream().tls()) session.after_reply = AfterReply::stop_tls;
  co_return Reply(220, "Service ready.");
}

Task<Reply> quit(Session& session, Command) {
  if (session.logged_in() && !session.account().quit_message.empty())
    co_return Reply::text_lines(221, session.account().quit_message).close();
  co_return Reply(221, "Goodbye.").close();
}

}  // namespace ferry
