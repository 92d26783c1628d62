#include "replies_seen.hpp"

#include <algorithm>
#include <map>
#include <span>

#include "session/command_table.hpp"

namespace ferry::test {

namespace {

// What any storage may answer to any command that asks it. Each operation of each command is made to fail in
// socket.FaultInjection; conversations have the refusal that users meet, 550.
constexpr int storage_codes[] = {450, 451, 452, 504, 552, 553, 554};

// What a row promises for the sake of its neighbours, and what no conversation can bring about.
struct Unheard {
  std::string_view verb;
  int code;
};
constexpr Unheard unheard[] = {
    // All ports are taken: socket.DataPort.IsAnsweredWith425WhenTheRangeIsUsedUp.
    {"PASV", 425},
    {"EPSV", 425},
    {"LPSV", 425},
    {"CPSV", 425},
};

bool asks_the_storage(const CommandSpec& row) {
  return std::ranges::all_of(storage_codes, [&](int code) { return row.replies.contains(code); });
}

std::set<int> promised_by(const CommandSpec& row) {
  std::set<int> codes;
  for (const int code : row.replies.list())
    if (!asks_the_storage(row) || std::ranges::find(storage_codes, code) == std::end(storage_codes)) codes.insert(code);
  // Of dispatch.
  if (row.when != When::any) codes.insert(530);
  if (row.argument != ArgumentRule::optional) codes.insert(501);
  if (row.needs != Permission::none) codes.insert(550);
  if (row.transfers) codes.insert({425, 521});
  // ABOR comes in the middle of the work: socket.LongCommands.EachKindIsEndedByAbor.
  if (row.takes_long) codes.erase(426);
  for (const auto& [verb, code] : unheard)
    if (verb == row.verb) codes.erase(code);
  return codes;
}

// The row that a "command" record is about.
const CommandSpec* row_of(std::string_view text) {
  const CommandSpec* best = nullptr;
  for (const CommandSpec& row : command_table()) {
    const bool fits = text.starts_with(row.verb) && (text.size() == row.verb.size() || text[row.verb.size()] == ' ');
    if (fits && (!best || row.verb.size() > best->verb.size())) best = &row;
  }
  return best;
}

}  // namespace

void RepliesSeen::take(const std::vector<LogKeeper::Record>& records) {
  struct Talk {
    const CommandSpec* last = nullptr;
    const CommandSpec* transfer = nullptr;  // or what else takes long
  };
  std::map<std::uint64_t, Talk> talks;
  for (const LogKeeper::Record& record : records) {
    Talk& talk = talks[record.session];
    if (record.event == "command") {
      talk.last = row_of(record.text);
      if (talk.last && (talk.last->transfers || talk.last->takes_long)) talk.transfer = talk.last;
    } else if (record.event == "reply") {
      const int code = std::stoi(record.text);
      // The end of a transfer comes when it comes.
      for (const CommandSpec* const row : {talk.last, talk.transfer}) {
        if (!row || !row->may_reply(code)) continue;
        seen_.emplace(row->verb, code);
        break;
      }
    }
  }
}

std::vector<std::string> RepliesSeen::missing() const {
  std::vector<std::string> missing;
  for (const CommandSpec& row : command_table())
    for (const int code : promised_by(row))
      if (!seen_.contains({row.verb, code})) missing.push_back(std::string(row.verb) + ' ' + std::to_string(code));
  return missing;
}

}  // namespace ferry::test
