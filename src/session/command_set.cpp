#include "session/command_set.hpp"

#include <ferry/config.hpp>

#include <algorithm>

#include "session/handlers.hpp"

namespace ferry {

namespace {

constexpr std::size_t longest_verb = 12;
constexpr std::size_t most_replies = 16;

CommandSpec row_of(const OwnCommand& own) {
  CommandSpec row{.verb = own.verb,
                  .run = run_own_command,
                  .when = own.before_login ? When::any : When::logged_in,
                  .argument = own.argument,
                  .needs = own.needs,
                  .during_transfer = own.during_transfer ? DuringTransfer::at_once : DuringTransfer::waits,
                  .secret = own.secret,
                  .feat = own.feat,
                  .replies = {},
                  .help = own.help.empty() ? own.verb : own.help,
                  .spec = {},
                  .own = &own};
  for (const int code : own.replies) row.replies.add(code);
  return row;
}

// Rows that dispatch or the control connection know by name, and those whose replies belong to a data connection.
bool may_be_replaced(const CommandSpec& row) {
  static constexpr Handler fixed[] = {user, pass, rein, quit, auth, abor, site};
  return !row.transfers && std::ranges::find(fixed, row.run) == std::end(fixed);
}

bool is_verb(std::string_view verb) {
  if (verb.starts_with(site_prefix)) verb.remove_prefix(site_prefix.size());
  return !verb.empty() && verb.size() <= longest_verb &&
         std::ranges::all_of(verb, [](char c) { return c >= 'A' && c <= 'Z'; });
}

bool is_one_line(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) >= ' ' && c != '\x7f'; });
}

std::optional<std::string> trouble_with(const OwnCommand& own) {
  if (!is_verb(own.verb)) return "is no verb; give up to 12 capital letters, or SITE and a verb";
  if (!own.run) return "has no handler; set run";
  const auto built_in = std::ranges::find(command_table(), own.verb, &CommandSpec::verb);
  if (built_in != command_table().end() && !may_be_replaced(*built_in)) return "cannot be replaced";
  if (own.before_login && own.needs != Permission::none) return "needs a permission, which nobody has before the login";
  const bool codes_fit = !own.replies.empty() && own.replies.size() <= most_replies &&
                         std::ranges::all_of(own.replies, [](int code) { return code >= 200 && code <= 599; });
  if (!codes_fit) return "needs its replies: 1 to 16 codes from 200 to 599";
  if (!is_one_line(own.help) || !is_one_line(own.feat)) return "has a help or feat text of more than one line";
  return std::nullopt;
}

}  // namespace

std::optional<std::string> trouble_with(const std::vector<OwnCommand>& commands) {
  for (const OwnCommand& own : commands) {
    if (const auto trouble = trouble_with(own)) return "commands: " + own.verb + ' ' + *trouble;
    if (std::ranges::count(commands, own.verb, &OwnCommand::verb) > 1)
      return "commands: " + own.verb + " is there twice; give each verb once";
  }
  return std::nullopt;
}

std::optional<std::string> trouble_with_disabled(const std::vector<std::string>& verbs) {
  for (const std::string& verb : verbs)
    if (std::ranges::find(command_table(), verb, &CommandSpec::verb) == command_table().end())
      return "disabled_commands: \"" + verb + "\" is no command; give verbs in capitals, such as HASH or SITE CHMOD";
  return std::nullopt;
}

CommandSet::CommandSet(const Config& config) {
  for (const CommandSpec& spec : command_table()) {
    const bool disabled = std::ranges::find(config.disabled_commands, spec.verb) != config.disabled_commands.end();
    if (!disabled && (!spec.enabled || spec.enabled(config))) rows_.push_back(&spec);
  }
  for (const OwnCommand& own : config.commands) {
    const CommandSpec* const row = &own_.emplace_back(row_of(own));
    const auto replaced = std::ranges::find(rows_, row->verb, &CommandSpec::verb);
    if (replaced != rows_.end())
      *replaced = row;
    else
      rows_.push_back(row);
  }
  for (const CommandSpec* const row : rows_) by_verb_.emplace(row->verb, row);
}

const CommandSpec* CommandSet::find(std::string_view verb) const {
  const auto row = by_verb_.find(verb);
  return row == by_verb_.end() ? nullptr : row->second;
}

}  // namespace ferry
