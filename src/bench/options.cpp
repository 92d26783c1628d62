#include "bench/options.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "bench/works.hpp"

namespace ferry::bench {

namespace {

std::string known_works() {
  std::string out;
  for (const Work& work : works()) out += fmt::format("\n  {:<12} {}", work.name, work.help);
  return out;
}

}  // namespace

std::variant<Options, Ended> read_options(std::vector<std::string> words) {
  Options o;
  CLI::App app("Puts load on an FTP server and tells what it cost. Each WORK is measured by itself:" + known_works() +
                   "\nWithout a WORK all of them run, one after the other.",
               "ferry bench");
  app.add_option("WORK", o.works, "what to measure")->check([](const std::string& name) {
    return find_work(name) ? std::string() : "\"" + name + "\" is no work; see --help";
  });
  app.add_option("--host", o.host, "the server's name or address")->capture_default_str();
  app.add_option("-p,--port", o.port, "the server's port")->capture_default_str();
  app.add_option("-u,--user", o.user, "who logs in")->capture_default_str();
  app.add_option("-P,--password", o.password, "with this password");
  app.add_flag("--tls", o.tls, "encrypt control and data connections (AUTH TLS, PROT P); certificates are not checked");
  app.add_flag("--implicit-tls", o.implicit_tls, "the same, with TLS from the first octet on");
  app.add_flag("--pasv", o.pasv, "use PASV instead of EPSV");
  app.add_option("-s,--sessions", o.sessions, "sessions at the same time")
      ->capture_default_str()
      ->check(CLI::Range(1u, 10'000u));
  app.add_option("-t,--seconds", o.seconds, "how long to measure each work")
      ->capture_default_str()
      ->check(CLI::PositiveNumber);
  app.add_option("-n,--count", o.count,
                 "instead of a time: this many operations in each session (but not in parallel)");
  app.add_option("--size", o.size, "size of the file of retr, parallel, stor, stor-new, latency and idle, such as 64M")
      ->transform(CLI::AsSizeValue(false))
      ->default_str("64M");
  app.add_option("--small-size", o.small_size, "size of the files of small-retr and small-stor")
      ->transform(CLI::AsSizeValue(false))
      ->default_str("1K");
  app.add_option("--entries", o.entries, "entries of the directory that is listed")->capture_default_str();
  app.add_option("--downloads", o.downloads, "downloads beside the NOOPs of latency")->capture_default_str();
  app.add_option("--idle", o.idle, "sessions that idle holds open")->capture_default_str();
  app.add_option("--directory", o.directory, "directory on the server for the files; made where it is missing")
      ->capture_default_str();
  app.add_flag("--keep", o.keep, "leave the files on the server, for the next run");
  app.add_flag("--check", o.check, "compare the content of what arrives (but not in parallel); costs client CPU");
  CLI::Option* const pid =
      app.add_option("--server-pid", o.server_pid, "measure CPU and memory of this process and its children");
  app.add_option("--server-cgroup", o.server_cgroup,
                 "measure CPU and memory of the processes of this control group (its directory)")
      ->excludes(pid);
  app.add_option("--json", o.json, "write the results to this file; -: to standard output, without the table");
  app.add_flag("!--no-progress", o.progress, "no progress bar");
  try {
    app.parse(std::vector<std::string>(words.rbegin(), words.rend()));  // CLI11 takes them from the back
  } catch (const CLI::CallForHelp&) {
    return Ended{0, app.help()};
  } catch (const CLI::ParseError& error) {
    return Ended{2, fmt::format("ferry bench: {}\n", error.what())};
  }
  if (o.works.empty())
    for (const Work& work : works()) o.works.emplace_back(work.name);
  return o;
}

}  // namespace ferry::bench
