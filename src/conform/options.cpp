#include "conform/options.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <charconv>

namespace ferry::conform {

namespace {

// HOST, HOST:PORT, an IPv6 address, or one in brackets with a port.
std::string split(const std::string& server, std::string& host, std::uint16_t& port) {
  std::string_view rest;
  const std::size_t colon = server.rfind(':');
  if (server.starts_with('[')) {
    const std::size_t end = server.find(']');
    if (end == std::string::npos) return "\"" + server + "\" has no closing bracket";
    host = server.substr(1, end - 1);
    rest = std::string_view(server).substr(end + 1);
  } else if (colon == std::string::npos || server.find(':') != colon) {
    host = server;
  } else {
    host = server.substr(0, colon);
    rest = std::string_view(server).substr(colon);
  }
  if (rest.empty()) return host.empty() ? "no host" : "";
  if (rest.front() != ':') return "\"" + server + "\" has something else than a port behind its bracket";
  rest.remove_prefix(1);
  const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), port);
  if (error != std::errc() || end != rest.data() + rest.size() || port == 0)
    return "\"" + server + "\" has no valid port";
  return host.empty() ? "no host" : "";
}

}  // namespace

std::variant<Options, Ended> read_options(std::vector<std::string> words) {
  Options o;
  std::string server;
  CLI::App app(
      "Judges an FTP server by the RFCs and by the ways in which such servers were broken into. Works in a directory "
      "of its\n"
      "own that it removes. Exit status: 0, or 1 where a MUST fails, 2 for a mistake on the command line.",
      "ferry conform");
  CLI::Option* const host =
      app.add_option("HOST[:PORT]", server, "the server; an IPv6 address with a port stands in brackets");
  app.add_option("-u,--user", o.user, "who logs in; should be allowed to write")->capture_default_str();
  app.add_option("-P,--password", o.password, "with this password");
  app.add_flag("--tls", o.tls, "all sessions under explicit TLS; without it TLS is tried by its own checks alone");
  app.add_option("--directory", o.directory, "where on the server to work; default: where the login begins");
  app.add_option("--home", o.home,
                 "what the login sees first, where it is a directory of this machine: for FIFOs and links");
  app.add_option("--only", o.only,
                 "checks whose name, group or RFC fits this pattern (such as 'break-in*'); may be repeated");
  app.add_option("--json", o.json, "write the results to this file; -: to standard output, instead of the text");
  app.add_option("--junit", o.junit, "write them to this file as JUnit's XML");
  app.add_option("--timeout", o.timeout, "seconds to wait for each reply")
      ->capture_default_str()
      ->check(CLI::Range(0.1, 600.0));
  app.add_flag("--thorough", o.thorough, "more attempts where chance plays a part; takes minutes");
  CLI::Option* const list = app.add_flag("--list", o.list, "only name the checks");
  try {
    app.parse(std::vector<std::string>(words.rbegin(), words.rend()));  // CLI11 takes them from the back
    if (!*list && !*host) throw CLI::RequiredError("HOST[:PORT]");
    if (*host)
      if (const std::string mistake = split(server, o.host, o.port); !mistake.empty())
        throw CLI::ValidationError(mistake);
  } catch (const CLI::CallForHelp&) {
    return Ended{0, app.help()};
  } catch (const CLI::ParseError& error) {
    return Ended{2, fmt::format("ferry conform: {}\n", error.what())};
  }
  return o;
}

}  // namespace ferry::conform
