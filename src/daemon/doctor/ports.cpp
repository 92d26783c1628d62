#include <cerrno>
#include <cstring>

#include <fmt/format.h>
#include <ferry/address.hpp>

#include "doctor/finding.hpp"
#include "net/listener.hpp"

namespace ferry {
namespace {

// 0, or errno, of what the server would do with this port.
int try_port(const std::string& interface, std::uint16_t port) {
  const auto address = IpAddress::parse(interface == "localhost" ? "127.0.0.1" : interface);
  // Two sockets may be bound to one port as long as only one of them listens.
  const auto listening = try_to_listen(address, port, 1);
  return listening ? 0 : listening.error();
}

Finding look_at_port(const char* option, const std::string& interface, std::uint16_t port) {
  Finding finding{Health::ok, fmt::format("{} {}", option, port), "is free"};
  switch (const int error = port == 0 ? 0 : try_port(interface, port)) {
    case 0:
      if (port == 0) finding.text = "is chosen by the system at the start";
      return finding;
    case EADDRINUSE:
      finding.text = "is in use; stop what listens there (ss -tlnp shows it), or give another port";
      break;
    case EACCES:
      finding.text =
          "needs a right for ports below 1024; start ferry as root with --run-as NAME, or with "
          "CAP_NET_BIND_SERVICE";
      break;
    case EADDRNOTAVAIL:
      finding.text =
          fmt::format("cannot be had at {}, which is no address of this machine; ip address lists them", interface);
      break;
    default:
      finding.text = fmt::format("cannot be had: {}; give another port", std::strerror(error));
  }
  finding.health = Health::error;
  return finding;
}

}  // namespace

void check_ports(const Options& options, Findings& findings) {
  const Config& config = options.config;
  findings.push_back(look_at_port("--port", config.interface, config.port));
  if (config.tls && config.tls->implicit_port)
    findings.push_back(look_at_port("--implicit-tls-port", config.interface, *config.tls->implicit_port));

  const PortRange& range = config.passive_ports;
  constexpr int few = 100;
  if (const int count = range.last - range.first + 1; range.first != 0 && count < few)
    findings.push_back(
        {Health::warning, "--range",
         fmt::format("{} ports are enough for as many passive transfers at the same time; give more", count)});
  else
    findings.push_back(
        {Health::ok, "--range",
         range.first == 0
             ? std::string("the passive ports are 49152-65535; a firewall has to let them in")
             : fmt::format("the passive ports are {}-{}; a firewall has to let them in", range.first, range.last)});
}

}  // namespace ferry
