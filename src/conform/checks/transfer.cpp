// RETR, STOR, APPE and STOU (RFC 959 §3.1, §4.1.3, RFC 1123 §4.1.2.9).
#include "conform/checks/groups_of_checks.hpp"
#include "conform/checks/helpers.hpp"
#include "conform/visit.hpp"

namespace ferry::conform {

namespace {

constexpr std::size_t several_buffers = 300'001;

void binary_round_trip(Visit& visit) {
  Dialogue dialogue = visit.login();
  const std::string content = content_of(several_buffers);
  const std::string name = visit.stored(dialogue, "binary", content);
  require_same_content(content, dialogue.download("RETR " + name, Otherwise::failed), "RETR of what was stored");
}

void active_round_trip(Visit& visit) {
  Dialogue dialogue = visit.login();
  const std::string content = content_of(several_buffers);
  const std::string name = visit.file("active");
  for (const bool up : {true, false}) {
    Listener listener = dialogue.listener();
    dialogue.need(listener.eprt(), {200});
    dialogue.begin((up ? "STOR " : "RETR ") + name, Otherwise::untried);
    {
      user_pi::Connection data = listener.accept(dialogue.deadline());
      dialogue.secure(data);
      if (up) {
        dialogue.write_all(data, content);
        dialogue.finish(data);
      } else {
        require_same_content(content, dialogue.read_all(data), "RETR in active mode");
      }
    }
    dialogue.complete();
  }
}

void empty_file(Visit& visit) {
  Dialogue dialogue = visit.login();
  const std::string name = visit.stored(dialogue, "empty", "");
  require_same_content("", dialogue.download("RETR " + name, Otherwise::failed), "RETR of an empty file");
}

void stor_replaces(Visit& visit) {
  Dialogue dialogue = visit.login();
  const std::string name = visit.stored(dialogue, "twice", "a long first content");
  dialogue.upload("STOR " + name, "second");
  require_same_content("second", dialogue.download("RETR " + name, Otherwise::failed), "RETR behind a second STOR");
}

void appe_appends(Visit& visit) {
  Dialogue dialogue = visit.login();
  const std::string name = visit.stored(dialogue, "appended", "one");
  dialogue.upload("APPE " + name, "two", Otherwise::failed);
  require_same_content("onetwo", dialogue.download("RETR " + name), "RETR behind APPE");
}

void appe_creates(Visit& visit) {
  Dialogue dialogue = visit.login();
  const std::string name = visit.file("appended");
  dialogue.upload("APPE " + name, "new", Otherwise::failed);
  require_same_content("new", dialogue.download("RETR " + name), "RETR behind APPE");
}

// The name that STOU announces.
std::string store_unique(Visit& visit, Dialogue& dialogue) {
  if (visit.target().directory.empty()) visit.file("none");  // untried without a workplace
  std::string name;
  {
    user_pi::Connection data = dialogue.passive();
    const Reply reply = dialogue.begin("STOU", Otherwise::refusing);
    const std::string text(reply.text());
    if (!text.starts_with("FILE: ")) fail("150 FILE: name", reply.shown());
    name = text.substr(6);
    dialogue.secure(data);
    dialogue.write_all(data, "unique");
    dialogue.finish(data);
  }
  dialogue.complete();
  return name;
}

void stou_names_its_file(Visit& visit) {
  Dialogue dialogue = visit.login();
  const std::string name = store_unique(visit, dialogue);
  require_same_content("unique", dialogue.download("RETR " + name), "RETR of the name that STOU has told");
  dialogue.command("DELE " + name);
}

void stou_never_repeats(Visit& visit) {
  Dialogue dialogue = visit.login();
  const std::string first = store_unique(visit, dialogue);
  const std::string second = store_unique(visit, dialogue);
  dialogue.command("DELE " + first);
  dialogue.command("DELE " + second);
  require(first != second, "two names", "twice " + printable(first));
}

void ascii_down(Visit& visit) {
  Dialogue dialogue = visit.login();
  const std::string name = visit.stored(dialogue, "lines", "one\ntwo\n");
  dialogue.need("TYPE A", {200});
  require_same_content("one\r\ntwo\r\n", dialogue.download("RETR " + name), "RETR under TYPE A");
}

void ascii_round_trip(Visit& visit) {
  Dialogue dialogue = visit.login();
  const std::string name = visit.file("lines");
  std::string lines;
  for (int i = 0; i < 20'000; ++i) lines += "line " + std::to_string(i) + "\r\n";
  dialogue.need("TYPE A", {200});
  dialogue.upload("STOR " + name, lines);
  require_same_content(lines, dialogue.download("RETR " + name), "RETR under TYPE A of what was stored under it");
}

void ascii_up(Visit& visit) {
  Dialogue dialogue = visit.login();
  const std::string name = visit.file("lines");
  dialogue.need("TYPE A", {200});
  dialogue.upload("STOR " + name, "one\r\ntwo\r\n");
  dialogue.need("TYPE I", {200});
  const std::string stored = dialogue.download("RETR " + name);
  const Reply system = dialogue.command("SYST");
  if (!system.text().starts_with("UNIX")) untried("line ends of this system are not known: " + system.shown());
  require_same_content("one\ntwo\n", stored, "what was stored under TYPE A");
}

void retr_of_nothing(Visit& visit) {
  Dialogue dialogue = visit.login();
  dialogue.insist("RETR no-such-file", {550, 450, 551, 425});
  {
    const user_pi::Connection data = dialogue.passive();
    dialogue.insist("RETR no-such-file", {550, 450, 551});
  }
}

void retr_of_a_directory(Visit& visit) {
  Dialogue dialogue = visit.login();
  const std::string name = visit.made(dialogue, "directory");
  const user_pi::Connection data = dialogue.passive();
  dialogue.insist("RETR " + name, {4, 5});
}

void stor_into_nowhere(Visit& visit) {
  Dialogue dialogue = visit.login();
  visit.file("none");
  const user_pi::Connection data = dialogue.passive();
  dialogue.insist("STOR no-such-directory/file", {4, 5});
}

void stor_over_a_directory(Visit& visit) {
  Dialogue dialogue = visit.login();
  const std::string name = visit.made(dialogue, "directory");
  const user_pi::Connection data = dialogue.passive();
  dialogue.insist("STOR " + name, {4, 5});
}

void local_type(Visit& visit) {
  Dialogue dialogue = visit.login();
  const std::string content = content_of(1000);
  const std::string name = visit.stored(dialogue, "octets", content);
  dialogue.need("TYPE L 8", {200});
  require_same_content(content, dialogue.download("RETR " + name), "RETR under TYPE L 8");
}

void large_upload(Visit& visit) {
  Dialogue dialogue = visit.login();
  const std::string content = dialogue.download("RETR " + visit.large(dialogue));
  require(content.size() == Visit::large_size && content.find_first_not_of('x') == std::string::npos,
          "16 MiB as they were stored", std::to_string(content.size()) + " octets");
}

}  // namespace

Group transfer_group() {
  static constexpr Check checks[] = {
      {"binary-file-comes-back", "RFC 959", "3.1.1.3", Level::must, "RETR gives what STOR was given",
       binary_round_trip},
      {"binary-file-comes-back-in-active-mode", "RFC 2428", "2", Level::must, "STOR and RETR over active connections",
       active_round_trip},
      {"large-file-comes-back", "RFC 959", "3.1.1.3", Level::must, "the same with 16 MiB", large_upload},
      {"empty-file-comes-back", "RFC 959", "4.1.3", Level::must, "a file may be empty", empty_file},
      {"stor-replaces-a-file", "RFC 959", "4.1.3", Level::must, "STOR over a file replaces its content", stor_replaces},
      {"appe-appends", "RFC 959", "4.1.3", Level::must, "APPE adds to a file", appe_appends},
      {"appe-makes-a-file", "RFC 959", "4.1.3", Level::must, "APPE makes a file that is missing", appe_creates},
      {"stou-tells-the-name", "RFC 1123", "4.1.2.9", Level::must, "STOU answers \"150 FILE: name\"",
       stou_names_its_file},
      {"stou-never-repeats-a-name", "RFC 959", "4.1.3", Level::must, "two STOU make two files", stou_never_repeats},
      {"ascii-lines-end-with-crlf", "RFC 959", "3.1.1.1", Level::must, "under TYPE A, RETR ends lines with CR LF",
       ascii_down},
      {"ascii-lines-are-stored-as-local-ones", "RFC 959", "3.1.1.1", Level::must,
       "under TYPE A, STOR stores local line ends", ascii_up},
      {"ascii-file-comes-back", "RFC 959", "3.1.1.1", Level::must, "lines survive STOR and RETR under TYPE A",
       ascii_round_trip},
      {"local-8-is-binary", "RFC 1123", "4.1.2.1", Level::must, "TYPE L 8 changes no octet", local_type},
      {"retr-of-a-missing-file-is-550", "RFC 959", "5.4", Level::must, "RETR of a missing file is refused",
       retr_of_nothing},
      {"retr-of-a-directory-is-refused", "RFC 959", "5.4", Level::must, "RETR of a directory is refused",
       retr_of_a_directory},
      {"stor-into-a-missing-directory-is-refused", "RFC 959", "5.4", Level::must,
       "STOR where no file can be is refused", stor_into_nowhere},
      {"stor-over-a-directory-is-refused", "RFC 959", "5.4", Level::must, "STOR never replaces a directory",
       stor_over_a_directory},
  };
  return {"transfer", checks};
}

}  // namespace ferry::conform
