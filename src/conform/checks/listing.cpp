// LIST, NLST and STAT with a pathname (RFC 959 §4.1.3, RFC 1123 §4.1.2.7).
#include <fmt/format.h>

#include <algorithm>

#include "conform/checks/groups_of_checks.hpp"
#include "conform/checks/helpers.hpp"
#include "conform/visit.hpp"

namespace ferry::conform {

namespace {

void list_names_files(Visit& visit) {
  Dialogue dialogue = visit.login();
  const std::string name = visit.stored(dialogue, "listed", "x");
  const std::string listing = dialogue.download("LIST", Otherwise::failed);
  require(listing.find(name) != std::string::npos, "a LIST that names " + name, printable(listing));
}

void nlst_holds_names_only(Visit& visit) {
  Dialogue dialogue = visit.login();
  const std::string name = visit.stored(dialogue, "listed", "x");
  const std::vector<std::string> names = lines_of(dialogue.download("NLST", Otherwise::failed));
  require(std::ranges::find(names, name) != names.end() || std::ranges::find(names, "./" + name) != names.end(),
          "NLST with a line " + name, printable(names.empty() ? "nothing" : names.front()));
}

void nlst_names_can_be_used(Visit& visit) {
  Dialogue dialogue = visit.login();
  const std::string directory = visit.made(dialogue, "directory");
  visit.stored(dialogue, directory + "/file", "content");
  const std::vector<std::string> names = names_of(dialogue.download("NLST " + directory, Otherwise::failed));
  require(names.size() == 1, "one name", fmt::format("{} lines", names.size()));
  const user_pi::Connection data = dialogue.passive();
  const Reply reply = dialogue.command("RETR " + names.front());
  require(reply.code == 150 || reply.code == 125, "RETR " + printable(names.front()) + ", as NLST has named it: 150",
          reply.shown());
}

void lines_end_with_crlf(Visit& visit) {
  Dialogue dialogue = visit.login();
  visit.stored(dialogue, "listed", "x");
  for (const char* const command : {"LIST", "NLST"}) {
    const std::string listing = dialogue.download(command, Otherwise::failed);
    const auto lines = std::ranges::count(listing, '\n');
    std::size_t ends = 0;
    for (std::size_t at = 0; (at = listing.find("\r\n", at)) != std::string::npos; ++at) ++ends;
    require(lines > 0 && ends == static_cast<std::size_t>(lines),
            std::string(command) + ": lines that end with CR LF under TYPE I", fmt::format("{} of {}", ends, lines));
  }
}

void list_of_an_empty_directory(Visit& visit) {
  Dialogue dialogue = visit.login();
  const std::string directory = visit.made(dialogue, "directory");
  dialogue.download("LIST " + directory, Otherwise::failed);
  {
    // RFC 959 §5.4 lets the server open no data connection: 450, or 550 as some say.
    user_pi::Connection data = dialogue.passive();
    const Reply reply = dialogue.insist("NLST " + directory, {150, 125, 450, 550, 226});
    if (reply.code >= 200) return;
    dialogue.secure(data);
    const std::string names = dialogue.read_all(data);
    require(names_of(names).empty(), "NLST of an empty directory: nothing", printable(names));
  }
  dialogue.expect({226, 250, 450, 550}, "end of NLST");
}

void list_of_a_file(Visit& visit) {
  Dialogue dialogue = visit.login();
  const std::string name = visit.stored(dialogue, "listed", "x");
  const std::string listing = dialogue.download("LIST " + name, Otherwise::failed);
  require(lines_of(listing).size() == 1 && listing.find(name) != std::string::npos,
          "LIST of a file: one line that names it", printable(listing));
}

void list_of_nothing(Visit& visit) {
  Dialogue dialogue = visit.login();
  user_pi::Connection data = dialogue.passive();
  const Reply reply = dialogue.insist("LIST no-such-directory", {150, 125, 4, 5, 226});
  if (reply.code >= 200) return;
  dialogue.secure(data);
  const std::string listing = dialogue.read_all(data);
  dialogue.expect({226, 250, 4, 5}, "end of LIST");
  require(listing.find("no-such-directory\r\n") == std::string::npos || listing.find("No such") != std::string::npos,
          "no entry for what does not exist", printable(listing));
}

void list_in_the_ls_format(Visit& visit) {
  Dialogue dialogue = visit.login();
  const std::string name = visit.stored(dialogue, "listed", "12345");
  for (const std::string& line : lines_of(dialogue.download("LIST"))) {
    if (!line.ends_with(" " + name)) continue;
    require(
        matches(line, R"(-[-rwxsStT]{9}[.+@]? +\d+ +\S+ +\S+ +5 +[A-Z][a-z]{2} +\d{1,2} +(\d{4}|\d{1,2}:\d{2}) \S+)"),
        "a line as of ls -l, with the size 5", printable(line));
    return;
  }
  fail("a line that ends with " + name, "none");
}

void stat_of_a_directory(Visit& visit) {
  Dialogue dialogue = visit.login();
  const std::string directory = visit.made(dialogue, "directory");
  visit.stored(dialogue, directory + "/inside", "x");
  const Reply reply = dialogue.insist("STAT " + directory, {211, 212, 213});
  require(reply.contains("inside"), "STAT of a directory that names its file", reply.shown());
}

void stat_of_a_file(Visit& visit) {
  Dialogue dialogue = visit.login();
  const std::string name = visit.stored(dialogue, "file", "x");
  const Reply reply = dialogue.insist("STAT " + name, {211, 212, 213});
  require(reply.contains(name), "STAT of a file that names it", reply.shown());
}

void list_with_options(Visit& visit) {
  Dialogue dialogue = visit.login();
  const std::string name = visit.stored(dialogue, "listed", "x");
  for (const char* const command : {"LIST -a", "LIST -l", "LIST -la"}) {
    const std::string listing = dialogue.download(command, Otherwise::failed);
    require(listing.find(name) != std::string::npos, std::string(command) + " that names " + name, printable(listing));
  }
}

void patterns(Visit& visit) {
  Dialogue dialogue = visit.login();
  const std::string one = visit.stored(dialogue, "match-one", "x");
  const std::string other = visit.stored(dialogue, "other", "x");
  user_pi::Connection data = dialogue.passive();
  const Reply reply = dialogue.command("NLST match-*");
  if (reply.code >= 400) refused("NLST with a pattern", reply.shown());
  dialogue.secure(data);
  const std::string names = dialogue.read_all(data);
  require(names.find(one) != std::string::npos && names.find(other) == std::string::npos, "NLST match-*: " + one,
          printable(names));
}

}  // namespace

Group listing_group() {
  static constexpr Check checks[] = {
      {"list-names-files", "RFC 959", "4.1.3", Level::must, "LIST shows a file that was stored", list_names_files},
      {"nlst-holds-names-only", "RFC 1123", "4.1.2.7", Level::must, "NLST is a list of names", nlst_holds_names_only},
      {"nlst-names-can-be-used", "RFC 1123", "4.1.2.7", Level::must, "names of \"NLST directory\" can be given to RETR",
       nlst_names_can_be_used},
      {"listings-are-ascii", "RFC 1123", "4.1.2.7", Level::should,
       "LIST and NLST end lines with CR LF under TYPE I too", lines_end_with_crlf},
      {"list-of-an-empty-directory", "RFC 959", "4.1.3", Level::must, "LIST and NLST of an empty directory",
       list_of_an_empty_directory},
      {"list-of-a-file", "RFC 959", "4.1.3", Level::must, "LIST of a file tells about that file", list_of_a_file},
      {"list-of-a-missing-path", "RFC 959", "5.4", Level::must, "LIST of nothing ends", list_of_nothing},
      {"list-in-the-ls-format", "practice", "", Level::should, "lines of LIST are as those of ls -l",
       list_in_the_ls_format},
      {"list-takes-options-of-ls", "practice", "", Level::should, "LIST -a, -l and -la are no names of files",
       list_with_options},
      {"nlst-takes-patterns", "RFC 1123", "4.1.2.7", Level::may, "NLST of a pattern", patterns},
      {"stat-of-a-directory", "RFC 959", "4.1.3", Level::must, "STAT of a directory lists it on the control connection",
       stat_of_a_directory},
      {"stat-of-a-file", "RFC 959", "4.1.3", Level::must, "STAT of a file tells about it", stat_of_a_file},
  };
  return {"listing", checks};
}

}  // namespace ferry::conform
