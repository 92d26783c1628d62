#include "serve.hpp"

#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>

#include <fmt/format.h>
#include <unistd.h>
#include <ferry/server.hpp>
#include <ferry/testing/fault_script.hpp>

#include "confinement.hpp"
#include "left_overs.hpp"
#include "log_output.hpp"
#include "port_file.hpp"
#include "self_signed.hpp"
#include "users.hpp"
#include "welcome.hpp"

namespace ferry {
namespace {

using namespace std::chrono_literals;
constexpr auto grace = 10s;
// What a storage or a login service that hangs gets on top of that.
constexpr auto patience = 5s;

void say(std::string_view line) { fmt::print(stderr, "{}\n", line); }

// The library speaks of settings, the operator knows options: "passive_ports: ..." becomes "ferry: --range: ...". The
// longest beginning that fits counts, as one setting's name may begin another's.
std::string operator_text(const ConfigError& error) {
  const std::string_view text = error.what();
  const OptionRow* best = nullptr;
  for (const OptionRow& row : option_table())
    if (!row.setting.empty() && text.starts_with(row.setting) &&
        (best == nullptr || row.setting.size() > best->setting.size()))
      best = &row;
  if (best == nullptr) return fmt::format("ferry: {}", text);
  std::string_view rest = text.substr(best->setting.size());
  return rest.starts_with(": ") ? fmt::format("ferry: {}{}", best->long_name(), rest)
                                : fmt::format("ferry: {}: {}", best->long_name(), text);
}

// Log records of the program itself, filtered as the server filters its own.
class Journal {
 public:
  Journal(LogSink sink, LogLevel least) : sink_(std::move(sink)), least_(least) {}

  LogSink sink() const {
    return [journal = *this](const LogRecord& record) { journal.note(record.level, record.event, record.text); };
  }
  void note(LogLevel level, std::string_view event, std::string_view text) const {
    if (level >= least_) sink_({.level = level, .event = event, .session = 0, .peer = {}, .user = {}, .text = text});
  }

 private:
  LogSink sink_;
  LogLevel least_;
};

void reload(Server& server, const Journal& journal, bool tls) {
  if (!tls) {
    journal.note(LogLevel::info, "reload", "HUP: there is nothing to read again without TLS");
    return;
  }
  try {
    server.reload_certificates();
    journal.note(LogLevel::info, "reload", "HUP: the certificate files were read again");
  } catch (const ConfigError& error) {
    journal.note(LogLevel::error, "reload", operator_text(error) + " (the old certificate stays in use)");
  }
}

// A thread in a call that does not return cannot be ended: then the process ends with it. Nothing is lost by that,
// since files get their names when they are complete, and what is left of others is removed at the next start.
void end_without_calls_that_hang(const std::stop_token& stopped) {
  std::mutex mutex;
  std::condition_variable_any changed;
  std::unique_lock lock(mutex);
  changed.wait_for(lock, stopped, grace + patience, [] { return false; });
  if (stopped.stop_requested()) return;
  say("ferry: stopped while calls of the storage or of the login service hang");
  _exit(1);
}

// Waits for the operator to end the server, and ends it. The signals are waited for all the time, so that a second one
// cuts a stop that takes long.
void run_until_stopped(Server& server, Signals& signals, const Journal& journal, PortFile& port_file, bool tls) {
  std::jthread stopper;
  for (;;) {
    switch (signals.wait()) {
      case Signals::Event::reload:
        reload(server, journal, tls);
        break;
      case Signals::Event::stop:
        if (stopper.joinable()) {
          say("ferry: stopped at once by a second signal");
          _exit(1);
        }
        journal.note(LogLevel::info, "stop", "stopping; a second signal stops at once");
        if (const auto removed = port_file.remove(); !removed)
          journal.note(LogLevel::warning, "port-file", removed.error());
        stopper = std::jthread([&server, &signals] {
          const std::jthread watch(end_without_calls_that_hang);
          server.stop(grace);
          signals.finish();
        });
        break;
      case Signals::Event::finished:
        return;
    }
  }
}

// Where no certificate was given, puts the self-signed one into the configuration.
std::expected<void, std::string> choose_certificate(TlsConfig& tls, Started& started) {
  started.self_signed = tls.certificate_file.empty();
  if (started.self_signed) {
    auto made = self_signed_certificate(state_directory());
    if (!made) return std::unexpected(std::move(made).error());
    tls.certificate_file = *std::move(made);
  }
  started.certificate_file = tls.certificate_file;
  started.fingerprint = fingerprint_of(tls.certificate_file);
  return {};
}

std::vector<std::string> changing_trees(const Options& options) {
  std::vector<std::string> trees;
  for (SharedTree& tree : shared_trees(options))
    if (tree.changes) trees.push_back(std::move(tree.directory));
  return trees;
}

// What an operator should know who thinks the server to be confined.
void tell_of_rights(const Options& options, const std::vector<LayerState>& layers, const Journal& journal) {
  if (options.sandbox.off) journal.note(LogLevel::warning, "sandbox-off", "this server keeps all its rights");
  if (const std::string missing = missing_layers(layers); !missing.empty())
    journal.note(LogLevel::warning, "sandbox-missing", "the sandbox is without " + missing);
  if (geteuid() == 0) journal.note(LogLevel::warning, "root", "this server runs as root; --run-as NAME gives that up");
}

int run(Options& options, Signals& signals) {
  const auto refuse = [](std::string_view text) {
    say(text);
    return 1;
  };
  auto users = make_users(options);
  if (!users) return refuse(users.error());
  options.config.authenticator = *std::move(users);
  auto virtual_hosts = make_hosts(options);
  if (!virtual_hosts) return refuse(virtual_hosts.error());
  options.config.hosts = *std::move(virtual_hosts);

  Started started;
  const bool tls = options.config.tls.has_value();
  if (tls)
    if (const auto chosen = choose_certificate(*options.config.tls, started); !chosen) return refuse(chosen.error());

  if (!options.faults.empty()) {
    const auto script = std::make_shared<testing::FaultScript>();
    for (const testing::FaultRule& rule : options.faults) {
      if (rule.no_resumption && tls) options.config.tls->resumption = false;
      script->add(rule);
    }
    options.config.fault_injector = script;
  }

  LogOutput log_output(options.log_format);
  options.config.log = log_output.sink();
  const Journal journal(log_output.sink(), options.config.log_level);
  PortFile port_file(options.port_file, options.run_as ? std::optional(options.run_as->identity) : std::nullopt);

  Server server(options.config);
  server.bind();
  started.port = server.port();
  started.implicit_port = server.implicit_tls_port();
  started.addresses = reachable_addresses(options.config.interface);
  if (const auto written = port_file.write(started.port, started.implicit_port); !written)
    return refuse(written.error());

  // From here on the rights are those that are left.
  auto layers = confine(options);
  if (!layers) return refuse(layers.error());
  started.confined = active_layers(*layers);
  log_output.start();
  server.start();
  const std::jthread clearing = clear_left_overs(changing_trees(options), journal.sink());

  if (options.log_format == LogFormat::text) {
    fmt::print("{}", welcome_text(options, started));
    std::fflush(stdout);
  } else {
    if (!started.fingerprint.empty())
      journal.note(LogLevel::info, "certificate",
                   fmt::format("{} with SHA-256 fingerprint {}", started.certificate_file, started.fingerprint));
    std::string ready = fmt::format("clients can connect to port {}", started.port);
    if (started.implicit_port != 0)
      ready += fmt::format(", and with TLS from the first octet on to port {}", started.implicit_port);
    journal.note(LogLevel::info, "sandbox", options.sandbox.off ? "off" : started.confined);
    journal.note(LogLevel::info, "ready", ready);
  }
  tell_of_rights(options, *layers, journal);
  if ((options.directory || options.directory_option) && !options.directory_used())
    journal.note(LogLevel::warning, "directory-unused",
                 fmt::format("\"{}\" is shared with nobody, as all users have homes of their own; --anonymous or "
                             "--username shares it",
                             options.shared_directory()));
  if (options.write && !options.username)
    journal.note(LogLevel::warning, "anonymous-write",
                 "everybody who can connect may change and delete the shared files");

  if (!options.faults.empty())
    journal.note(LogLevel::warning, "faults", "this server breaks on purpose, as --fault says");

  run_until_stopped(server, signals, journal, port_file, tls);
  return 0;
}

}  // namespace

int serve(Options options, Signals& signals) {
  try {
    return run(options, signals);
  } catch (const ConfigError& error) {
    say(operator_text(error));
  } catch (const std::system_error& error) {
    // What is left when settings, files and ports have been checked: the system is out of threads, descriptors, memory.
    say(fmt::format(
        "ferry: the system refused something that the server needs ({}); raise its limits or lower --threads",
        error.code().message()));
  }
  return 1;
}

}  // namespace ferry
