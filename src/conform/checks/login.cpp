// Logging in and out (RFC 959 §4.1.1 and §5.4).
#include "conform/checks/groups_of_checks.hpp"
#include "conform/checks/helpers.hpp"
#include "conform/visit.hpp"

namespace ferry::conform {

namespace {

void user_and_pass(Visit& visit) {
  Dialogue dialogue = visit.connect_protected();
  const Reply user = dialogue.insist("USER " + visit.target().user, {230, 331, 332, 232});
  if (user.code == 331) dialogue.insist("PASS " + visit.target().password, {230, 202, 332});
}

void pass_without_user(Visit& visit) {
  visit.connect_protected().insist("PASS " + visit.target().password, {503, 530});
}

void wrong_password(Visit& visit) {
  if (visit.is_anonymous()) untried("an anonymous user has no wrong password");
  Dialogue dialogue = visit.connect_protected();
  dialogue.need("USER " + visit.target().user, {331});
  dialogue.insist("PASS " + visit.target().password + "x", {530});
  dialogue.insist("CWD /", {5, 421});
}

void login_after_a_wrong_password(Visit& visit) {
  if (visit.is_anonymous()) untried("an anonymous user has no wrong password");
  Dialogue dialogue = visit.connect_protected();
  dialogue.need("USER " + visit.target().user, {331});
  dialogue.need("PASS " + visit.target().password + "x", {530});
  const Reply answer = dialogue.try_login(visit.target().user, visit.target().password);
  require(answer.code == 230, "230 to the right password", answer.shown());
}

void commands_before_login(Visit& visit) {
  Dialogue dialogue = visit.connect_protected();
  for (const char* const line : {"CWD /", "DELE x", "RETR x", "STOR x", "LIST", "PASV", "MKD x", "RNFR x"}) {
    const Reply reply = dialogue.command(line);
    require(reply.code == 530 || reply.code == 532 || reply.code == 503, std::string(line) + " before the login: 530",
            reply.shown());
  }
}

void acct_is_known(Visit& visit) {
  const Reply reply = visit.login().command("ACCT nobody");
  require(!reply.is_refusal(), "ACCT: 230, 202, 503 or 530", reply.shown());
}

void rein_logs_out(Visit& visit) {
  Dialogue dialogue = visit.login();
  if (visit.target().protect) untried("shown by rein-under-tls");
  dialogue.want("REIN", {2});
  dialogue.insist("CWD /", {530, 532, 503});
  visit.enter(dialogue);
  dialogue.insist("PWD", {257});
}

void rein_resets_the_type(Visit& visit) {
  Dialogue dialogue = visit.login();
  if (visit.target().protect) untried("shown by rein-under-tls");
  const std::string name = visit.stored(dialogue, "lines", "a\nb\n");
  dialogue.want("REIN", {2});
  visit.enter(dialogue);  // TYPE A now, as at the beginning
  require_same_content("a\r\nb\r\n", dialogue.download("RETR " + name), "RETR under the default type");
}

void new_user_ends_the_login(Visit& visit) {
  Dialogue dialogue = visit.login();
  const Reply user = dialogue.command("USER nobody-of-this-name");
  if (user.code >= 500 && user.code < 600) refused("USER after a login: 331", user.shown());
  require(user.code == 331 || user.code == 332, "USER after a login: 331", user.shown());
  const Reply reply = dialogue.command("CWD /");
  require(reply.code >= 500, "CWD behind a new USER: 530", reply.shown());
}

void user_needs_a_name(Visit& visit) { visit.connect_protected().insist("USER", {500, 501, 530, 503}); }

void login_twice_in_one_run(Visit& visit) {
  Dialogue first = visit.login();
  Dialogue second = visit.login();
  first.insist("NOOP", {200});
  second.insist("PWD", {257});
  first.insist("PWD", {257});
}

}  // namespace

Group login_group() {
  static constexpr Check checks[] = {
      {"user-and-pass-log-in", "RFC 959", "5.4", Level::must, "USER is answered with 331 or 230, PASS with 230",
       user_and_pass},
      {"pass-without-user-is-503", "RFC 959", "5.4", Level::must, "PASS has to follow USER", pass_without_user},
      {"wrong-password-is-530", "RFC 959", "5.4", Level::must, "a wrong password does not log in", wrong_password},
      {"login-after-a-wrong-password", "practice", "", Level::should, "one wrong password may be put right",
       login_after_a_wrong_password},
      {"commands-before-login-are-530", "RFC 959", "5.4", Level::must, "files need a login", commands_before_login},
      {"acct-is-known", "RFC 1123", "4.1.2.13", Level::must, "ACCT is not an unknown command", acct_is_known},
      {"rein-logs-out", "RFC 959", "4.1.1", Level::may, "REIN ends the login, and another may follow", rein_logs_out},
      {"rein-resets-the-parameters", "RFC 959", "4.1.1", Level::may, "REIN sets the type back to ASCII",
       rein_resets_the_type},
      {"new-user-ends-the-login", "RFC 959", "4.1.1", Level::may, "USER after a login ends that",
       new_user_ends_the_login},
      {"user-needs-a-name", "RFC 959", "5.3", Level::must, "USER without a name is refused", user_needs_a_name},
      {"two-sessions-at-once", "practice", "", Level::should, "one user may have two sessions", login_twice_in_one_run},
  };
  return {"login", checks};
}

}  // namespace ferry::conform
