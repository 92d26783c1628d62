// Commands while a transfer runs, and its early end (RFC 959 §4.1.3, RFC 1123 §4.1.3.3).
//
// The transfers here are of a file that fits into no buffer, and are not read before the command has been sent.
#include <fmt/format.h>

#include "conform/checks/groups_of_checks.hpp"
#include "conform/visit.hpp"

namespace ferry::conform {

namespace {

user_pi::Connection stalled_download(Visit& visit, Dialogue& dialogue) {
  const std::string name = visit.large(dialogue);
  user_pi::Connection data = dialogue.passive();
  dialogue.begin("RETR " + name, Otherwise::untried);
  dialogue.secure(data);
  return data;
}

// Takes the replies of an aborted transfer: 426 or 226 for the transfer, then 225 or 226 for ABOR.
void expect_abort(Dialogue& dialogue) {
  const Reply first = dialogue.expect({226, 225, 426, 450, 451}, "ABOR during a transfer");
  if (first.code >= 400) dialogue.expect({225, 226}, "ABOR behind the end of the transfer");
  // "226 for a finished transfer, 226 for ABOR" and "226 for both" cannot be told apart but by what comes next.
  const Reply next = dialogue.command("NOOP");
  if (first.code < 400 && (next.code == 225 || next.code == 226)) {
    dialogue.expect({200}, "NOOP behind ABOR");
    return;
  }
  require(next.code == 200, "200 to the NOOP behind ABOR", next.shown());
}

void abor_without_a_transfer(Visit& visit) { visit.login().want("ABOR", {225, 226}); }

void abor_ends_a_download(Visit& visit) {
  Dialogue dialogue = visit.login();
  {
    const user_pi::Connection data = stalled_download(visit, dialogue);
    dialogue.send("ABOR");
    expect_abort(dialogue);
  }
  dialogue.download("LIST", Otherwise::failed);
}

void abor_as_a_synch(Visit& visit) {
  Dialogue dialogue = visit.login();
  if (dialogue.is_protected()) untried("urgent data is for sessions in clear (RFC 4217 section 14.1)");
  {
    const user_pi::Connection data = stalled_download(visit, dialogue);
    dialogue.send_raw("\xff\xf4");
    dialogue.send_urgent("\xff");
    dialogue.send_raw(
        "\xf2"
        "ABOR\r\n");
    expect_abort(dialogue);
  }
  dialogue.download("LIST", Otherwise::failed);
}

void abor_ends_an_upload(Visit& visit) {
  Dialogue dialogue = visit.login();
  const std::string name = visit.file("aborted");
  {
    const user_pi::Connection data = dialogue.begin_upload("STOR " + name, "some octets");
    dialogue.send("ABOR");
    expect_abort(dialogue);
  }
  dialogue.download("LIST", Otherwise::failed);
}

void abor_ends_a_wait(Visit& visit) {
  Dialogue dialogue = visit.login();
  const Listener nobody = dialogue.listener();
  if (dialogue.command("EPSV").code != 229) dialogue.need("PASV", {227});
  dialogue.send("LIST");
  dialogue.send("ABOR");
  // Nobody connects: whether LIST was answered before ABOR came is chance.
  Reply reply = dialogue.reply();
  if (reply.code < 200) reply = dialogue.reply();
  if (reply.code >= 400) reply = dialogue.reply();
  require(reply.code == 225 || reply.code == 226, "ABOR while a data connection is awaited: 226", reply.shown());
  dialogue.insist("NOOP", {200});
}

// Both replies come, in whichever order; the one to the command at once, or when the transfer has ended.
void answered_during_a_transfer(Visit& visit, const char* line, const Codes& codes, bool at_once) {
  Dialogue dialogue = visit.login();
  bool answered = false;
  {
    user_pi::Connection data = stalled_download(visit, dialogue);
    dialogue.send(line);
    if (at_once) {
      using namespace std::chrono_literals;
      if (!dialogue.speaks_within(1s))
        refused(std::string(line) + " during a transfer: a reply", "nothing before its end");
      dialogue.expect(codes, line);
      answered = true;
    }
    dialogue.read_all(data);
  }
  for (int i = answered ? 1 : 0; i < 2; ++i) {
    const Reply reply = dialogue.reply();
    if (reply.code != 226 && reply.code != 250)
      require(codes.contain(reply.code), fmt::format("{} during a transfer: {}", line, codes.shown()), reply.shown());
  }
  dialogue.insist("NOOP", {200});
}

void stat_during_a_transfer(Visit& visit) { answered_during_a_transfer(visit, "STAT", {211}, false); }
void noop_during_a_transfer(Visit& visit) { answered_during_a_transfer(visit, "NOOP", {200}, false); }
void stat_at_once(Visit& visit) { answered_during_a_transfer(visit, "STAT", {211}, true); }

void quit_lets_a_transfer_finish(Visit& visit) {
  Dialogue dialogue = visit.login();
  std::string content;
  {
    user_pi::Connection data = stalled_download(visit, dialogue);
    dialogue.send("QUIT");
    content = dialogue.read_all(data);
  }
  require(content.size() == Visit::large_size, fmt::format("all {} octets", Visit::large_size),
          fmt::format("{} octets", content.size()));
  dialogue.expect({226, 250, 221}, "the end of the transfer behind QUIT");
  require(dialogue.closes(), "the end of the connection", "an open connection");
}

void second_retr_waits(Visit& visit) {
  Dialogue dialogue = visit.login();
  std::string content;
  {
    user_pi::Connection data = stalled_download(visit, dialogue);
    dialogue.send("EPSV");
    dialogue.send("NLST");
    content = dialogue.read_all(data);
  }
  require(content.size() == Visit::large_size, fmt::format("all {} octets", Visit::large_size),
          fmt::format("{} octets", content.size()));
}

void upload_that_is_reset(Visit& visit) {
  Dialogue dialogue = visit.login();
  const std::string name = visit.file("reset");
  dialogue.begin_upload("STOR " + name, "half of a file").reset();
  const Reply reply = dialogue.reply();
  require(reply.code >= 400, "an upload that ends with RST: 426 or 451", reply.shown());
}

void download_that_is_left(Visit& visit) {
  Dialogue dialogue = visit.login();
  stalled_download(visit, dialogue).reset();
  const Reply reply = dialogue.reply();
  require(reply.code >= 400, "a download that the client leaves: 426", reply.shown());
  dialogue.download("LIST", Otherwise::failed);
}

}  // namespace

Group during_transfer_group() {
  static constexpr Check checks[] = {
      {"abor-without-a-transfer", "RFC 959", "4.1.3", Level::should, "ABOR without a transfer is 226 or 225",
       abor_without_a_transfer},
      {"abor-ends-a-download", "RFC 959", "4.1.3", Level::must, "ABOR ends a download that stands still",
       abor_ends_a_download},
      {"abor-ends-a-download-as-a-synch", "RFC 959", "4.1.3", Level::should,
       "the same with Telnet IP and Synch before it", abor_as_a_synch},
      {"abor-ends-an-upload", "RFC 959", "4.1.3", Level::must, "ABOR ends an upload", abor_ends_an_upload},
      {"abor-ends-a-wait-for-the-data-connection", "RFC 959", "4.1.3", Level::should,
       "ABOR ends a transfer to which nobody has connected", abor_ends_a_wait},
      {"stat-during-a-transfer", "RFC 1123", "4.1.3.3", Level::must, "STAT during a transfer is answered, if late",
       stat_during_a_transfer},
      {"stat-during-a-transfer-at-once", "RFC 1123", "4.1.3.3", Level::may,
       "STAT during a transfer is answered at once", stat_at_once},
      {"noop-during-a-transfer", "practice", "", Level::should, "NOOP during a transfer is answered, if late",
       noop_during_a_transfer},
      {"quit-lets-a-transfer-finish", "RFC 959", "4.1.1", Level::must, "QUIT does not cut a transfer",
       quit_lets_a_transfer_finish},
      {"second-transfer-does-not-cut-the-first", "practice", "", Level::should,
       "commands for the next transfer wait for the end of this one", second_retr_waits},
      {"reset-upload-is-not-226", "RFC 959", "5.4", Level::must, "an upload that ends with RST is no complete one",
       upload_that_is_reset},
      {"left-download-is-not-226", "RFC 959", "5.4", Level::must,
       "a download that the client leaves is no complete one", download_that_is_left},
  };
  return {"during-transfer", checks};
}

}  // namespace ferry::conform
