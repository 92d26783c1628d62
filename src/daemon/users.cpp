#include "users.hpp"

#include <set>
#include <utility>

#include <fmt/format.h>
#include <ferry/filesystem.hpp>

namespace ferry {
namespace {

std::string_view trouble_with(const FsError& error) {
  switch (error.code) {
    case FsErrc::not_found:
      return "does not exist; create it or name another directory";
    case FsErrc::not_a_directory:
      return "is not a directory; name the directory that holds it";
    case FsErrc::not_permitted:
      return "may not be read by this user; change its permissions or name another directory";
    default:
      return "cannot be opened; name another directory";
  }
}

std::expected<Account, std::string> make_account(std::string_view option, const std::string& home,
                                                 Permissions permissions) {
  auto files = local_directory(home);
  if (!files) return std::unexpected(fmt::format("ferry: {}: \"{}\" {}", option, home, trouble_with(files.error())));
  return Account{.files = *std::move(files), .permissions = permissions};
}

}  // namespace

std::expected<std::shared_ptr<StaticUsers>, std::string> make_users(const Options& options) {
  auto users = std::make_shared<StaticUsers>();
  const std::string directory = options.shared_directory();
  const char* const said_by = options.directory_option && !options.directory ? "--directory" : "DIRECTORY";
  const Permissions writing = options.write ? Permissions::all() : Permissions::read_only();

  if (options.username) {
    auto account = make_account(said_by, directory, writing);
    if (!account) return std::unexpected(std::move(account).error());
    users->add(*options.username, *options.password, *std::move(account));
  }
  if (options.anonymous_allowed()) {
    const bool own_home = !options.anonymous_home.empty();
    // With --username, --write is for that user: whoever gives a name and a password means to keep others from writing.
    auto account = make_account(own_home ? "--anonymous" : said_by, own_home ? options.anonymous_home : directory,
                                options.username ? Permissions::read_only() : writing);
    if (!account) return std::unexpected(std::move(account).error());
    users->allow_anonymous(*std::move(account));
  }
  for (const UserOption& user : options.users) {
    auto account = make_account("--user", user.home, user.permissions);
    if (!account) return std::unexpected(std::move(account).error());
    users->add(user.name, user.password, *std::move(account));
  }
  return users;
}

std::vector<std::string> homes(const Options& options) {
  std::set<std::string> all;
  if (options.directory_used()) all.insert(options.shared_directory());
  if (options.anonymous_allowed() && !options.anonymous_home.empty()) all.insert(options.anonymous_home);
  for (const UserOption& user : options.users) all.insert(user.home);
  return {all.begin(), all.end()};
}

}  // namespace ferry
