// The "given" lines: what is there before the first word is said.
#include <charconv>
#include <chrono>
#include <iterator>

#include "script.hpp"
#include "support/certificate.hpp"
#include "support/content.hpp"

namespace ferry::test {
namespace {

std::uint32_t number(const std::string& value) {
  Words words(value);
  return static_cast<std::uint32_t>(words.number());
}

std::chrono::milliseconds milliseconds(const std::string& value) { return std::chrono::milliseconds(number(value)); }

bool on_or_off(const std::string& value) {
  if (value != "on" && value != "off") throw BadSyntax("on or off expected, not " + value);
  return value == "on";
}

SessionReuse session_reuse(const std::string& value) {
  if (value == "require") return SessionReuse::require;
  if (value == "prefer") return SessionReuse::prefer;
  if (value == "off") return SessionReuse::off;
  throw BadSyntax("require, prefer or off expected, not " + value);
}

IpAddress address(const std::string& value) {
  const auto parsed = IpAddress::parse(value);
  if (!parsed) throw BadSyntax("not an address: " + value);
  return *parsed;
}

int tls_version(const std::string& value) {
  if (value == "1.1") return TLS1_1_VERSION;
  if (value == "1.2") return TLS1_2_VERSION;
  if (value == "1.3") return TLS1_3_VERSION;
  throw BadSyntax("not a version of TLS: " + value);
}

ClientCertificates client_certificates(const std::string& value) {
  if (value == "optional") return ClientCertificates::optional;
  if (value == "required") return ClientCertificates::required;
  throw BadSyntax("optional or required expected, not " + value);
}

Globs globs(const std::string& value) {
  if (value == "off") return Globs::off;
  if (value == "plain") return Globs::plain;
  if (value == "full") return Globs::full;
  throw BadSyntax("off, plain or full expected, not " + value);
}

TlsVersion least_version(const std::string& value) {
  return tls_version(value) == TLS1_3_VERSION ? TlsVersion::v1_3 : TlsVersion::v1_2;
}

// A virtual host with a banner and a user of its own: guest, whose password is secret and whose tree is empty.
VirtualHost host_called(const std::string& name) {
  const auto users = std::make_shared<StaticUsers>();
  Account account;
  account.files = memory_file_system();
  users->add("guest", Secret("secret"), account);
  VirtualHost host;
  host.name = name;
  host.banner = "This is " + name + ".";
  host.authenticator = users;
  return host;
}

// A setting of Config by its name in conversation files. The value is checked when the file is read.
template <typename Parse, typename Apply>
void set(Givens& givens, const std::string& value, Parse parse, Apply apply) {
  givens.options.push_back([apply, parsed = parse(value)](Config& config) { apply(config, parsed); });
}

std::string as_it_is(const std::string& value) { return value; }

void parse_option(const std::string& name, const std::string& value, Givens& givens) {
  if (name == "tls")
    set(givens, value, on_or_off, [](Config& c, bool on) {
      if (!on) c.tls.reset();
    });
  else if (name == "tls_required_for_control")
    set(givens, value, on_or_off, [](Config& c, bool on) { c.tls->required_for_control = on; });
  else if (name == "tls_required_for_data")
    set(givens, value, on_or_off, [](Config& c, bool on) { c.tls->required_for_data = on; });
  else if (name == "session_reuse")
    set(givens, value, session_reuse, [](Config& c, SessionReuse v) { c.tls->session_reuse = v; });
  else if (name == "allow_ccc")
    set(givens, value, on_or_off, [](Config& c, bool on) { c.tls->allow_ccc = on; });
  else if (name == "implicit_tls")
    set(givens, value, on_or_off, [](Config& c, bool on) {
      if (on) c.tls->implicit_port = 0;
    });
  else if (name == "max_connections")
    set(givens, value, number, [](Config& c, std::uint32_t n) { c.limits.connections = n; });
  else if (name == "max_connections_per_address")
    set(givens, value, number, [](Config& c, std::uint32_t n) { c.limits.connections_per_address = n; });
  else if (name == "login_attempts")
    set(givens, value, number, [](Config& c, std::uint32_t n) { c.limits.login_attempts = n; });
  else if (name == "idle_timeout")
    set(givens, value, milliseconds, [](Config& c, auto t) { c.timeouts.idle = t; });
  else if (name == "login_timeout")
    set(givens, value, milliseconds, [](Config& c, auto t) { c.timeouts.login = t; });
  else if (name == "login_delay")
    set(givens, value, milliseconds, [](Config& c, auto t) { c.timeouts.login_delay = t; });
  else if (name == "tls_handshake_timeout")
    set(givens, value, milliseconds, [](Config& c, auto t) { c.timeouts.tls_handshake = t; });
  else if (name == "data_connect_timeout")
    set(givens, value, milliseconds, [](Config& c, auto t) { c.timeouts.data_connect = t; });
  else if (name == "data_stall_timeout")
    set(givens, value, milliseconds, [](Config& c, auto t) { c.timeouts.data_stall = t; });
  else if (name == "masquerade_address")
    set(givens, value, address, [](Config& c, const IpAddress& a) { c.masquerade_address = a; });
  else if (name == "permit_foreign_addresses")
    set(givens, value, on_or_off, [](Config& c, bool on) { c.permit_foreign_addresses = on; });
  else if (name == "permit_privileged_ports")
    set(givens, value, on_or_off, [](Config& c, bool on) { c.permit_privileged_ports = on; });
  else if (name == "banner")
    set(givens, value, as_it_is, [](Config& c, const std::string& text) { c.banner = text; });
  else if (name == "encoding")
    set(givens, value, as_it_is, [](Config& c, const std::string& text) { c.encoding = text; });
  else if (name == "network_encoding") {
    Words words(value);
    const auto network = Network::parse(words.word());
    if (!network) throw BadSyntax("not a network: " + value);
    givens.options.push_back([network = *network, encoding = words.word()](Config& c) {
      c.network_encodings.push_back({network, encoding});
    });
  } else if (name == "globs")
    set(givens, value, globs, [](Config& c, Globs v) { c.listings.globs = v; });
  else if (name == "recursive")
    set(givens, value, on_or_off, [](Config& c, bool on) { c.listings.recursive = on; });
  else if (name == "most_sorted")
    set(givens, value, number, [](Config& c, std::uint32_t n) { c.listings.most_sorted = n; });
  else if (name == "most_visited")
    set(givens, value, number, [](Config& c, std::uint32_t n) { c.listings.most_visited = n; });
  else if (name == "link_targets")
    set(givens, value, on_or_off, [](Config& c, bool on) { c.listings.link_targets = on; });
  else if (name == "media_type") {
    Words words(value);
    const std::string suffix = words.word();
    givens.options.push_back([suffix, type = words.word()](Config& c) { c.listings.media_types[suffix] = type; });
  } else if (name == "marker_interval")
    set(givens, value, number, [](Config& c, std::uint32_t n) { c.formats.marker_interval = n; });
  else if (name == "local_time")
    set(givens, value, on_or_off, [](Config& c, bool on) { c.local_time = on; });
  else if (name == "use_sendfile")
    set(givens, value, on_or_off, [](Config& c, bool on) { c.use_sendfile = on; });
  else if (name == "disabled_command")
    set(givens, value, as_it_is, [](Config& c, const std::string& verb) { c.disabled_commands.push_back(verb); });
  else if (name == "permit_owner_changes")
    set(givens, value, on_or_off, [](Config& c, bool on) { c.permit_owner_changes = on; });
  else if (name == "max_hash_octets")
    set(givens, value, number, [](Config& c, std::uint32_t n) { c.limits.hash_octets = n; });
  else if (name == "longest_idle")
    set(givens, value, milliseconds, [](Config& c, auto t) { c.timeouts.longest_idle = t; });
  else if (name == "deflate_under_tls")
    set(givens, value, on_or_off, [](Config& c, bool on) { c.formats.deflate_under_tls = on; });
  else if (name == "only_basic_formats")
    set(givens, value, on_or_off, [](Config& c, bool on) {
      c.formats.ebcdic = c.formats.records = c.formats.block_mode = !on;
      c.formats.compressed_mode = c.formats.deflate_mode = !on;
    });
  else if (name == "login_message")
    givens.server.login_message = value;
  else if (name == "quit_message")
    givens.server.quit_message = value;
  else if (name == "host")
    givens.options.push_back([name = value](Config& c) { c.hosts.push_back(host_called(name)); });
  else if (name == "client_server_name")
    givens.client_tls.server_name = value == "none" ? "" : value;
  else if (name == "client_certificates")
    set(givens, value, client_certificates, [](Config& c, ClientCertificates v) {
      c.tls->client_certificates = v;
      c.tls->client_ca_file = client_authority().certificate;
    });
  else if (name == "client_certificate")
    givens.client_tls.certificate = value == "foreign" ? shared_certificate() : client_certificate(value);
  else if (name == "least_tls_version")
    set(givens, value, least_version, [](Config& c, TlsVersion v) { c.tls->least_version = v; });
  else if (name == "address")
    givens.server.address = givens.server.connect_to = address(value).text();
  else if (name == "client_tls")
    givens.client_tls.min_version = givens.client_tls.max_version = tls_version(value);
  else if (name == "client_alpn")
    givens.client_tls.alpn = {value};
  else
    throw BadSyntax("unknown option " + name);
}

void parse_file(Words& words, Givens& givens) {
  const std::string path = words.text();
  std::string content;
  if (words.take("of")) {
    content = octets(words.number());
    words.need("octets");
  } else {
    words.need("with");
    content = words.quoted();
  }
  givens.files.push_back([path, content](TestTree& tree) { tree.make_file(path, content); });
}

}  // namespace

void parse_given(Words& words, Givens& givens) {
  if (words.take("file")) {
    parse_file(words, givens);
  } else if (words.take("directory")) {
    givens.files.push_back([path = words.text()](TestTree& tree) { tree.make_directory(path); });
  } else if (words.take("symlink")) {
    const std::string path = words.text();
    words.need("->");
    givens.files.push_back([path, target = words.text()](TestTree& tree) { tree.make_symlink(path, target); });
    givens.storages = {StorageKind::local};
  } else if (words.take("user")) {
    const std::string name = words.text();
    words.need("with");
    const auto permissions = Permissions::parse(words.quoted());
    if (!permissions) throw BadSyntax("unknown letters of permissions");
    givens.users[name].permissions = *permissions;
  } else if (words.take("administrator")) {
    givens.users[words.text()].administrator = true;
  } else if (words.take("attribute")) {
    const std::string path = words.text();
    const std::string name = words.text();
    words.need("with");
    givens.files.push_back(
        [path, name, value = words.quoted()](TestTree& tree) { tree.set_attribute(path, name, value); });
    givens.storages = {StorageKind::local};
  } else if (words.take("storage")) {
    if (words.take("local"))
      givens.storages = {StorageKind::local};
    else if (words.take("memory"))
      givens.storages = {StorageKind::memory};
    else
      throw BadSyntax("local or memory expected");
  } else if (words.take("option")) {
    const std::string name = words.word();
    parse_option(name, words.text(), givens);
  } else {
    throw BadSyntax("unknown kind of given: " + std::string(words.rest()));
  }
}

}  // namespace ferry::test
