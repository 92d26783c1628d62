// Extensions: MDTM, SIZE, REST, TVFS, MLST and MLSD (RFC 3659).
#include <fmt/format.h>

#include <algorithm>
#include <ctime>
#include <map>
#include <optional>

#include "conform/checks/groups_of_checks.hpp"
#include "conform/checks/helpers.hpp"
#include "conform/visit.hpp"

namespace ferry::conform {

namespace {

constexpr const char* time_value = R"(\d{14}(\.\d+)?)";

void require_one_line(const Reply& reply) { require(reply.lines.size() == 1, "a reply of one line", reply.shown()); }

// ---- SIZE and MDTM

void size_is_exact(Visit& visit) {
  Dialogue dialogue = visit.login();
  const std::string name = visit.stored(dialogue, "file", content_of(12'345));
  const Reply reply = dialogue.want("SIZE " + name, {213});
  require_one_line(reply);
  require(reply.lines[0] == "213 12345", "213 12345", reply.shown());
}

void size_under_type_a(Visit& visit) {
  Dialogue dialogue = visit.login();
  const std::string name = visit.stored(dialogue, "lines", "a\nb\n");
  dialogue.need("TYPE A", {200});
  const Reply reply = dialogue.want("SIZE " + name, {213, 5});
  if (reply.code != 213) return;
  const std::string content = dialogue.download("RETR " + name);
  require(reply.text() == std::to_string(content.size()),
          fmt::format("SIZE under TYPE A: {}, as many as RETR gives, or a refusal", content.size()), reply.shown());
}

void size_of_nothing(Visit& visit) {
  Dialogue dialogue = visit.login();
  dialogue.want("SIZE no-such-file", {550});
}

void size_of_a_directory(Visit& visit) {
  Dialogue dialogue = visit.login();
  const std::string name = visit.made(dialogue, "directory");
  dialogue.want("SIZE " + name, {550});
}

void mdtm_is_a_time(Visit& visit) {
  Dialogue dialogue = visit.login();
  const std::string name = visit.stored(dialogue, "file", "x");
  const Reply reply = dialogue.want("MDTM " + name, {213});
  require_one_line(reply);
  require(matches(reply.text(), time_value), "213 YYYYMMDDHHMMSS", reply.shown());
}

void mdtm_is_utc(Visit& visit) {
  Dialogue dialogue = visit.login();
  const std::string name = visit.stored(dialogue, "file", "x");
  const Reply reply = dialogue.want("MDTM " + name, {213});
  std::tm time{};
  if (!::strptime(std::string(reply.text()).c_str(), "%Y%m%d%H%M%S", &time)) fail("213 YYYYMMDDHHMMSS", reply.shown());
  const std::time_t now = std::time(nullptr);
  const auto difference = std::abs(::timegm(&time) - now);
  // A clock that is wrong is no matter of the protocol; hours are time zones.
  require(difference < 25 * 60, "the time of now in UTC",
          fmt::format("{}, which is {} s away", reply.shown(), difference));
}

void mdtm_of_nothing(Visit& visit) {
  Dialogue dialogue = visit.login();
  dialogue.want("MDTM no-such-file", {550});
}

// ---- REST

void rest_and_retr(Visit& visit) {
  Dialogue dialogue = visit.login();
  const std::string content = content_of(100'000);
  const std::string name = visit.stored(dialogue, "file", content);
  {
    user_pi::Connection data = dialogue.passive();
    dialogue.want("REST 70000", {350});
    dialogue.begin("RETR " + name, Otherwise::failed);
    dialogue.secure(data);
    require_same_content(content.substr(70'000), dialogue.read_all(data), "RETR behind REST 70000");
  }
  dialogue.complete();
  require_same_content(content, dialogue.download("RETR " + name), "the RETR after that, without REST");
}

void rest_and_stor(Visit& visit) {
  Dialogue dialogue = visit.login();
  const std::string name = visit.stored(dialogue, "file", "0123456789");
  {
    user_pi::Connection data = dialogue.passive();
    dialogue.want("REST 6", {350});
    const Reply reply = dialogue.command("STOR " + name);
    if (reply.code >= 400) refused("STOR behind REST: 150", reply.shown());
    dialogue.secure(data);
    dialogue.write_all(data, "ab");
    dialogue.finish(data);
  }
  dialogue.complete();
  const std::string content = dialogue.download("RETR " + name);
  // RFC 3659 §5.2 leaves open whether what is behind the new octets stays.
  require(content == "012345ab" || content == "012345ab89", "012345ab, or 012345ab89", printable(content));
}

void rest_is_forgotten(Visit& visit) {
  Dialogue dialogue = visit.login();
  const std::string name = visit.stored(dialogue, "file", "0123456789");
  user_pi::Connection data = dialogue.passive();
  dialogue.want("REST 5", {350});
  dialogue.need("NOOP", {200});
  dialogue.begin("RETR " + name, Otherwise::untried);
  dialogue.secure(data);
  require_same_content("0123456789", dialogue.read_all(data), "RETR behind REST 5 and NOOP");
}

void rest_takes_numbers_only(Visit& visit) {
  Dialogue dialogue = visit.login();
  dialogue.want("REST 0", {350});
  for (const char* const line : {"REST x", "REST -1", "REST 1x", "REST"}) dialogue.insist(line, {5});
}

void rest_beyond_the_end(Visit& visit) {
  Dialogue dialogue = visit.login();
  const std::string name = visit.stored(dialogue, "file", "0123456789");
  user_pi::Connection data = dialogue.passive();
  dialogue.want("REST 1000", {350});
  const Reply reply = dialogue.command("RETR " + name);
  if (reply.code >= 400) return;
  dialogue.secure(data);
  require_same_content("", dialogue.read_all(data), "RETR from beyond the end, where it is not refused");
}

// ---- MLST and MLSD

// One line: facts and the name, split at the first space.
struct Entry {
  std::map<std::string, std::string> facts;  // names in lower case
  std::string name;
};

Entry parse_entry(std::string_view line) {
  const std::size_t space = line.find(' ');
  if (space == std::string_view::npos) fail("facts, a space and a name", printable(line));
  Entry entry{.facts = {}, .name = std::string(line.substr(space + 1))};
  std::string_view facts = line.substr(0, space);
  while (!facts.empty()) {
    const std::size_t end = facts.find(';');
    const std::size_t equals = facts.find('=');
    if (end == std::string_view::npos || equals == std::string_view::npos || equals > end)
      fail("facts of the form name=value; each", printable(line));
    entry.facts[lower_case(facts.substr(0, equals))] = facts.substr(equals + 1, end - equals - 1);
    facts.remove_prefix(end + 1);
  }
  return entry;
}

Entry mlst(Dialogue& dialogue, const std::string& line) {
  const Reply reply = dialogue.want(line, {250});
  require(reply.lines.size() == 3 && reply.lines[1].starts_with(" ") && reply.lines[0].starts_with("250-"),
          "250-text, one line that begins with a space, 250 text", reply.shown());
  return parse_entry(std::string_view(reply.lines[1]).substr(1));
}

std::vector<Entry> mlsd(Dialogue& dialogue, const std::string& line) {
  std::vector<Entry> entries;
  const std::string listing = dialogue.download(line);
  require(listing.empty() || listing.ends_with("\r\n"), "MLSD: lines that end with CR LF", printable(listing));
  for (const std::string& each : lines_of(listing)) entries.push_back(parse_entry(each));
  return entries;
}

std::optional<Entry> find_entry(const std::vector<Entry>& entries, const std::string& name) {
  const auto found = std::ranges::find(entries, name, &Entry::name);
  return found == entries.end() ? std::nullopt : std::optional(*found);
}

void require_fact(const Entry& entry, const std::string& fact, const std::string& value) {
  const auto found = entry.facts.find(fact);
  if (found == entry.facts.end()) fail(fact + "=" + value, "no such fact");
  require(lower_case(found->second) == lower_case(value), fact + "=" + value, found->second);
}

void mlst_of_a_file(Visit& visit) {
  Dialogue dialogue = visit.login();
  const std::string name = visit.stored(dialogue, "file", "12345");
  const Entry entry = mlst(dialogue, "MLST " + name);
  require(entry.name == name || entry.name.ends_with("/" + name), "the pathname of " + name, printable(entry.name));
  if (entry.facts.contains("type")) require_fact(entry, "type", "file");
  if (entry.facts.contains("size")) require_fact(entry, "size", "5");
}

void mlst_path_is_qualified(Visit& visit) {
  Dialogue dialogue = visit.login();
  const std::string name = visit.stored(dialogue, "file", "12345");
  const Entry entry = mlst(dialogue, "MLST " + name);
  require(entry.name.starts_with("/"), "a pathname that begins with /", printable(entry.name));
}

void mlst_of_a_directory(Visit& visit) {
  Dialogue dialogue = visit.login();
  const std::string name = visit.made(dialogue, "directory");
  require_fact(mlst(dialogue, "MLST " + name), "type", "dir");
}

void mlst_alone(Visit& visit) {
  Dialogue dialogue = visit.login();
  const Entry entry = mlst(dialogue, "MLST");
  const auto type = entry.facts.find("type");
  if (type == entry.facts.end()) fail("a type fact", "none");
  const std::string came = lower_case(type->second);
  require(came == "dir" || came == "cdir", "type=dir or type=cdir", type->second);
}

void mlst_of_nothing(Visit& visit) {
  Dialogue dialogue = visit.login();
  const Reply reply = dialogue.want("MLST no-such-file", {550});
  static_cast<void>(reply);
}

void mlsd_lists(Visit& visit) {
  Dialogue dialogue = visit.login();
  const std::string file = visit.stored(dialogue, "file", "12345");
  const std::string directory = visit.made(dialogue, "directory");
  const std::vector<Entry> entries = mlsd(dialogue, "MLSD");
  const auto file_entry = find_entry(entries, file);
  if (!file_entry) fail("an entry " + file, "none");
  require_fact(*file_entry, "type", "file");
  const auto directory_entry = find_entry(entries, directory);
  if (!directory_entry) fail("an entry " + directory, "none");
  require_fact(*directory_entry, "type", "dir");
}

void mlsd_names_have_no_path(Visit& visit) {
  Dialogue dialogue = visit.login();
  const std::string directory = visit.made(dialogue, "directory");
  const std::string path = visit.stored(dialogue, directory + "/file", "x");
  const std::string name = path.substr(directory.size() + 1);
  const std::vector<Entry> entries = mlsd(dialogue, "MLSD " + directory);
  require(find_entry(entries, name).has_value(), "an entry " + name,
          entries.empty() ? "none" : printable(entries.back().name));
}

void mlsd_of_a_file(Visit& visit) {
  Dialogue dialogue = visit.login();
  const std::string name = visit.stored(dialogue, "file", "x");
  const user_pi::Connection data = dialogue.passive();
  dialogue.want("MLSD " + name, {501});
}

void mlsd_of_nothing(Visit& visit) {
  Dialogue dialogue = visit.login();
  const user_pi::Connection data = dialogue.passive();
  dialogue.want("MLSD no-such-directory", {550});
}

void mlsd_and_mlst_agree(Visit& visit) {
  Dialogue dialogue = visit.login();
  const std::string name = visit.stored(dialogue, "file", "12345");
  const auto listed = find_entry(mlsd(dialogue, "MLSD"), name);
  if (!listed) fail("an entry " + name, "none");
  const Entry alone = mlst(dialogue, "MLST " + name);
  for (const char* const fact : {"type", "size", "modify", "unique"}) {
    if (!listed->facts.contains(fact) || !alone.facts.contains(fact)) continue;
    require(listed->facts.at(fact) == alone.facts.at(fact),
            fmt::format("{}={} in MLST as in MLSD", fact, listed->facts.at(fact)), alone.facts.at(fact));
  }
}

void facts_agree_with_commands(Visit& visit) {
  Dialogue dialogue = visit.login();
  const std::string name = visit.stored(dialogue, "file", "12345");
  const Entry entry = mlst(dialogue, "MLST " + name);
  if (entry.facts.contains("size")) {
    const Reply size = dialogue.want("SIZE " + name, {213});
    require(size.text() == entry.facts.at("size"), "SIZE " + entry.facts.at("size"), size.shown());
  }
  if (entry.facts.contains("modify")) {
    const std::string& modify = entry.facts.at("modify");
    require(matches(modify, time_value), "modify=YYYYMMDDHHMMSS", modify);
    const Reply time = dialogue.want("MDTM " + name, {213});
    require(time.text().substr(0, 14) == modify.substr(0, 14), "MDTM " + modify, time.shown());
  }
}

void mlsd_knows_no_patterns(Visit& visit) {
  Dialogue dialogue = visit.login();
  visit.made(dialogue, "directory");
  const user_pi::Connection data = dialogue.passive();
  const Reply reply = dialogue.want("MLSD direct*", {5});
  static_cast<void>(reply);
}

void opts_mlst(Visit& visit) {
  Dialogue dialogue = visit.login();
  const std::string name = visit.stored(dialogue, "file", "12345");
  mlst(dialogue, "MLST " + name);
  const Reply reply = dialogue.want("OPTS MLST size;no-such-fact;", {200});
  require(lower_case(reply.text()) == "mlst opts size;", "200 MLST OPTS size;", reply.shown());
  const Entry entry = mlst(dialogue, "MLST " + name);
  require(entry.facts.size() == 1 && entry.facts.contains("size"), "the fact size alone",
          fmt::format("{} facts", entry.facts.size()));
  dialogue.want("OPTS MLST", {200});
  const Entry none = mlst(dialogue, "MLST " + name);
  require(none.facts.empty(), "no facts behind OPTS MLST without any", fmt::format("{} facts", none.facts.size()));
}

void feat_mlst_names_facts(Visit& visit) {
  Dialogue dialogue = visit.login();
  const Reply reply = dialogue.want("FEAT", {211});
  for (const std::string& line : reply.lines) {
    if (!lower_case(line).starts_with(" mlst")) continue;
    require(matches(lower_case(line), R"( mlst ([-a-z0-9.]+\*?;)+)"), " MLST fact*;fact;...", printable(line));
    return;
  }
  if (dialogue.command("MLST").is_refusal()) refused("MLST in FEAT", "neither MLST nor its line of FEAT");
  fail("a line MLST in FEAT", reply.shown());
}

void listed_where_it_works(Visit& visit, const char* command, const char* feature) {
  Dialogue dialogue = visit.login();
  const std::string name = visit.stored(dialogue, "file", "x");
  const Reply reply = dialogue.command(fmt::format("{} {}", command, name));
  if (reply.is_refusal()) refused(fmt::format("{} and its line of FEAT", command), reply.shown());
  require_feature(dialogue, feature);
}

void feat_size(Visit& visit) { listed_where_it_works(visit, "SIZE", "SIZE"); }
void feat_mdtm(Visit& visit) { listed_where_it_works(visit, "MDTM", "MDTM"); }

void feat_rest(Visit& visit) {
  Dialogue dialogue = visit.login();
  dialogue.want("REST 0", {350});
  require_feature(dialogue, "REST STREAM");
}

void tvfs(Visit& visit) {
  Dialogue dialogue = visit.login();
  if (!has_feature(dialogue, "TVFS")) refused("TVFS in FEAT", "no such line");
  const std::string outer = visit.made(dialogue, "outer");
  const std::string inner = visit.made(dialogue, outer + "/inner");
  dialogue.insist("CWD " + inner, {250, 200});
  dialogue.insist("CWD ../..", {250, 200});
}

}  // namespace

Group facts_group() {
  static constexpr Check checks[] = {
      {"size-is-exact", "RFC 3659", "4", Level::must, "SIZE tells the number of octets in one line", size_is_exact},
      {"size-is-never-estimated", "RFC 3659", "4", Level::must, "SIZE under TYPE A is what RETR gives, or refused",
       size_under_type_a},
      {"size-of-a-missing-file-is-550", "RFC 3659", "4.1", Level::must, "SIZE of nothing", size_of_nothing},
      {"size-of-a-directory-is-550", "RFC 3659", "4.1", Level::must, "SIZE of a directory", size_of_a_directory},
      {"mdtm-is-a-time", "RFC 3659", "3.1", Level::must, "MDTM tells a time in one line", mdtm_is_a_time},
      {"mdtm-is-utc", "RFC 3659", "2.3", Level::must, "times are in UTC", mdtm_is_utc},
      {"mdtm-of-a-missing-file-is-550", "RFC 3659", "3.1", Level::must, "MDTM of nothing", mdtm_of_nothing},
      {"rest-and-retr-give-the-rest", "RFC 3659", "5", Level::must, "RETR begins where REST says, once", rest_and_retr},
      {"rest-and-stor-go-on", "RFC 3659", "5", Level::must, "STOR begins where REST says", rest_and_stor},
      {"rest-counts-for-the-next-command-only", "RFC 3659", "5.2", Level::should,
       "another command behind REST undoes it", rest_is_forgotten},
      {"rest-takes-numbers-only", "RFC 3659", "5.3", Level::must, "REST with anything but digits is refused",
       rest_takes_numbers_only},
      {"rest-beyond-the-end-gives-nothing", "RFC 3659", "5.3", Level::must, "RETR from beyond the end never gives data",
       rest_beyond_the_end},
      {"mlst-of-a-file", "RFC 3659", "7.2", Level::must, "MLST is one line of facts between 250- and 250",
       mlst_of_a_file},
      {"mlst-pathname-is-absolute", "RFC 3659", "7.3.1", Level::should, "MLST names the file from the root on",
       mlst_path_is_qualified},
      {"mlst-of-a-directory", "RFC 3659", "7.5.1", Level::must, "MLST of a directory has type=dir",
       mlst_of_a_directory},
      {"mlst-alone-is-the-current-directory", "RFC 3659", "7.1", Level::must, "MLST without argument", mlst_alone},
      {"mlst-of-a-missing-path-is-550", "RFC 3659", "7.2.1", Level::must, "MLST of nothing", mlst_of_nothing},
      {"mlsd-lists-facts-and-names", "RFC 3659", "7.2", Level::must, "MLSD lists files and directories by type",
       mlsd_lists},
      {"mlsd-names-have-no-path", "RFC 3659", "7.3.1", Level::should, "names of MLSD are without their directory",
       mlsd_names_have_no_path},
      {"mlsd-of-a-file-is-501", "RFC 3659", "7.2.1", Level::must, "MLSD of a file is an error in the argument",
       mlsd_of_a_file},
      {"mlsd-of-a-missing-directory-is-550", "RFC 3659", "7.2.1", Level::must, "MLSD of nothing", mlsd_of_nothing},
      {"mlsd-and-mlst-agree", "RFC 3659", "7.5", Level::must, "facts of MLSD and MLST are the same",
       mlsd_and_mlst_agree},
      {"facts-agree-with-size-and-mdtm", "RFC 3659", "7.5", Level::must, "size and modify are what SIZE and MDTM say",
       facts_agree_with_commands},
      {"mlsd-knows-no-patterns", "RFC 3659", "7.1", Level::must, "MLSD takes its argument as a name",
       mlsd_knows_no_patterns},
      {"opts-mlst-chooses-facts", "RFC 3659", "7.9", Level::must, "OPTS MLST turns facts on and off", opts_mlst},
      {"feat-mlst-names-facts", "RFC 3659", "7.8", Level::must, "the line of FEAT for MLST lists its facts",
       feat_mlst_names_facts},
      {"feat-lists-size", "RFC 3659", "4.3", Level::must, "SIZE is in FEAT", feat_size},
      {"feat-lists-mdtm", "RFC 3659", "3.3", Level::must, "MDTM is in FEAT", feat_mdtm},
      {"feat-lists-rest-stream", "RFC 3659", "5.4", Level::must, "REST STREAM is in FEAT", feat_rest},
      {"tvfs-means-slashes", "RFC 3659", "6", Level::must, "where FEAT has TVFS, directories are separated by slashes",
       tvfs},
  };
  return {"facts", checks};
}

}  // namespace ferry::conform
