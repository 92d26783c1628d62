// What is shared, and with whom.
#include "options/groups.hpp"

#include "options/setters.hpp"
#include "values.hpp"

namespace ferry {
namespace {

constexpr std::string_view sharing = "What is shared, and with whom";

SetResult add_user(Options& options, const std::string& value) {
  auto user = parse_user(value);
  if (!user) return std::unexpected(std::move(user).error());
  for (const UserOption& other : options.users)
    if (other.name == user->name) return std::unexpected("names \"" + user->name + "\" again; give each user once");
  options.users.push_back(*std::move(user));
  return {};
}

SetResult add_permissions(Options& options, const std::string& value) {
  auto permissions = parse_permissions(value);
  if (!permissions) return std::unexpected(std::move(permissions).error());
  options.permissions.push_back(*std::move(permissions));
  return {};
}

const OptionRow sharing_rows[] = {
    {.group = sharing,
     .names = "-d,--directory",
     .value = "DIR",
     .help = "the directory to share, when it is not given as DIRECTORY",
     .set =
         [](Options& o, const std::string& v) {
           std::string directory;
           SetResult result = assign_text(v, directory);
           if (result) o.directory_option = directory;
           return result;
         }},
    {.group = sharing,
     .names = "-w,--write",
     .value = "",
     .help = "let the user of --username, or else anonymous, change everything; without it they only read",
     .set = [](Options& o, const std::string&) { return turn_on(o.write); },
     .takes = Takes::nothing},
    {.group = sharing,
     .names = "-u,--username",
     .value = "NAME",
     .help = "share with this user, who needs --password, instead of with everybody",
     .set = [](Options& o, const std::string& v) -> SetResult {
       if (v == "anonymous" || v == "ftp")
         return std::unexpected("logs in without a password; use --anonymous, or another name");
       std::string name;
       SetResult result = assign_text(v, name);
       if (result) o.username = name;
       return result;
     }},
    {.group = sharing,
     .names = "-P,--password",
     .value = "PASSWORD",
     .help = "the password for --username; hidden from process listings",
     .set = [](Options& o, const std::string& v) -> SetResult {
       if (v.empty()) return std::unexpected("is empty; give a password");
       o.password = Secret(v);
       return {};
     },
     .secret = true},
    {.group = sharing,
     .names = "--user",
     .value = "NAME:PASSWORD:HOME[:LETTERS[:admin]]",
     .help =
         "one more user, with a home of its own and the permissions that the LETTERS of elradfmwMT give: e enter, l "
         "list, r retrieve, a append, d delete, f rename, m make directories, w store, M change modes, T change "
         "times; elr when left out. With :admin, SITE WHO shows them everybody's sessions. May be repeated",
     .set = add_user,
     .repeatable = true,
     .secret = true},
    {.group = sharing,
     .names = "--anonymous",
     .value = "[HOME]",
     .help = "let anonymous in beside the named users, below HOME or else the shared directory, to read",
     .set = [](Options& o, const std::string& v) -> SetResult {
       o.anonymous = true;
       o.anonymous_home = v;
       return {};
     },
     .takes = Takes::optional_value},
    {.group = sharing,
     .names = "--permissions",
     .value = "NAME:DIR:LETTERS[:all]",
     .help = "other permissions for this user in one directory of the tree that the user sees and for the files in it; "
             "with :all for everything below it. May be repeated",
     .set = add_permissions,
     .repeatable = true},
};

}  // namespace

std::span<const OptionRow> sharing_options() { return sharing_rows; }

}  // namespace ferry
