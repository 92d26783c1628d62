#include "server/check_config.hpp"

#include <stdexcept>

#include "protocol/charset.hpp"
#include "session/command_set.hpp"

namespace ferry {

std::optional<IpAddress> listening_address(const Config& config) {
  if (config.interface.empty()) return std::nullopt;
  if (config.interface == "localhost") return IpAddress::v4({127, 0, 0, 1});
  const auto address = IpAddress::parse(config.interface);
  if (!address)
    throw ConfigError("interface: \"" + config.interface +
                      "\" is not an IP address; give one of this machine's, or none");
  return address;
}

Config checked(Config config) {
  if (!config.authenticator) throw ConfigError("authenticator: nobody could log in; set one, such as StaticUsers");
  listening_address(config);
  const PortRange& range = config.passive_ports;
  const bool whole = range.first == 0 && range.last == 0;
  if (!whole && (range.first == 0 || range.first > range.last))
    throw ConfigError("passive_ports: " + std::to_string(range.first) + "-" + std::to_string(range.last) +
                      " is no range; give the lower port first");
  if (config.masquerade_address && !config.masquerade_address->is_v4())
    throw ConfigError("masquerade_address: PASV can announce IPv4 only; give an IPv4 address");
  for (const auto& [local, announced] : config.masquerade_map)
    if (!announced.is_v4())
      throw ConfigError("masquerade_map: " + announced.text() + " for " + local.text() +
                        ": PASV can announce IPv4 only; give IPv4 addresses");
  if (config.tls && config.tls->certificate_file.empty())
    throw ConfigError("tls: no certificate_file; give a PEM certificate");
  if (!config.plain_port && !(config.tls && config.tls->implicit_port))
    throw ConfigError("plain_port is off and there is no implicit TLS port; no port is left");
  if (const auto trouble = trouble_with(config.commands)) throw ConfigError(*trouble);
  try {
    const Charset charset(config.encoding);
  } catch (const std::invalid_argument&) {
    throw ConfigError("encoding: \"" + config.encoding +
                      "\" cannot be used; give a name from `iconv -l` that extends ASCII");
  }
  return config;
}

}  // namespace ferry
