// The control connection: lines, replies, Telnet, and the commands that only talk (RFC 959 §4, RFC 1123 §4.1.2).
#include "conform/checks/groups_of_checks.hpp"
#include "conform/checks/helpers.hpp"
#include "conform/visit.hpp"

namespace ferry::conform {

namespace {

using namespace std::chrono_literals;

constexpr auto one_packet = 50ms;

void replies_end_with_crlf(Visit& visit) {
  Dialogue dialogue = visit.login();
  for (const char* const line : {"NOOP", "SYST", "PWD", "HELP", "STAT", "FEAT"}) {
    const Reply reply = dialogue.command(line);
    require(reply.ends_with_crlf, std::string(line) + ": lines that end with CR LF", "a line that ends with LF alone");
  }
}

void one_reply_for_each_command(Visit& visit) {
  Dialogue dialogue = visit.login();
  for (const char* const line : {"HELP", "STAT", "FEAT", "SITE HELP", "HELP SITE", "STAT .", "SYST"}) {
    const Reply reply = dialogue.command(line);
    const Reply next = dialogue.command("NOOP");
    require(next.code == 200, std::string("200 to the NOOP behind ") + line, next.shown());
    require(!dialogue.speaks_within(one_packet), std::string("nothing more behind ") + line, "another line");
    static_cast<void>(reply);
  }
}

void noop_is_200(Visit& visit) { visit.login().insist("NOOP", {200}); }

void verbs_in_any_case(Visit& visit) {
  Dialogue dialogue = visit.login();
  dialogue.insist("noop", {200});
  dialogue.insist("NoOp", {200});
  dialogue.insist("sYsT", {215});
}

void unknown_command(Visit& visit) {
  Dialogue dialogue = visit.login();
  dialogue.insist("XYZZ", {500, 502});
  dialogue.insist("ABRACADABRA file", {500, 502});
  dialogue.insist("NOOP", {200});
}

void command_in_pieces(Visit& visit) {
  Dialogue dialogue = visit.login();
  for (const char* const piece : {"NO", "OP", "\r"}) {
    dialogue.send_raw(piece);
    require(!dialogue.speaks_within(one_packet), "no reply before the line has ended", "a reply");
  }
  dialogue.send_raw("\n");
  dialogue.expect({200}, "NOOP in four pieces");
}

void commands_in_one_packet(Visit& visit) {
  Dialogue dialogue = visit.login();
  dialogue.send_raw("NOOP\r\nSYST\r\nPWD\r\n");
  dialogue.expect({200}, "NOOP, the first of three in one packet");
  dialogue.expect({215}, "SYST, the second of three in one packet");
  dialogue.expect({257}, "PWD, the third of three in one packet");
}

void telnet_commands_are_ignored(Visit& visit) {
  Dialogue dialogue = visit.login();
  dialogue.send_raw("\xff\xf4\xff\xf2NOOP\r\n");  // IP, Data Mark
  dialogue.expect({200}, "NOOP behind Telnet IP and DM");
}

void telnet_options_are_refused(Visit& visit) {
  Dialogue dialogue = visit.connect();
  dialogue.send_raw("\xff\xfd\x06");  // DO TIMING-MARK
  std::byte answer[3] = {};
  std::size_t got = 0;
  dialogue.control().set_deadline(dialogue.deadline());
  if (!dialogue.control().readable_within(2s)) fail("IAC WONT TIMING-MARK", "nothing");
  while (got < sizeof answer) {
    const std::size_t n = dialogue.control().read(std::span(answer).subspan(got));
    if (n == 0) fail("IAC WONT TIMING-MARK", "the end of the connection");
    got += n;
  }
  const std::string_view came(reinterpret_cast<const char*>(answer), sizeof answer);
  require(came == "\xff\xfc\x06", "IAC WONT TIMING-MARK (ff fc 06)", printable(came));
  dialogue.insist("NOOP", {200, 530});
}

void bare_lf_ends_a_line(Visit& visit) {
  Dialogue dialogue = visit.login();
  dialogue.send_raw("NOOP\n");
  if (!dialogue.speaks_within(2s)) refused("200 to NOOP with LF alone", "nothing");
  dialogue.expect({200}, "NOOP with LF alone", Otherwise::refusing);
}

void quit_closes(Visit& visit) {
  Dialogue dialogue = visit.login();
  dialogue.insist("QUIT", {221});
  require(dialogue.closes(), "the end of the connection behind 221", "an open connection");
}

void quit_before_login(Visit& visit) {
  Dialogue dialogue = visit.connect();
  dialogue.insist("QUIT", {221});
  require(dialogue.closes(), "the end of the connection behind 221", "an open connection");
}

void syst_is_215(Visit& visit) {
  const Reply reply = visit.login().insist("SYST", {215});
  require(matches(reply.text(), "[A-Za-z][!-~]*( .*)?"), "215 and the name of a system", reply.shown());
}

void help_is_214(Visit& visit) { visit.login().insist("HELP", {211, 214}); }

void help_of_a_command(Visit& visit) { visit.login().want("HELP RETR", {211, 214}); }

void help_before_login(Visit& visit) {
  const Reply reply = visit.connect().command("HELP");
  if (reply.code == 530) refused("HELP before the login: 214", reply.shown());
  require(reply.code == 211 || reply.code == 214, "HELP before the login: 211 or 214", reply.shown());
}

void stat_is_211(Visit& visit) { visit.login().insist("STAT", {211}); }

void unknown_site_command(Visit& visit) {
  Dialogue dialogue = visit.login();
  dialogue.insist("SITE XYZZY", {500, 501, 502, 504, 550});
}

void missing_argument(Visit& visit) {
  Dialogue dialogue = visit.login();
  for (const char* const line : {"DELE", "MKD", "RNFR", "TYPE", "PORT"}) dialogue.insist(line, {5});
}

void empty_line(Visit& visit) {
  Dialogue dialogue = visit.login();
  dialogue.send_raw("\r\n");
  // Some answer it with 500, and some take it for nothing.
  if (dialogue.speaks_within(500ms)) dialogue.expect({500, 501, 502}, "an empty line");
  dialogue.insist("NOOP", {200});
}

}  // namespace

Group control_group() {
  static constexpr Check checks[] = {
      {"replies-end-with-crlf", "RFC 959", "4.2", Level::must, "every line of a reply ends with CR LF",
       replies_end_with_crlf},
      {"one-reply-for-each-command", "RFC 959", "4.2", Level::must, "replies of several lines end as their code says",
       one_reply_for_each_command},
      {"noop-is-200", "RFC 1123", "4.1.2.13", Level::must, "NOOP is answered with 200", noop_is_200},
      {"verbs-in-any-case", "RFC 959", "5.3", Level::must, "verbs are understood in upper and lower case",
       verbs_in_any_case},
      {"unknown-command-is-500", "RFC 959", "4.2", Level::must, "an unknown command is answered with 500 or 502",
       unknown_command},
      {"missing-argument-is-refused", "RFC 959", "5.4", Level::must, "a command without its argument is refused",
       missing_argument},
      {"command-in-pieces", "RFC 1123", "4.1.2.10", Level::must, "a command may come in several packets",
       command_in_pieces},
      {"commands-in-one-packet", "RFC 1123", "4.1.2.10", Level::must, "several commands may come in one packet",
       commands_in_one_packet},
      {"telnet-commands-are-ignored", "RFC 1123", "3.2.3", Level::must, "Telnet commands before a command do no harm",
       telnet_commands_are_ignored},
      {"telnet-options-are-refused", "RFC 1123", "4.1.2.12", Level::must,
       "Telnet options are refused with WONT and DONT", telnet_options_are_refused},
      {"bare-lf-ends-a-line", "practice", "", Level::may, "LF alone ends a command, too", bare_lf_ends_a_line},
      {"empty-line-does-no-harm", "practice", "", Level::should, "an empty line does no harm", empty_line},
      {"quit-is-221-and-closes", "RFC 959", "4.1.1", Level::must, "QUIT is answered with 221, and the connection ends",
       quit_closes},
      {"quit-before-login", "RFC 959", "6", Level::must, "QUIT needs no login", quit_before_login},
      {"syst-is-215", "RFC 959", "4.1.3", Level::must, "SYST names the system", syst_is_215},
      {"help-is-214", "RFC 1123", "4.1.2.13", Level::must, "HELP is answered with 214 or 211", help_is_214},
      {"help-of-a-command", "RFC 959", "4.1.3", Level::should, "HELP knows a command", help_of_a_command},
      {"help-before-login", "RFC 959", "4.1.3", Level::may, "HELP needs no login", help_before_login},
      {"stat-is-211", "RFC 1123", "4.1.2.13", Level::must, "STAT without argument tells the server's state",
       stat_is_211},
      {"unknown-site-command-is-refused", "RFC 959", "5.4", Level::must, "an unknown SITE command is refused",
       unknown_site_command},
  };
  return {"control", checks};
}

}  // namespace ferry::conform
