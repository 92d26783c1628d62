// TLS on control and data connections (RFC 4217, RFC 2228). These checks begin TLS themselves.
#include "conform/checks/groups_of_checks.hpp"
#include "conform/checks/helpers.hpp"
#include "conform/visit.hpp"
#include "user_pi/failure.hpp"

namespace ferry::conform {

namespace {

const user_pi::TlsClient& client(const Visit& visit) { return *visit.target().tls; }

// A session in clear whose server knows TLS.
Dialogue with_tls_to_come(Visit& visit) {
  Dialogue dialogue = visit.connect();
  if (!has_feature(dialogue, "AUTH TLS") && !has_feature(dialogue, "AUTH")) {
    Dialogue other = visit.connect();
    other.auth(client(visit));  // refused, where there is no TLS
  }
  return dialogue;
}

Dialogue under_tls(Visit& visit) {
  Dialogue dialogue = visit.connect();
  dialogue.auth(client(visit));
  return dialogue;
}

void auth_tls(Visit& visit) { under_tls(visit).insist("NOOP", {200, 530}); }

void feat_auth(Visit& visit) {
  Dialogue dialogue = under_tls(visit);
  const Reply reply = dialogue.insist("FEAT", {211});
  bool all = true;
  for (const char* const feature : {" auth", " pbsz", " prot"}) {
    bool there = false;
    for (const std::string& line : reply.lines) there = there || lower_case(line).starts_with(feature);
    all = all && there;
  }
  require(all, "lines for AUTH, PBSZ and PROT", reply.shown());
}

void auth_in_lower_case(Visit& visit) {
  with_tls_to_come(visit);
  Dialogue dialogue = visit.connect();
  dialogue.insist("AUTH tls", {234});
}

void unknown_mechanism(Visit& visit) {
  Dialogue dialogue = with_tls_to_come(visit);
  dialogue.insist("AUTH X-NOTHING", {504});
  dialogue.insist("NOOP", {200, 530});
}

void auth_without_mechanism(Visit& visit) {
  Dialogue dialogue = with_tls_to_come(visit);
  dialogue.insist("AUTH", {501, 500, 504});
}

void tls_c(Visit& visit) {
  with_tls_to_come(visit);
  Dialogue dialogue = visit.connect();
  const Reply reply = dialogue.insist("AUTH TLS-C", {234, 504});
  if (reply.code == 504) fail("AUTH TLS-C: 234", reply.shown());
}

void pbsz_before_auth(Visit& visit) { with_tls_to_come(visit).insist("PBSZ 0", {5}); }
void prot_before_auth(Visit& visit) { with_tls_to_come(visit).insist("PROT P", {5}); }
void prot_before_pbsz(Visit& visit) { under_tls(visit).insist("PROT P", {5}); }

void pbsz_is_zero(Visit& visit) {
  Dialogue dialogue = under_tls(visit);
  dialogue.insist("PBSZ 0", {200});
}

void pbsz_is_a_number(Visit& visit) {
  Dialogue dialogue = under_tls(visit);
  dialogue.insist("PBSZ x", {501});
}

void prot_levels(Visit& visit) {
  Dialogue dialogue = under_tls(visit);
  dialogue.need("PBSZ 0", {200});
  dialogue.insist("PROT P", {200});
  dialogue.insist("PROT C", {200, 534});
}

void prot_s_and_e(Visit& visit) {
  Dialogue dialogue = under_tls(visit);
  dialogue.need("PBSZ 0", {200});
  dialogue.insist("PROT S", {5});
  dialogue.insist("PROT E", {5});
  dialogue.insist("PROT X", {5});
}

void login_with_tls(Visit& visit) {
  Dialogue dialogue = visit.login_under_tls();
  dialogue.insist("PWD", {257});
}

void protected_transfer(Visit& visit) {
  Dialogue dialogue = visit.login_under_tls();
  const std::string content = content_of(300'001);
  const std::string name = visit.stored(dialogue, "protected", content);
  require_same_content(content, dialogue.download("RETR " + name), "RETR under PROT P");
}

void active_transfer(Visit& visit) {
  Dialogue dialogue = visit.login_under_tls();
  const std::string name = visit.stored(dialogue, "protected", "content");
  Listener listener = dialogue.listener();
  dialogue.need(listener.eprt(), {200});
  dialogue.begin("RETR " + name, Otherwise::untried);
  {
    user_pi::Connection data = listener.accept(dialogue.deadline());
    dialogue.secure(data);  // as the TLS client, whoever has connected
    require_same_content("content", dialogue.read_all(data), "RETR under PROT P in active mode");
  }
  dialogue.complete();
}

void clear_after_prot_c(Visit& visit) {
  Dialogue dialogue = visit.login_under_tls();
  const std::string name = visit.stored(dialogue, "clear", "content");
  const Reply reply = dialogue.insist("PROT C", {200, 534});
  if (reply.code == 534) refused("PROT C: 200", reply.shown());
  dialogue.data_in_clear();
  user_pi::Connection data = dialogue.passive();
  const Reply begin = dialogue.command("RETR " + name);
  if (begin.code >= 500) refused("a transfer under PROT C", begin.shown());
  require_same_content("content", dialogue.read_all(data), "RETR under PROT C");
}

void prot_starts_as_clear(Visit& visit) {
  Dialogue dialogue = under_tls(visit);
  const Reply login = dialogue.try_login(visit.target().user, visit.target().password);
  if (login.code != 230) untried("login: " + login.shown());
  user_pi::Connection data = dialogue.passive();
  const Reply reply = dialogue.insist("LIST", {150, 125, 521, 522, 534, 425, 530});
  if (reply.code >= 400) refused("a transfer without PROT, in clear", reply.shown());
  dialogue.read_all(data);
  dialogue.complete();
}

void clear_data_under_prot_p(Visit& visit) {
  Dialogue dialogue = visit.login_under_tls();
  const std::string name = visit.file("clear");
  dialogue.data_in_clear();
  dialogue.begin_upload("STOR " + name, "in clear, where TLS should be").cut();
  try {
    const Reply reply = dialogue.reply();
    require(reply.code >= 400, "octets in clear under PROT P: 522 or another failure", reply.shown());
  } catch (const user_pi::TimedOut&) {
    throw;
  } catch (const user_pi::Failure&) {
    // The end of the session is another way to refuse them.
  }
}

void auth_voids_the_login(Visit& visit) {
  Dialogue dialogue = visit.connect();
  const Reply login = dialogue.try_login(visit.target().user, visit.target().password);
  if (login.code != 230) untried("login in clear: " + login.shown());
  const Reply reply = dialogue.command("AUTH TLS");
  if (reply.code == 503 || reply.code == 534 || reply.is_refusal())
    refused("AUTH TLS behind a login: 234", reply.shown());
  require(reply.code == 234, "AUTH TLS behind a login: 234", reply.shown());
  user_pi::TlsClient::Session none;
  dialogue.control().set_deadline(dialogue.deadline());
  dialogue.control().start_tls(client(visit), &none, false);
  const Reply after = dialogue.command("CWD /");
  require(after.code == 530 || after.code == 503, "CWD behind AUTH: 530, as the login is void", after.shown());
}

// A client that does not excuse an end without close_notify.
user_pi::TlsClient strict_client() {
  user_pi::TlsClient strict;
  SSL_CTX_clear_options(strict.context(), SSL_OP_IGNORE_UNEXPECTED_EOF);
  return strict;
}

void quit_with_close_notify(Visit& visit) {
  const user_pi::TlsClient strict = strict_client();
  Dialogue dialogue = visit.connect();
  dialogue.auth(strict);
  dialogue.need("QUIT", {221});
  std::byte rest[64];
  dialogue.control().set_deadline(dialogue.deadline());
  try {
    while (dialogue.control().read(rest) > 0) {
    }
  } catch (const user_pi::Failure& failure) {
    fail("close_notify behind 221", failure.what());
  }
}

void data_ends_with_close_notify(Visit& visit) {
  const user_pi::TlsClient strict = strict_client();
  Dialogue dialogue = visit.connect();
  dialogue.auth(strict);
  visit.enter(dialogue);
  dialogue.need("TYPE I", {200});
  const std::string name = visit.stored(dialogue, "ended", "content");
  user_pi::Connection data = dialogue.passive();
  dialogue.begin("RETR " + name, Otherwise::untried);
  dialogue.secure(data);
  try {
    require_same_content("content", dialogue.read_all(data), "RETR under PROT P");
  } catch (const user_pi::Failure& failure) {
    fail("close_notify at the end of the data", failure.what());
  }
}

void data_resumes_the_session(Visit& visit) {
  Dialogue dialogue = visit.login_under_tls();
  {
    user_pi::Connection data = dialogue.passive();
    dialogue.begin("LIST", Otherwise::untried);
    dialogue.secure(data);
    require(data.resumed(), "a data connection that resumes the TLS session of its control connection",
            "a full handshake");
    dialogue.read_all(data);
  }
  dialogue.complete();
}

void ccc(Visit& visit) {
  Dialogue dialogue = visit.login_under_tls();
  const Reply reply = dialogue.command("CCC");
  if (reply.code == 534 || reply.code == 533 || reply.is_refusal()) refused("CCC: 200", reply.shown());
  require(reply.code == 200, "CCC: 200", reply.shown());
  dialogue.control().set_deadline(dialogue.deadline());
  dialogue.control().end_tls();
  dialogue.insist("PWD", {257});
}

void ccc_in_clear(Visit& visit) {
  Dialogue dialogue = with_tls_to_come(visit);
  const Reply reply = dialogue.command("CCC");
  require(reply.code >= 500, "CCC in clear: 533", reply.shown());
}

void rein_under_tls(Visit& visit) {
  Dialogue dialogue = visit.login_under_tls();
  dialogue.want("REIN", {2});
  dialogue.control().set_deadline(dialogue.deadline());
  dialogue.control().end_tls();
  const Reply reply = dialogue.command("CWD /");
  require(reply.code == 530 || reply.code == 503, "CWD in clear behind REIN: 530", reply.shown());
}

void with_version(Visit& visit, int version) {
  user_pi::TlsClient only;
  SSL_CTX_set_min_proto_version(only.context(), version);
  SSL_CTX_set_max_proto_version(only.context(), version);
  Dialogue dialogue = visit.connect();
  dialogue.auth(only);
  dialogue.insist("NOOP", {200, 530});
}

void tls_1_2(Visit& visit) { with_version(visit, TLS1_2_VERSION); }
void tls_1_3(Visit& visit) { with_version(visit, TLS1_3_VERSION); }

void many_protected_transfers(Visit& visit) {
  Dialogue dialogue = visit.login_under_tls();
  for (int i = 0; i < 20; ++i) dialogue.download("LIST", Otherwise::failed);
}

void unsupported_protection(Visit& visit) {
  Dialogue dialogue = with_tls_to_come(visit);
  for (const char* const line : {"MIC abcd", "CONF abcd", "ENC abcd"}) {
    const Reply reply = dialogue.command(line);
    require(reply.code == 503 || reply.code == 533 || reply.code == 537 || reply.is_refusal() || reply.code == 530,
            std::string(line) + " without its mechanism: 503 or 537", reply.shown());
  }
}

}  // namespace

Group tls_group() {
  static constexpr Check checks[] = {
      {"auth-tls-is-234", "RFC 4217", "4.1", Level::must, "AUTH TLS begins TLS", auth_tls},
      {"feat-lists-auth-pbsz-and-prot", "RFC 4217", "6", Level::must, "AUTH, PBSZ and PROT are in FEAT", feat_auth},
      {"mechanisms-in-any-case", "RFC 2228", "3", Level::must, "AUTH tls is AUTH TLS", auth_in_lower_case},
      {"auth-tls-c-is-auth-tls", "RFC 4217", "17", Level::should, "AUTH TLS-C is a synonym", tls_c},
      {"unknown-mechanism-is-504", "RFC 2228", "3", Level::should, "AUTH of an unknown mechanism", unknown_mechanism},
      {"auth-needs-a-mechanism", "RFC 2228", "3", Level::must, "AUTH without argument is refused",
       auth_without_mechanism},
      {"pbsz-before-auth-is-refused", "RFC 2228", "3", Level::must, "PBSZ has to follow AUTH", pbsz_before_auth},
      {"prot-before-auth-is-refused", "RFC 2228", "3", Level::must, "PROT in clear is refused", prot_before_auth},
      {"prot-before-pbsz-is-refused", "RFC 4217", "9", Level::must, "PROT has to follow PBSZ", prot_before_pbsz},
      {"pbsz-0-is-200", "RFC 4217", "9", Level::must, "PBSZ 0 is accepted", pbsz_is_zero},
      {"pbsz-of-no-number-is-501", "RFC 2228", "3", Level::must, "PBSZ x is a syntax error", pbsz_is_a_number},
      {"prot-p-and-c-are-known", "RFC 4217", "9", Level::must, "PROT P and PROT C", prot_levels},
      {"prot-s-and-e-are-refused", "RFC 4217", "9", Level::must, "PROT S and PROT E are refused", prot_s_and_e},
      {"login-under-tls", "RFC 4217", "5", Level::must, "USER and PASS under TLS", login_with_tls},
      {"protected-transfer", "RFC 4217", "7", Level::must, "STOR and RETR under PROT P", protected_transfer},
      {"server-is-tls-server-in-active-mode", "RFC 4217", "7", Level::must,
       "the server is the TLS server whoever connects", active_transfer},
      {"twenty-protected-transfers", "RFC 4217", "7", Level::must, "one session, many protected data connections",
       many_protected_transfers},
      {"prot-starts-as-clear", "RFC 4217", "9", Level::must, "without PROT, data is in clear", prot_starts_as_clear},
      {"prot-c-brings-clear-data-back", "RFC 4217", "9", Level::must, "data is in clear behind PROT C",
       clear_after_prot_c},
      {"clear-data-under-prot-p-fails", "RFC 4217", "7", Level::must, "under PROT P, octets in clear are no file",
       clear_data_under_prot_p},
      {"auth-voids-the-login", "RFC 4217", "4.2", Level::must, "AUTH ends the login that was in clear",
       auth_voids_the_login},
      {"data-resumes-the-control-session", "RFC 4217", "10.2", Level::may,
       "data connections may resume the TLS session", data_resumes_the_session},
      {"quit-ends-with-close-notify", "RFC 4217", "12.3", Level::should, "TLS is ended in order behind 221",
       quit_with_close_notify},
      {"data-ends-with-close-notify", "RFC 4217", "7", Level::should, "TLS is ended in order behind the data",
       data_ends_with_close_notify},
      {"ccc-goes-on-in-clear", "RFC 4217", "12.3", Level::may, "CCC ends TLS on the control connection", ccc},
      {"ccc-in-clear-is-refused", "RFC 2228", "3", Level::must, "CCC without TLS is refused", ccc_in_clear},
      {"rein-under-tls", "RFC 4217", "11", Level::must, "REIN under TLS ends TLS and the login", rein_under_tls},
      {"mic-conf-and-enc-are-refused", "RFC 2228", "4", Level::must, "commands of other mechanisms are refused",
       unsupported_protection},
      {"tls-1.2-works", "RFC 9325", "3.1.1", Level::must, "TLS 1.2 is spoken", tls_1_2},
      {"tls-1.3-works", "RFC 9325", "3.1.1", Level::should, "TLS 1.3 is spoken", tls_1_3},
  };
  return {"tls", checks};
}

}  // namespace ferry::conform
