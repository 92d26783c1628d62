#include "users.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <utility>

#include <fmt/format.h>
#include <ferry/filesystem.hpp>
#include <ferry/system_users.hpp>
#include <ferry/testing/faulty_filesystem.hpp>

#include "memory_tree.hpp"
#include "quotas.hpp"
#include "run_as.hpp"

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

// Opens what the logins share.
class Homes {
 public:
  explicit Homes(const Options& options)
      : options_(options), shared_(options.shared_directory()), disk_(std::make_shared<Faults>()) {
    for (const testing::FaultRule& rule : options.faults)
      if (rule.disk_delay.count() > 0) slow_disk_ = rule.disk_delay;
    disk_->slow_down(slow_disk_);
  }

  std::expected<Account, std::string> shared(Permissions permissions) {
    if (!options_.memory) {
      const char* const said_by = options_.directory_option && !options_.directory ? "--directory" : "DIRECTORY";
      return own(said_by, shared_, permissions);
    }
    if (!memory_) {
      auto tree = memory_tree(shared_);
      if (!tree) return std::unexpected(std::move(tree).error());
      memory_ = *std::move(tree);
    }
    return account(memory_, permissions);
  }

  std::expected<Account, std::string> own(std::string_view option, const std::string& home,
                                          Permissions permissions) const {
    auto files = local_directory(home);
    if (!files) return std::unexpected(fmt::format("ferry: {}: \"{}\" {}", option, home, trouble_with(files.error())));
    return account(*std::move(files), permissions);
  }

 private:
  Account account(std::shared_ptr<FileSystem> files, Permissions permissions) const {
    Account account;
    account.files = slow_disk_.count() > 0 ? faulty(std::move(files), disk_) : std::move(files);
    account.permissions = permissions;
    return account;
  }

  const Options& options_;
  const std::string shared_;
  const std::shared_ptr<Faults> disk_;
  std::chrono::milliseconds slow_disk_{0};
  std::shared_ptr<FileSystem> memory_;
};

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

bool changes(const Permissions& permissions) {
  constexpr std::string_view changing = "adfmwMT";
  return permissions.letters().find_first_of(changing) != std::string::npos;
}

// With the exceptions of --permissions.
bool may_change(const Options& options, std::string_view user, const Permissions& permissions) {
  return changes(permissions) || std::ranges::any_of(options.permissions, [&](const PermissionsOption& one) {
           return (one.user == user || (user == "anonymous" && one.user == "ftp")) &&
                  changes(one.exception.permissions);
         });
}

// Whoever changes nothing needs no quota.
void limit(Account& account, const Options& options, Quotas& quotas, const std::string& user) {
  if (may_change(options, user, account.permissions)) account.files = quotas.limited(user, std::move(account.files));
}

// Whoever --quota names must be somebody.
std::expected<void, std::string> check_quotas(const Options& options) {
  for (const auto& [name, limits] : options.quotas.users) {
    const auto is_it = [&](const UserOption& user) { return user.name == name; };
    const bool known = options.system_users || options.username == name ||
                       (name == "anonymous" && options.anonymous_allowed()) ||
                       std::ranges::any_of(options.users, is_it) ||
                       std::ranges::any_of(options.host_users, is_it, &HostUserOption::user);
    if (!known)
      return std::unexpected(fmt::format("ferry: {}: there is no user \"{}\"; add --user",
                                         limits.octets ? "--quota" : "--quota-files", name));
  }
  return {};
}

using OpenHome = std::function<std::expected<Account, std::string>(Permissions)>;

// The users of --username and --anonymous; `shared` opens what they see, but for --anonymous with a home of its own
// where `homes` is given.
std::expected<void, std::string> add_sharers(StaticUsers& users, const Options& options, Quotas& quotas,
                                             const OpenHome& shared, Homes* homes) {
  const Permissions writing = options.write ? Permissions::all() : Permissions::read_only();
  if (options.username) {
    auto account = shared(writing);
    if (!account) return std::unexpected(std::move(account).error());
    account->sessions = options.sessions_per_user;
    limit(*account, options, quotas, *options.username);
    users.add(*options.username, *options.password, *std::move(account));
  }
  if (options.anonymous_allowed()) {
    // With --username, --write is for that user: whoever gives a name and a password means to keep others from writing.
    const Permissions permissions = options.username ? Permissions::read_only() : writing;
    auto account = homes && !options.anonymous_home.empty()
                       ? homes->own("--anonymous", options.anonymous_home, permissions)
                       : shared(permissions);
    if (!account) return std::unexpected(std::move(account).error());
    limit(*account, options, quotas, "anonymous");
    users.allow_anonymous(*std::move(account));
  }
  return {};
}

std::expected<void, std::string> add_user(StaticUsers& users, const Options& options, Quotas& quotas,
                                          const Homes& homes, std::string_view option, const UserOption& user) {
  auto account = homes.own(option, user.home, user.permissions);
  if (!account) return std::unexpected(std::move(account).error());
  account->sessions = options.sessions_per_user;
  account->administrator = user.administrator;
  limit(*account, options, quotas, user.name);
  users.add(user.name, user.password, *std::move(account));
  return {};
}

// Those of --username, --anonymous and --user.
std::expected<std::shared_ptr<StaticUsers>, std::string> make_named_users(const Options& options) {
  const AsUser as_user(options.run_as);
  auto users = std::make_shared<StaticUsers>();
  Homes homes(options);
  Quotas quotas(options.quotas);
  if (auto added = add_sharers(*users, options, quotas, [&](Permissions p) { return homes.shared(p); }, &homes); !added)
    return std::unexpected(std::move(added).error());
  for (const UserOption& user : options.users)
    if (auto added = add_user(*users, options, quotas, homes, "--user", user); !added)
      return std::unexpected(std::move(added).error());
  if (options.client_login) users->accept_certificates(*options.client_login);
  return users;
}

}  // namespace

std::expected<std::shared_ptr<Authenticator>, std::string> make_users(const Options& options) {
  auto users = make_named_users(options);
  if (!users) return std::unexpected(std::move(users).error());
  std::optional<SystemUserOptions> system = options.system_users;
  if (system) {
    system->sessions = options.sessions_per_user;
    system->separate_process = true;
  }
  if (const auto added = add_permissions(options, **users, system); !added) return std::unexpected(added.error());
  if (const auto known = check_quotas(options); !known) return std::unexpected(known.error());
  if (system)
    return std::make_shared<NamedThenSystem>(*users, with_quotas(system_users(*std::move(system)), options.quotas));
  return *users;
}

std::expected<std::vector<VirtualHost>, std::string> make_hosts(const Options& options) {
  const AsUser as_user(options.run_as);
  const Homes homes(options);
  std::vector<VirtualHost> hosts;
  for (const HostOption& option : options.hosts) {
    VirtualHost& host = hosts.emplace_back(option.host);
    auto users = std::make_shared<StaticUsers>();
    Quotas quotas(options.quotas);
    bool own = !option.directory.empty();
    if (own)
      if (auto added = add_sharers(
              *users, options, quotas, [&](Permissions p) { return homes.own("--host", option.directory, p); },
              nullptr);
          !added)
        return std::unexpected(std::move(added).error());
    for (const HostUserOption& user : options.host_users) {
      if (user.host != host.name) continue;
      own = true;
      if (auto added = add_user(*users, options, quotas, homes, "--host-user", user.user); !added)
        return std::unexpected(std::move(added).error());
    }
    if (options.client_login) users->accept_certificates(*options.client_login);
    if (own) host.authenticator = std::move(users);
  }
  return hosts;
}

std::vector<SharedTree> shared_trees(const Options& options) {
  std::map<std::string, bool> all;
  const auto add = [&](const std::string& directory, bool changes) { all[directory] |= changes; };
  if (options.directory_used() && !options.memory)
    add(options.shared_directory(), options.write ||
                                        may_change(options, options.username.value_or(""), Permissions::read_only()) ||
                                        may_change(options, "anonymous", Permissions::read_only()));
  if (options.anonymous_allowed() && !options.anonymous_home.empty())
    add(options.anonymous_home,
        (options.write && !options.username) || may_change(options, "anonymous", Permissions::read_only()));
  for (const UserOption& user : options.users) add(user.home, may_change(options, user.name, user.permissions));
  for (const HostUserOption& user : options.host_users) add(user.user.home, changes(user.user.permissions));
  for (const HostOption& host : options.hosts)
    if (!host.directory.empty()) add(host.directory, options.write);
  std::vector<SharedTree> trees;
  trees.reserve(all.size());
  for (const auto& [directory, is_changed] : all) trees.push_back({directory, is_changed});
  return trees;
}

}  // namespace ferry
