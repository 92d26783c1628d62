// Who is there: USER, PASS, ACCT, REIN, QUIT (RFC 959 §4.1.1).

#include <optional>

#include <ferry/config.hpp>

#include "base/text.hpp"
#include "session/handlers.hpp"
#include "session/session.hpp"

namespace ferry {

namespace {

LoginRequest login_request(Session& session, std::string user) {
  auto tls = session.tls_facts();
  return {.user = std::move(user),
          .password = {},
          .peer = session.peer().address,
          .tls = session.stream().tls() != nullptr,
          .tls_facts = tls ? std::make_shared<const TlsFacts>(*std::move(tls)) : nullptr,
          .host = session.host_name()};
}

// The password was right, so this is no guess that has to be slowed down.
Reply refuse_session(Session& session) {
  session.log(LogLevel::warning, "login_refused", "Too many sessions of " + printable(session.pending_user) + ".");
  session.pending_user.clear();
  return {530, "You are logged in too often; end another session first."};
}

// What every way to log in ends with. `code`: 230 or 232.
Task<Reply> admit(Session& session, std::string user, Account account, int code) {
  session.failed_logins = 0;
  Logins::Place place;
  if (account.sessions > 0) {
    // A user of one host is not the user of that name of another one.
    place = session.services().logins.enter(session.host_name() + ':' + user, account.sessions);
    if (!place) co_return refuse_session(session);
  }
  session.log_in(std::move(user), std::move(account), std::move(place));
  session.log(LogLevel::info, "login", "Logged in.");
  co_await session.tell([&](Events& to, const SessionFacts& who) { return to.logged_in(who); });
  if (!session.account().login_message.empty()) co_return Reply::text_lines(code, session.account().login_message);
  co_return code == 232 ? Reply(232, "User logged in by the TLS certificate.") : Reply(230, "User logged in.");
}

}  // namespace

Task<Reply> user(Session& session, Command command) {
  co_await session.log_out();
  const auto& tls = session.config().tls;
  if (tls && tls->required_for_control && !session.stream().tls() && !session.command_channel_cleared)
    co_return Reply(530, "Passwords must be protected here: send AUTH TLS first.");
  session.pending_user = std::string(command.argument);
  if (session.stream().tls() && session.stream().tls()->client_certificate()) {
    const LoginRequest request = login_request(session, session.pending_user);
    auto account = co_await session.authenticator().authenticate_certificate(request);
    if (account) co_return co_await admit(session, request.user, std::move(*account), 232);
  }
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

// Asks the authenticator when it is this session's turn; nullopt where too many wait for theirs.
Task<std::optional<std::expected<Account, AuthErrc>>> check_password(Session& session, const LoginRequest& request) {
  PasswordChecks& checks = session.services().password_checks;
  const PasswordChecks::Place place =
      co_await checks.enter(session.loop(), request.peer, session.config().timeouts.login);
  if (!place) co_return std::nullopt;
  // Whoever has gone meanwhile costs nothing any more.
  if (session.is_cancelled()) co_return std::unexpected(AuthErrc::unavailable);
  co_return co_await session.authenticator().authenticate(request);
}

}  // namespace

Task<Reply> pass(Session& session, Command command) {
  if (session.logged_in()) co_return Reply(503, "Already logged in; send USER to log in as somebody else.");
  if (session.pending_user.empty()) co_return Reply(503, "Send USER first.");

  LoginRequest request = login_request(session, session.pending_user);
  request.password = Secret(std::string(command.argument));
  const Clock::time_point begun = Clock::now();
  auto checked = co_await check_password(session, request);
  if (!checked) {
    session.log(LogLevel::warning, "logins_wait", "Too many logins wait for the check of their passwords.");
    co_return Reply(421, "Too many logins at the same time, try again later.").close();
  }
  auto account = *std::move(checked);
  if (!account && account.error() == AuthErrc::unavailable)
    co_return Reply(421, "Logins are not possible at present, closing control connection.").close();
  if (!account) {
    co_await session.tell([&](Events& to, const SessionFacts& who) { return to.login_failed(who, request.user); });
    // RFC 2577 §5: guessing is slowed down; nobody else waits. §7: the time tells nothing, either, whatever the check
    // of this name has cost.
    co_await session.sleep(begun + session.config().timeouts.login_delay - Clock::now());
    co_return refuse_login(session);
  }
  co_return co_await admit(session, request.user, std::move(*account), 230);
}

// ACCT and SMNT have no meaning here, and are known all the same (RFC 1123 §4.1.2.13).
Task<Reply> superfluous(Session&, Command) { co_return Reply(202, "Not needed here."); }

Task<Reply> rein(Session& session, Command) {
  co_await session.log_out();
  session.reset_transfer_parameters();
  session.facts = default_facts();
  session.hash_kind = DigestKind::sha256;
  session.utf8 = false;
  session.choose_host(nullptr);
  session.protection_buffer_set = false;
  session.protection = ProtectionLevel::clear;
  session.command_channel_cleared = false;
  session.secured_client = false;
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
