#include "command_line.hpp"

#include <algorithm>
#include <cstring>
#include <map>

// CLI11 warns about itself under -Wshadow and -Wconversion; CMake marks it as a system header.
#include <fmt/format.h>
#include <unistd.h>
#include <CLI/CLI.hpp>

namespace ferry {
namespace {

CommandLineError wrong(std::string text) { return {"ferry: " + std::move(text)}; }

CommandLineError wrong_value(const OptionRow& row, const std::string& value, const std::string& why) {
  if (row.secret) return wrong(fmt::format("{}: the value {}", row.long_name(), why));
  return wrong(fmt::format("{}: \"{}\" {}", row.long_name(), value, why));
}

// Overwrites the secret wherever an argument ends with it: "-P x", "-Px", "--password=x".
void wipe(std::span<char*> arguments, const std::string& secret) {
  if (secret.empty()) return;
  for (char* argument : arguments) {
    const std::size_t length = std::strlen(argument);
    if (length >= secret.size() && secret == argument + (length - secret.size()))
      std::memset(argument + (length - secret.size()), '*', secret.size());
  }
}

// What only several options together can get wrong.
std::optional<CommandLineError> contradiction(const Options& o) {
  if (o.directory && o.directory_option && *o.directory != *o.directory_option)
    return wrong(fmt::format("--directory: \"{}\" and \"{}\" are both to be shared; give one directory",
                             *o.directory_option, *o.directory));
  if (o.username && !o.password)
    return wrong(fmt::format("--username: \"{}\" has no password; add --password", *o.username));
  if (o.password && !o.username) return wrong("--password: belongs to nobody; add --username");
  for (const UserOption& user : o.users)
    if (o.username == user.name)
      return wrong(fmt::format("--user: names \"{}\", as --username does; give each user once", user.name));
  if (o.write && !o.username && !o.anonymous_allowed())
    return wrong("--write: is for --username or for anonymous alone; give each --user its letters, such as elradfmwMT");
  for (std::size_t i = 0; i < o.hosts.size(); ++i)
    for (std::size_t j = 0; j < i; ++j)
      if (o.hosts[i].host.name == o.hosts[j].host.name)
        return wrong(fmt::format("--host: \"{}\" is given twice; give each host once", o.hosts[i].host.name));
  for (const HostUserOption& user : o.host_users)
    if (std::ranges::none_of(o.hosts, [&](const HostOption& option) { return option.host.name == user.host; }))
      return wrong(fmt::format("--host-user: \"{}\" is no host here; add --host {}", user.host, user.host));
  const bool homes_of_hosts = !o.host_users.empty() || std::ranges::any_of(o.hosts, [](const HostOption& one) {
    return !one.directory.empty();
  });
  if (o.memory && (!o.users.empty() || !o.anonymous_home.empty() || o.system_users || homes_of_hosts))
    return wrong(
        "--memory: is one tree for all, and --user, --anonymous, --system-users, --host-user and dir= of --host give "
        "homes on the disk; use --username");
  if (!o.quotas.empty() && o.system_users && !o.system_users->confined)
    return wrong(
        "--quota: counts all that a user sees, which with --system-unconfined is the whole machine; leave one of them "
        "out");
  for (const testing::FaultRule& fault : o.faults)
    if (fault.no_resumption && !o.config.tls) return wrong("--fault: TLS:no-resumption needs TLS; add --tls");
  if (o.system_users)
    for (const testing::FaultRule& fault : o.faults)
      if (fault.disk_delay.count() > 0)
        return wrong("--fault: DISK:delay does not reach the homes of --system-users; use --user or --username");
  if (o.run_as && o.config.passive_ports.first != 0 && o.config.passive_ports.first < 1024)
    return wrong("--run-as: passive ports below 1024 need root; give a --range from 1024 on");
  if (o.run_as && geteuid() != 0 && geteuid() != o.run_as->identity.user)
    return wrong(
        fmt::format("--run-as: only root can become \"{}\"; start ferry as root, or as that user", o.run_as->name));
  if (o.debug && o.log_level.value_or(LogLevel::debug) != LogLevel::debug)
    return wrong("--debug: contradicts --log-level; give one of the two");
  if (o.client_login && !o.config.tls)
    return wrong("--client-login: no client is asked for a certificate; add --client-certificates and --client-ca");
  if (o.config.tls) {
    const TlsConfig& tls = *o.config.tls;
    if (tls.client_certificates != ClientCertificates::off && tls.client_ca_file.empty())
      return wrong("--client-certificates: nobody could sign them; add --client-ca");
    if (o.client_login && tls.client_certificates == ClientCertificates::off)
      return wrong("--client-login: no client is asked for a certificate; add --client-certificates and --client-ca");
    if (!tls.key_file.empty() && tls.certificate_file.empty())
      return wrong("--keyfile: has no certificate; add --certfile");
    if (tls.implicit_port && *tls.implicit_port != 0 && *tls.implicit_port == o.config.port)
      return wrong(
          fmt::format("--implicit-tls-port: \"{}\" is also the port of --port; choose another", o.config.port));
  }
  return std::nullopt;
}

CLI::Option* declare(CLI::App& app, const OptionRow& row) {
  const std::string names(row.names);
  if (row.takes == Takes::nothing) return app.add_flag(names)->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
  CLI::Option* const option = app.add_option(names)->type_size(1);
  if (row.takes == Takes::optional_value)
    option->expected(0, 1);
  else
    option->expected(1);
  return option->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
}

// Puts what CLI11 found for one option into `options`.
std::optional<CommandLineError> apply(const OptionRow& row, const CLI::Option& found, Options& options) {
  std::vector<std::string> values = found.results();
  if (row.takes == Takes::nothing) {
    // CLI11 hands "--flag=value" on as the flag's value.
    if (values.back() != "true")
      return wrong(fmt::format("{}: takes no value; leave \"={}\" out", row.long_name(), values.back()));
    values = {""};
  }
  // For an option without its optional value CLI11 gives "{}" or nothing.
  if (values.empty() || (row.takes == Takes::optional_value && values.front() == "{}")) values = {""};
  if (values.size() > 1 && !row.repeatable)
    return wrong(fmt::format("{}: is given twice; give it once", row.long_name()));
  for (const std::string& value : values) {
    const SetResult result = row.set(options, value);
    if (!result) return wrong_value(row, value, result.error());
  }
  return std::nullopt;
}

}  // namespace

std::variant<Options, Information, CommandLineError> read_command_line(int argc, char** argv) {
  std::span<char*> given(argv, static_cast<std::size_t>(argc));
  given = given.subspan(given.empty() ? 0 : 1);
  std::vector<std::string> words(given.begin(), given.end());

  Command command = Command::serve;
  // `ferry` and `ferry --option` mean `ferry serve`; a bare word must be a command, so that more can be added one day.
  if (!words.empty() && !words.front().starts_with('-')) {
    if (words.front() == "doctor") {
      command = Command::doctor;
    } else if (words.front() != "serve") {
      return wrong(
          fmt::format("\"{}\" is not a command; `ferry serve {}` shares a directory of that name, `ferry --help` "
                      "lists the options",
                      words.front(), words.front()));
    }
    words.erase(words.begin());
  }

  CLI::App app;
  app.set_help_flag();  // the own --help is an option like the others
  const CLI::Option* const help = app.add_flag("-h,--help");
  const CLI::Option* const version = app.add_flag("--version");
  const CLI::Option* const directory =
      app.add_option("DIRECTORY")->type_size(1)->expected(1)->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  std::vector<const CLI::Option*> found;
  for (const OptionRow& row : option_table()) found.push_back(declare(app, row));

  try {
    app.parse(std::vector<std::string>(words.rbegin(), words.rend()));  // CLI11 takes them from the back
  } catch (const CLI::ExtrasError&) {
    for (const std::string& extra : app.remaining()) {
      if (extra.starts_with('-') && extra.size() > 1)
        return wrong(
            fmt::format("{}: there is no such option; `ferry --help` lists them", extra.substr(0, extra.find('='))));
    }
    return wrong(fmt::format("DIRECTORY: \"{}\" is one too many; give one directory", app.remaining().front()));
  } catch (const CLI::ParseError&) {
    // The only thing left that the declarations above can refuse: an option at the end without its value.
    const std::string last = words.empty() ? "" : words.back();
    return wrong(fmt::format("{}: lacks its value; `ferry --help` shows what it takes", last));
  }
  for (std::size_t i = 0; i < found.size(); ++i) {
    if (!option_table()[i].secret) continue;
    for (const std::string& value : found[i]->results()) wipe(given, value);
  }

  if (help->count() > 0) return Information{help_text()};
  if (version->count() > 0) return Information{"ferry " FERRY_VERSION "\n"};

  Options options;
  options.command = command;
  for (std::size_t i = 0; i < found.size(); ++i) {
    if (found[i]->count() == 0) continue;
    if (auto error = apply(option_table()[i], *found[i], options)) return *std::move(error);
  }
  if (directory->count() > 0) {
    options.directory = directory->results().front();
    if (options.directory->empty()) return wrong("DIRECTORY: \"\" is empty; give a directory or leave it out");
  }
  if (auto error = contradiction(options)) return *std::move(error);
  options.config.log_level = options.debug ? LogLevel::debug : options.log_level.value_or(LogLevel::info);
  return options;
}

}  // namespace ferry
