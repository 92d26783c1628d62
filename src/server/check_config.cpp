#include "server/check_config.hpp"

#include <fmt/format.h>

#include <set>
#include <stdexcept>

#include "protocol/charset.hpp"
#include "protocol/ebcdic.hpp"
#include "protocol/host_name.hpp"
#include "protocol/mlst_facts.hpp"
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

namespace {

void check_encoding(const std::string& setting, const std::string& encoding) {
  try {
    const Charset charset(encoding);
  } catch (const std::invalid_argument&) {
    throw ConfigError(setting + ": \"" + encoding +
                      "\" cannot be used; give a name from `iconv -l` that extends ASCII");
  }
}

void check_tls(const TlsConfig& tls) {
  if (tls.certificate_file.empty()) throw ConfigError("tls: no certificate_file; give a PEM certificate");
  if (tls.least_version > tls.most_version)
    throw ConfigError("least_version: is above most_version, so no version is left; lower it");
  const bool asks = tls.client_certificates != ClientCertificates::off;
  if (asks && tls.client_ca_file.empty())
    throw ConfigError("client_certificates: nobody could sign them; give a client_ca_file");
}

// Sessions find hosts by their canonical names.
void check_hosts(Config& config) {
  std::set<std::string> names;
  for (VirtualHost& host : config.hosts) {
    auto name = canonical_domain(host.name);
    if (!name) throw ConfigError("host " + host.name + ": is no domain name; give one such as ftp.example.org");
    if (!names.insert(*name).second) throw ConfigError("host " + host.name + ": is there twice; give each host once");
    host.name = *std::move(name);
    if (host.certificate_file.empty() && !(host.key_file.empty() && host.ocsp_file.empty()))
      throw ConfigError("host " + host.name +
                        ": has a key or an OCSP file and no certificate; give its certificate_file");
    if (!host.certificate_file.empty() && !config.tls)
      throw ConfigError("host " + host.name + ": has a certificate, and TLS is off; configure it");
  }
}

}  // namespace

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
  if (config.tls) check_tls(*config.tls);
  check_hosts(config);
  if (!config.plain_port && !(config.tls && config.tls->implicit_port))
    throw ConfigError("plain_port is off and there is no implicit TLS port; no port is left");
  if (const auto trouble = trouble_with(config.commands)) throw ConfigError(*trouble);
  if (const auto trouble = trouble_with_disabled(config.disabled_commands)) throw ConfigError(*trouble);
  check_encoding("encoding", config.encoding);
  for (const NetworkEncoding& own : config.network_encodings) check_encoding("network_encodings", own.encoding);
  for (const auto& [suffix, type] : config.listings.media_types)
    if (suffix.empty() || !is_media_type(type))
      throw ConfigError(
          fmt::format("listings.media_types: \"{}\" for \"{}\" cannot be sent; give the end of a name, "
                      "and a type such as text/plain",
                      type, suffix));
  try {
    const EbcdicTable table(config.formats.ebcdic_code_page);
  } catch (const std::invalid_argument&) {
    throw ConfigError("formats.ebcdic_code_page: \"" + config.formats.ebcdic_code_page +
                      "\" cannot be used; give an EBCDIC code page from `iconv -l`, such as IBM1047");
  }
  return config;
}

}  // namespace ferry
