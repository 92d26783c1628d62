// The users of this machine.
#include "options/groups.hpp"

#include "options/setters.hpp"
#include "values.hpp"

namespace ferry {
namespace {

constexpr std::string_view machine = "Users of this machine (any of these lets them in; ferry must run as root)";

// Every option about the machine's users lets them in.
SystemUserOptions& system_users(Options& options) {
  if (!options.system_users) options.system_users.emplace();
  return *options.system_users;
}

const OptionRow machine_user_rows[] = {
    {.group = machine,
     .names = "--system-users",
     .value = "[CHECK]",
     .help =
         "let the users of this machine in, below their homes and with their own rights; CHECK says who knows their "
         "passwords: shadow (the default) or pam",
     .set = [](Options& o, const std::string& v) -> SetResult {
       auto& passwords = system_users(o).passwords;
       return v.empty() ? SetResult() : assign(parse_password_check(v), passwords);
     },
     .takes = Takes::optional_value,
     .setting = "system users"},
    {.group = machine,
     .names = "--system-allow",
     .value = "NAME[,NAME...]",
     .help = "only these; root only where it is one of them",
     .set = [](Options& o, const std::string& v) { return assign(parse_names(v), system_users(o).allowed); }},
    {.group = machine,
     .names = "--system-reject",
     .value = "NAME[,NAME...]",
     .help = "all but these",
     .set = [](Options& o, const std::string& v) { return assign(parse_names(v), system_users(o).rejected); }},
    {.group = machine,
     .names = "--system-any-shell",
     .value = "",
     .help = "also those whose shell is not in /etc/shells",
     .set = [](Options& o, const std::string&) -> SetResult {
       system_users(o).require_valid_shell = false;
       return {};
     },
     .takes = Takes::nothing},
    {.group = machine,
     .names = "--system-anonymous",
     .value = "NAME",
     .help = "let anonymous in as this user, to read",
     .set = [](Options& o, const std::string& v) -> SetResult {
       std::string name;
       SetResult result = assign_text(v, name);
       if (result) system_users(o).anonymous_user = name;
       return result;
     }},
    {.group = machine,
     .names = "--system-permissions",
     .value = "LETTERS",
     .help = "what they may do at most, in letters as for --user; default: elradfmwMT, all that their own rights allow",
     .set = [](Options& o, const std::string& v) { return assign(parse_letters(v), system_users(o).permissions); }},
    {.group = machine,
     .names = "--system-unconfined",
     .value = "",
     .help = "they see the whole machine and start in their homes",
     .set = [](Options& o, const std::string&) -> SetResult {
       system_users(o).confined = false;
       return {};
     },
     .takes = Takes::nothing},
    {.group = machine,
     .names = "--system-pam-service",
     .value = "NAME",
     .help = "the service of PAM to ask; default: ftp",
     .set = [](Options& o, const std::string& v) { return assign_text(v, system_users(o).pam_service); }},
};

}  // namespace

std::span<const OptionRow> machine_user_options() { return machine_user_rows; }

}  // namespace ferry
