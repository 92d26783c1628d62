// Break-ins by way of the login (RFC 2577 §5, §7).
#include <fmt/format.h>

#include <algorithm>

#include "conform/checks/groups_of_checks.hpp"
#include "conform/visit.hpp"
#include "user_pi/failure.hpp"

namespace ferry::conform {

namespace {

using user_pi::Clock;
using namespace std::chrono_literals;

constexpr const char* unknown_user = "no-such-user-here";

void need_passwords(const Visit& visit) {
  if (visit.is_anonymous()) untried("an anonymous user has no password");
}

void empty_password(Visit& visit) {
  need_passwords(visit);
  for (const char* const line : {"PASS", "PASS "}) {
    Dialogue dialogue = visit.connect_protected();
    dialogue.need("USER " + visit.target().user, {331});
    const Reply reply = dialogue.command(line);
    require(reply.code >= 400, "an empty password: 530", reply.shown());
  }
}

void empty_user(Visit& visit) {
  for (const char* const line : {"USER", "USER "}) {
    Dialogue dialogue = visit.connect_protected();
    Reply reply = dialogue.command(line);
    if (reply.code == 331) reply = dialogue.command("PASS ");
    require(reply.code != 230, "an empty user: 501 or 530", reply.shown());
  }
}

void right_password_of_another(Visit& visit) {
  need_passwords(visit);
  Dialogue dialogue = visit.connect_protected();
  const Reply reply = dialogue.try_login(unknown_user, visit.target().password);
  require(reply.code != 230, "a right password for another name: 530", reply.shown());
}

// Replies with the name taken out.
std::string without(std::string text, const std::string& name) {
  for (std::size_t at; (at = text.find(name)) != std::string::npos;) text.replace(at, name.size(), "NAME");
  return text;
}

struct Attempt {
  std::string user_reply;
  std::string pass_reply;
  Clock::duration time{};
};

Attempt fail_to_log_in(const Visit& visit, const std::string& name) {
  Dialogue dialogue = visit.connect_protected();
  Attempt attempt;
  attempt.user_reply = without(dialogue.command("USER " + name).shown(), name);
  const auto begin = Clock::now();
  attempt.pass_reply = without(dialogue.command("PASS not-the-password").shown(), name);
  attempt.time = Clock::now() - begin;
  return attempt;
}

void oracle_by_text(Visit& visit) {
  need_passwords(visit);
  const Attempt known = fail_to_log_in(visit, visit.target().user);
  const Attempt unknown = fail_to_log_in(visit, unknown_user);
  require(known.user_reply == unknown.user_reply, "the same reply to USER for all names: " + known.user_reply,
          unknown.user_reply);
  require(known.pass_reply == unknown.pass_reply, "the same reply to PASS for all names: " + known.pass_reply,
          unknown.pass_reply);
}

void oracle_by_time(Visit& visit) {
  need_passwords(visit);
  std::vector<Clock::duration> known{fail_to_log_in(visit, visit.target().user).time};
  std::vector<Clock::duration> unknown{fail_to_log_in(visit, unknown_user).time};
  // Where the server waits for long, few are affordable at first.
  const std::size_t attempts = known[0] > 500ms || unknown[0] > 500ms ? 3 : visit.target().thorough ? 100 : 15;
  // An oracle is where every attempt for one is longer than every attempt for the other: by chance, that becomes less
  // and less likely with each. Beyond what a hash takes.
  const auto ms = [](Clock::duration time) { return std::chrono::duration<double, std::milli>(time).count(); };
  const auto middle = [&](const std::vector<Clock::duration>& times) { return ms(times[times.size() / 2]); };
  const auto apart = [&] {
    std::ranges::sort(known);
    std::ranges::sort(unknown);
    return (known.front() > unknown.back() || unknown.front() > known.back()) &&
           std::abs(middle(known) - middle(unknown)) > 2 + 0.1 * std::max(middle(known), middle(unknown));
  };
  while (known.size() < attempts || (apart() && known.size() < std::max<std::size_t>(attempts, 8))) {
    if (known.size() >= attempts && visit.has_little_time()) untried("each attempt takes too long to be sure");
    known.push_back(fail_to_log_in(visit, visit.target().user).time);
    unknown.push_back(fail_to_log_in(visit, unknown_user).time);
  }
  require(!apart(), fmt::format("the same time for all names: {:.1f} ms", middle(known)),
          fmt::format("{:.1f} ms for an unknown one", middle(unknown)));
}

void only_the_attacker_is_slowed(Visit& visit) {
  need_passwords(visit);
  std::vector<Dialogue> attackers;
  for (int i = 0; i < 6; ++i) {
    attackers.push_back(visit.connect_protected());
    attackers.back().send(fmt::format("USER {}\r\nPASS wrong", visit.target().user));
  }
  const auto begin = Clock::now();
  Dialogue victim = visit.connect_protected();
  const Reply reply = victim.try_login(visit.target().user, visit.target().password);
  const auto time = Clock::now() - begin;
  require(reply.code == 230, "230 to the right password beside wrong ones", reply.shown());
  require(time < 3s, "a login within 3 s beside those of an attacker",
          fmt::format("{:.1f} s", std::chrono::duration<double>(time).count()));
}

void wrong_passwords_are_delayed(Visit& visit) {
  need_passwords(visit);
  const auto time = fail_to_log_in(visit, visit.target().user).time;
  require(time > 500ms, "a delay before 530", fmt::format("{:.3f} s", std::chrono::duration<double>(time).count()));
}

void passwords_without_end(Visit& visit) {
  need_passwords(visit);
  constexpr int most = 10;
  Dialogue dialogue = visit.connect_protected();
  const auto end = Clock::now() + visit.target().budget / 2;
  for (int i = 0; i < most; ++i) {
    if (Clock::now() > end) untried("each attempt takes too long to count them");
    try {
      const Reply user = dialogue.command("USER " + visit.target().user);
      if (user.code == 421) return;
      const Reply pass = dialogue.command("PASS wrong");
      require(pass.code != 230, "530 to a wrong password", pass.shown());
      if (pass.code == 421) return;
    } catch (const user_pi::Closed&) {
      return;
    }
  }
  fail("421, or the end of the connection, behind some wrong passwords",
       fmt::format("{} attempts in one session", most));
}

void login_in_clear(Visit& visit) {
  Dialogue dialogue = visit.connect();
  const Reply user = dialogue.command("USER " + visit.target().user);
  if (user.code < 400) {
    if (visit.target().protect) untried("this server permits logins in clear");
    return;
  }
  const Reply pass = dialogue.command("PASS " + visit.target().password);
  require(pass.code >= 400, "no login in clear where USER was refused", pass.shown());
}

void login_of_another_session(Visit& visit) {
  Dialogue first = visit.login();
  Dialogue second = visit.connect_protected();
  const Reply reply = second.command("CWD /");
  require(reply.code >= 500, "no rights by the login of another session: 530", reply.shown());
}

void refused_user_keeps_no_login(Visit& visit) {
  Dialogue dialogue = visit.login();
  const Reply user = dialogue.command(std::string("USER ") + unknown_user);
  if (user.code >= 500) return;  // the server changes no user; the login stays as it was
  const Reply pass = dialogue.command("PASS wrong");
  require(pass.code >= 400, "530 to a wrong password", pass.shown());
  const Reply reply = dialogue.command("CWD /");
  require(reply.code >= 500, "no rights of the old login behind a failed new one", reply.shown());
}

}  // namespace

Group break_in_login_group() {
  static constexpr Check checks[] = {
      {"empty-password", "safety", "", Level::must, "an empty password does not log in", empty_password},
      {"empty-user", "safety", "", Level::must, "an empty name does not log in", empty_user},
      {"password-of-another-user", "safety", "", Level::must, "a password is for its own user",
       right_password_of_another},
      {"rights-of-another-session", "safety", "", Level::must, "a login is for its own session",
       login_of_another_session},
      {"login-kept-behind-a-failed-one", "safety", "", Level::must, "a failed USER and PASS leaves no rights",
       refused_user_keeps_no_login},
      {"user-name-oracle-by-text", "safety", "RFC 2577 7", Level::should, "replies do not tell which names exist",
       oracle_by_text},
      {"user-name-oracle-by-time", "safety", "RFC 2577 7", Level::should, "time does not tell which names exist",
       oracle_by_time},
      {"brute-force-slows-others", "safety", "RFC 2577 5", Level::should, "wrong passwords of one do not slow another",
       only_the_attacker_is_slowed},
      {"wrong-passwords-at-full-speed", "safety", "RFC 2577 5", Level::should, "a wrong password costs time",
       wrong_passwords_are_delayed},
      {"wrong-passwords-without-end", "safety", "RFC 2577 5", Level::should, "a session has a limit of wrong passwords",
       passwords_without_end},
      {"login-in-clear-where-tls-is-required", "safety", "RFC 4217 12", Level::must,
       "where USER needs TLS, PASS does too", login_in_clear},
  };
  return {"break-in-login", checks};
}

}  // namespace ferry::conform
