// Addresses, ports and virtual hosts.
#include "options/groups.hpp"

#include "options/setters.hpp"
#include "values.hpp"

namespace ferry {
namespace {

constexpr std::string_view network = "Network";
constexpr std::string_view hosts = "Several hosts at one address";

SetResult set_nat_address(Options& options, const std::string& value) {
  // RFC 959's 227 has room for an IPv4 address only.
  const auto address = IpAddress::parse(value);
  if (!address || !address->is_v4())
    return std::unexpected("is not an IPv4 address; give the one that peers outside use, such as 192.0.2.1");
  options.config.masquerade_address = *address;
  return {};
}

SetResult add_host(Options& options, const std::string& value) {
  auto host = parse_host_option(value);
  if (!host) return std::unexpected(std::move(host).error());
  options.hosts.push_back(*std::move(host));
  return {};
}

SetResult add_host_user(Options& options, const std::string& value) {
  auto user = parse_host_user(value);
  if (!user) return std::unexpected(std::move(user).error());
  options.host_users.push_back(*std::move(user));
  return {};
}

const OptionRow network_rows[] = {
    {.group = network,
     .names = "-i,--interface",
     .value = "ADDRESS",
     .help = "listen on this address only; default: all, IPv4 and IPv6",
     .set = [](Options& o, const std::string& v) { return assign(parse_interface(v), o.config.interface); },
     .setting = "interface"},
    {.group = network,
     .names = "-p,--port",
     .value = "PORT",
     .help = "listen on this port; default: 2121; 0: one that the system chooses",
     .set = [](Options& o, const std::string& v) { return assign(parse_listening_port(v), o.config.port); },
     .setting = "port"},
    {.group = network,
     .names = "-r,--range",
     .value = "FROM-TO",
     .help = "ports for passive data connections; default: 49152-65535",
     .set = [](Options& o, const std::string& v) { return assign(parse_port_range(v), o.config.passive_ports); },
     .setting = "passive_ports"},
    {.group = network,
     .names = "-n,--nat-address",
     .value = "ADDRESS",
     .help = "the IPv4 address to announce for passive data connections behind NAT",
     .set = set_nat_address,
     .setting = "masquerade_address"},
    {.group = network,
     .names = "--permit-foreign-addresses",
     .value = "",
     .help = "allow data connections with other hosts than the user's (server-to-server transfers)",
     .set = [](Options& o, const std::string&) { return turn_on(o.config.permit_foreign_addresses); },
     .takes = Takes::nothing},
    {.group = network,
     .names = "--permit-privileged-ports",
     .value = "",
     .help = "allow active data connections to ports below 1024",
     .set = [](Options& o, const std::string&) { return turn_on(o.config.permit_privileged_ports); },
     .takes = Takes::nothing},

    {.group = hosts,
     .names = "--host",
     .value = "NAME[,PART=VALUE]",
     .help = "one more host, which clients choose with HOST or in the TLS handshake, with any of the parts dir=DIR "
             "(what is "
             "shared there), certfile=FILE, keyfile=FILE, ocsp=FILE and banner=TEXT. May be repeated",
     .set = add_host,
     .repeatable = true,
     .setting = "host"},
    {.group = hosts,
     .names = "--host-user",
     .value = "HOST:NAME:PASSWORD:HOME[:LETTERS[:admin]]",
     .help = "a user of that host alone, otherwise as --user. May be repeated",
     .set = add_host_user,
     .repeatable = true,
     .secret = true},
};

}  // namespace

std::span<const OptionRow> network_options() { return network_rows; }

}  // namespace ferry
