#include "users.hpp"

#include <optional>
#include <set>
#include <utility>

#include <fmt/format.h>
#include <ferry/filesystem.hpp>
#include <ferry/system_users.hpp>

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

// The users that the command line names, then those of the machine.
class NamedThenSystem final : public Authenticator {
 public:
  NamedThenSystem(std::shared_ptr<Authenticator> named, std::shared_ptr<Authenticator> system)
      : named_(std::move(named)), system_(std::move(system)) {}

  Task<std::expected<Account, AuthErrc>> authenticate(const LoginRequest& request) override {
    auto account = co_await named_->authenticate(request);
    if (account || account.error() != AuthErrc::rejected) co_return account;
    co_return co_await system_->authenticate(request);
  }

  Task<std::expected<Account, AuthErrc>> authenticate_certificate(const LoginRequest& request) override {
    return named_->authenticate_certificate(request);
  }

 private:
  const std::shared_ptr<Authenticator> named_;
  const std::shared_ptr<Authenticator> system_;
};

// Where --permissions names somebody whom the command line does not, that must be a user of the machine.
std::expected<void, std::string> add_permissions(const Options& options, StaticUsers& named,
                                                 std::optional<SystemUserOptions>& system) {
  for (const PermissionsOption& one : options.permissions) {
    if (named.override_permissions(one.user, one.exception)) continue;
    if (!system)
      return std::unexpected(fmt::format("ferry: --permissions: there is no user \"{}\"; add --user", one.user));
    auto& overrides = system->users[one.user].overrides;
    if (!overrides) overrides.emplace();
    overrides->push_back(one.exception);
  }
  return {};
}

// The users of --username and --anonymous; they see `shared`, which `said_by` has named.
std::expected<void, std::string> add_sharers(StaticUsers& users, const Options& options, std::string_view said_by,
                                             const std::string& shared) {
  const Permissions writing = options.write ? Permissions::all() : Permissions::read_only();
  if (options.username) {
    auto account = make_account(said_by, shared, writing);
    if (!account) return std::unexpected(std::move(account).error());
    account->sessions = options.sessions_per_user;
    users.add(*options.username, *options.password, *std::move(account));
  }
  if (options.anonymous_allowed()) {
    const bool own_home = !options.anonymous_home.empty() && said_by != "--host";
    // With --username, --write is for that user: whoever gives a name and a password means to keep others from writing.
    auto account = make_account(own_home ? "--anonymous" : said_by, own_home ? options.anonymous_home : shared,
                                options.username ? Permissions::read_only() : writing);
    if (!account) return std::unexpected(std::move(account).error());
    users.allow_anonymous(*std::move(account));
  }
  return {};
}

std::expected<void, std::string> add_user(StaticUsers& users, const Options& options, std::string_view option,
                                          const UserOption& user) {
  auto account = make_account(option, user.home, user.permissions);
  if (!account) return std::unexpected(std::move(account).error());
  account->sessions = options.sessions_per_user;
  users.add(user.name, user.password, *std::move(account));
  return {};
}

}  // namespace

std::expected<std::shared_ptr<Authenticator>, std::string> make_users(const Options& options) {
  auto users = std::make_shared<StaticUsers>();
  const char* const said_by = options.directory_option && !options.directory ? "--directory" : "DIRECTORY";
  if (auto added = add_sharers(*users, options, said_by, options.shared_directory()); !added)
    return std::unexpected(std::move(added).error());
  for (const UserOption& user : options.users)
    if (auto added = add_user(*users, options, "--user", user); !added)
      return std::unexpected(std::move(added).error());
  if (options.client_login) users->accept_certificates(*options.client_login);
  std::optional<SystemUserOptions> system = options.system_users;
  if (system) system->sessions = options.sessions_per_user;
  if (const auto added = add_permissions(options, *users, system); !added) return std::unexpected(added.error());
  if (system) return std::make_shared<NamedThenSystem>(users, system_users(*std::move(system)));
  return users;
}

std::expected<std::vector<VirtualHost>, std::string> make_hosts(const Options& options) {
  std::vector<VirtualHost> hosts;
  for (const HostOption& option : options.hosts) {
    VirtualHost& host = hosts.emplace_back(option.host);
    auto users = std::make_shared<StaticUsers>();
    bool own = !option.directory.empty();
    if (own)
      if (auto added = add_sharers(*users, options, "--host", option.directory); !added)
        return std::unexpected(std::move(added).error());
    for (const HostUserOption& user : options.host_users) {
      if (user.host != host.name) continue;
      own = true;
      if (auto added = add_user(*users, options, "--host-user", user.user); !added)
        return std::unexpected(std::move(added).error());
    }
    if (options.client_login) users->accept_certificates(*options.client_login);
    if (own) host.authenticator = std::move(users);
  }
  return hosts;
}

std::vector<std::string> homes(const Options& options) {
  std::set<std::string> all;
  if (options.directory_used()) all.insert(options.shared_directory());
  if (options.anonymous_allowed() && !options.anonymous_home.empty()) all.insert(options.anonymous_home);
  for (const UserOption& user : options.users) all.insert(user.home);
  for (const HostUserOption& user : options.host_users) all.insert(user.user.home);
  for (const HostOption& host : options.hosts)
    if (!host.directory.empty()) all.insert(host.directory);
  return {all.begin(), all.end()};
}

}  // namespace ferry
