#include "options.hpp"

#include <algorithm>
#include <chrono>

#include "values.hpp"

namespace ferry {
namespace {

// Assigns a parsed value to where it belongs, or passes on why there is none.
template <typename T, typename U>
SetResult assign(Value<T> value, U& target) {
  if (!value) return std::unexpected(std::move(value).error());
  target = *std::move(value);
  return {};
}

SetResult assign_text(const std::string& value, std::string& target) {
  if (value.empty()) return std::unexpected("is empty; give a value or leave the option out");
  target = value;
  return {};
}

SetResult assign_seconds(const std::string& value, std::uint32_t least, std::chrono::milliseconds& target) {
  const auto number = parse_number(value, least, 1'000'000);
  if (!number) return std::unexpected(number.error());
  target = std::chrono::seconds(*number);
  return {};
}

SetResult disable_formats(const std::string& letters, TransferFormats& formats) {
  const std::pair<char, bool*> known[] = {{'E', &formats.ebcdic},
                                          {'R', &formats.records},
                                          {'B', &formats.block_mode},
                                          {'C', &formats.compressed_mode},
                                          {'Z', &formats.deflate_mode}};
  for (const char letter : letters) {
    const auto found = std::ranges::find(known, letter, &std::pair<char, bool*>::first);
    if (found == std::end(known))
      return std::unexpected("is not made of the letters ERBCZ; give some of them, as in BC");
    *found->second = false;
  }
  if (letters.empty()) return std::unexpected("is empty; give some of the letters ERBCZ");
  return {};
}

SetResult turn_on(bool& target) {
  target = true;
  return {};
}

// Every option about TLS turns TLS on.
TlsConfig& tls(Options& options) {
  if (!options.config.tls) options.config.tls.emplace();
  return *options.config.tls;
}

// One row for each scope and direction of a limit of bandwidth.
SetResult set_rate(const std::string& value, std::uint64_t& target) { return assign(parse_octets(value), target); }

SetResult set_nat_address(Options& options, const std::string& value) {
  // RFC 959's 227 has room for an IPv4 address only.
  const auto address = IpAddress::parse(value);
  if (!address || !address->is_v4())
    return std::unexpected("is not an IPv4 address; give the one that peers outside use, such as 192.0.2.1");
  options.config.masquerade_address = *address;
  return {};
}

SetResult add_user(Options& options, const std::string& value) {
  auto user = parse_user(value);
  if (!user) return std::unexpected(std::move(user).error());
  for (const UserOption& other : options.users)
    if (other.name == user->name) return std::unexpected("names \"" + user->name + "\" again; give each user once");
  options.users.push_back(*std::move(user));
  return {};
}

SetResult add_disabled_commands(Options& options, const std::string& value) {
  std::string verbs = value;
  std::ranges::transform(verbs, verbs.begin(),
                         [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
  for (std::string_view rest = verbs;;) {
    const std::size_t end = rest.find(',');
    const std::string_view verb = rest.substr(0, end);
    if (verb.empty()) return std::unexpected("holds no verb; give verbs with commas between them, such as HASH,XCRC");
    options.config.disabled_commands.emplace_back(verb);
    if (end == std::string_view::npos) return {};
    rest.remove_prefix(end + 1);
  }
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

SetResult add_network_encoding(Options& options, const std::string& value) {
  auto encoding = parse_network_encoding(value);
  if (!encoding) return std::unexpected(std::move(encoding).error());
  options.config.network_encodings.push_back(*std::move(encoding));
  return {};
}

constexpr std::string_view sharing = "What is shared, and with whom";
SetResult add_permissions(Options& options, const std::string& value) {
  auto permissions = parse_permissions(value);
  if (!permissions) return std::unexpected(std::move(permissions).error());
  options.permissions.push_back(*std::move(permissions));
  return {};
}

// Every option about the machine's users lets them in.
SystemUserOptions& system_users(Options& options) {
  if (!options.system_users) options.system_users.emplace();
  return *options.system_users;
}

constexpr std::string_view machine = "Users of this machine (any of these lets them in; ferry must run as root)";
constexpr std::string_view network = "Network";
constexpr std::string_view hosts = "Several hosts at one address";
constexpr std::string_view encryption = "TLS (any of these turns it on)";
constexpr std::string_view limits = "Limits";
constexpr std::string_view bandwidth = "Bandwidth (default: no limit)";
constexpr std::string_view uploads = "Uploads";
constexpr std::string_view habits = "Conversation";
constexpr std::string_view formats = "How files may look on data connections";
constexpr std::string_view output = "Output";
constexpr std::string_view trials = "For tests of FTP clients";

const OptionRow table[] = {
    {.group = sharing,
     .names = "-d,--directory",
     .value = "DIR",
     .help = "the directory to share, when it is not given as DIRECTORY",
     .set =
         [](Options& o, const std::string& v) {
           std::string directory;
           SetResult result = assign_text(v, directory);
           if (result) o.directory_option = directory;
           return result;
         }},
    {.group = sharing,
     .names = "-w,--write",
     .value = "",
     .help = "let the user of --username, or else anonymous, change everything; without it they only read",
     .set = [](Options& o, const std::string&) { return turn_on(o.write); },
     .takes = Takes::nothing},
    {.group = sharing,
     .names = "-u,--username",
     .value = "NAME",
     .help = "share with this user, who needs --password, instead of with everybody",
     .set = [](Options& o, const std::string& v) -> SetResult {
       if (v == "anonymous" || v == "ftp")
         return std::unexpected("logs in without a password; use --anonymous, or another name");
       std::string name;
       SetResult result = assign_text(v, name);
       if (result) o.username = name;
       return result;
     }},
    {.group = sharing,
     .names = "-P,--password",
     .value = "PASSWORD",
     .help = "the password for --username; hidden from process listings",
     .set = [](Options& o, const std::string& v) -> SetResult {
       if (v.empty()) return std::unexpected("is empty; give a password");
       o.password = Secret(v);
       return {};
     },
     .secret = true},
    {.group = sharing,
     .names = "--user",
     .value = "NAME:PASSWORD:HOME[:LETTERS]",
     .help =
         "one more user, with a home of its own and the permissions that the LETTERS of elradfmwMT give: e enter, l "
         "list, r retrieve, a append, d delete, f rename, m make directories, w store, M change modes, T change "
         "times; elr when left out. May be repeated",
     .set = add_user,
     .repeatable = true,
     .secret = true},
    {.group = sharing,
     .names = "--anonymous",
     .value = "[HOME]",
     .help = "let anonymous in beside the named users, below HOME or else the shared directory, to read",
     .set = [](Options& o, const std::string& v) -> SetResult {
       o.anonymous = true;
       o.anonymous_home = v;
       return {};
     },
     .takes = Takes::optional_value},

    {.group = sharing,
     .names = "--permissions",
     .value = "NAME:DIR:LETTERS[:all]",
     .help = "other permissions for this user in one directory of the tree that the user sees and for the files in it; "
             "with :all for everything below it. May be repeated",
     .set = add_permissions,
     .repeatable = true},

    {.group = machine,
     .names = "--system-users",
     .value = "[CHECK]",
     .help =
         "let the users of this machine in, below their homes and with their own rights; CHECK says who knows their "
         "passwords: shadow (the default) or pam",
     .set = [](Options& o, const std::string& v) -> SetResult {
       auto& passwords = system_users(o).passwords;
       return v.empty() ? SetResult() : assign(parse_password_check(v), passwords);
     },
     .takes = Takes::optional_value,
     .setting = "system users"},
    {.group = machine,
     .names = "--system-allow",
     .value = "NAME[,NAME...]",
     .help = "only these; root only where it is one of them",
     .set = [](Options& o, const std::string& v) { return assign(parse_names(v), system_users(o).allowed); }},
    {.group = machine,
     .names = "--system-reject",
     .value = "NAME[,NAME...]",
     .help = "all but these",
     .set = [](Options& o, const std::string& v) { return assign(parse_names(v), system_users(o).rejected); }},
    {.group = machine,
     .names = "--system-any-shell",
     .value = "",
     .help = "also those whose shell is not in /etc/shells",
     .set = [](Options& o, const std::string&) -> SetResult {
       system_users(o).require_valid_shell = false;
       return {};
     },
     .takes = Takes::nothing},
    {.group = machine,
     .names = "--system-anonymous",
     .value = "NAME",
     .help = "let anonymous in as this user, to read",
     .set = [](Options& o, const std::string& v) -> SetResult {
       std::string name;
       SetResult result = assign_text(v, name);
       if (result) system_users(o).anonymous_user = name;
       return result;
     }},
    {.group = machine,
     .names = "--system-permissions",
     .value = "LETTERS",
     .help = "what they may do at most, in letters as for --user; default: elradfmwMT, all that their own rights allow",
     .set = [](Options& o, const std::string& v) { return assign(parse_letters(v), system_users(o).permissions); }},
    {.group = machine,
     .names = "--system-unconfined",
     .value = "",
     .help = "they see the whole machine and start in their homes",
     .set = [](Options& o, const std::string&) -> SetResult {
       system_users(o).confined = false;
       return {};
     },
     .takes = Takes::nothing},
    {.group = machine,
     .names = "--system-pam-service",
     .value = "NAME",
     .help = "the service of PAM to ask; default: ftp",
     .set = [](Options& o, const std::string& v) { return assign_text(v, system_users(o).pam_service); }},

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
     .value = "HOST:NAME:PASSWORD:HOME[:LETTERS]",
     .help = "a user of that host alone, otherwise as --user. May be repeated",
     .set = add_host_user,
     .repeatable = true,
     .secret = true},

    {.group = encryption,
     .names = "--tls",
     .value = "",
     .help = "offer TLS; without --certfile a self-signed certificate is made and kept",
     .set = [](Options& o, const std::string&) -> SetResult {
       tls(o);
       return {};
     },
     .takes = Takes::nothing},
    {.group = encryption,
     .names = "--certfile",
     .value = "FILE",
     .help = "the certificate chain in PEM; it may hold the key too",
     .set = [](Options& o, const std::string& v) { return assign_text(v, tls(o).certificate_file); },
     .setting = "certificate file"},
    {.group = encryption,
     .names = "--keyfile",
     .value = "FILE",
     .help = "the key in PEM, where it is not in --certfile",
     .set = [](Options& o, const std::string& v) { return assign_text(v, tls(o).key_file); },
     .setting = "key file"},
    {.group = encryption,
     .names = "--ocsp-file",
     .value = "FILE",
     .help = "the OCSP response for the certificate, in DER, for clients that ask; HUP reads it again",
     .set = [](Options& o, const std::string& v) { return assign_text(v, tls(o).ocsp_file); },
     .setting = "OCSP file"},
    {.group = encryption,
     .names = "--tls-least-version",
     .value = "VERSION",
     .help = "1.2 (the default) or 1.3",
     .set = [](Options& o, const std::string& v) { return assign(parse_tls_version(v), tls(o).least_version); },
     .setting = "least_version"},
    {.group = encryption,
     .names = "--tls-ciphers",
     .value = "LIST",
     .help = "for TLS 1.2, as `openssl ciphers` takes them; default: AES-GCM and ChaCha20 with forward secrecy",
     .set = [](Options& o, const std::string& v) { return assign_text(v, tls(o).ciphers); },
     .setting = "ciphers"},
    {.group = encryption,
     .names = "--tls-cipher-suites",
     .value = "LIST",
     .help = "the same for TLS 1.3; default: all of OpenSSL",
     .set = [](Options& o, const std::string& v) { return assign_text(v, tls(o).cipher_suites); },
     .setting = "cipher_suites"},
    {.group = encryption,
     .names = "--client-certificates",
     .value = "MODE",
     .help = "whether clients are asked for a certificate: off (the default), optional, required",
     .set = [](Options& o,
               const std::string& v) { return assign(parse_client_certificates(v), tls(o).client_certificates); },
     .setting = "client_certificates"},
    {.group = encryption,
     .names = "--client-ca",
     .value = "FILE",
     .help = "who signs the certificates of clients, in PEM",
     .set = [](Options& o, const std::string& v) { return assign_text(v, tls(o).client_ca_file); },
     .setting = "client CA file"},
    {.group = encryption,
     .names = "--client-crl",
     .value = "FILE",
     .help = "which of them were revoked, in PEM; HUP reads it again",
     .set = [](Options& o, const std::string& v) { return assign_text(v, tls(o).client_crl_file); },
     .setting = "client CRL file"},
    {.group = encryption,
     .names = "--client-login",
     .value = "PART",
     .help =
         "log a named user in without a password when this part of the client's certificate is the name: cn, dns or "
         "email",
     .set = [](Options& o, const std::string& v) { return assign(parse_certificate_name(v), o.client_login); }},
    {.group = encryption,
     .names = "--tls-control-required",
     .value = "",
     .help = "no login before AUTH TLS",
     .set = [](Options& o, const std::string&) { return turn_on(tls(o).required_for_control); },
     .takes = Takes::nothing},
    {.group = encryption,
     .names = "--tls-data-required",
     .value = "",
     .help = "no transfer before PROT P",
     .set = [](Options& o, const std::string&) { return turn_on(tls(o).required_for_data); },
     .takes = Takes::nothing},
    {.group = encryption,
     .names = "--implicit-tls-port",
     .value = "PORT",
     .help = "one more port, with TLS from the first octet on; 0: one that the system chooses",
     .set = [](Options& o, const std::string& v) { return assign(parse_listening_port(v), tls(o).implicit_port); },
     .setting = "implicit_port"},
    {.group = encryption,
     .names = "--tls-session-reuse",
     .value = "MODE",
     .help = "whether a data connection must resume the TLS session of its control connection: require, prefer (refuse "
             "only somebody else's session; the default), off",
     .set = [](Options& o, const std::string& v) { return assign(parse_session_reuse(v), tls(o).session_reuse); }},

    {.group = encryption,
     .names = "--no-kernel-tls",
     .value = "",
     .help = "encrypt downloads in this process, even where the kernel could",
     .set = [](Options& o, const std::string&) -> SetResult {
       tls(o).kernel_tls = false;
       return {};
     },
     .takes = Takes::nothing},

    {.group = limits,
     .names = "--max-cons",
     .value = "N",
     .help = "control connections in all; default: no limit",
     .set = [](Options& o,
               const std::string& v) { return assign(parse_number(v, 0, 10'000'000), o.config.limits.connections); }},
    {.group = limits,
     .names = "--max-cons-per-ip",
     .value = "N",
     .help = "control connections from one address; default: no limit",
     .set =
         [](Options& o, const std::string& v) {
           return assign(parse_number(v, 0, 10'000'000), o.config.limits.connections_per_address);
         }},
    {.group = limits,
     .names = "--max-sessions-per-user",
     .value = "N",
     .help = "sessions of one user at the same time, but for anonymous; default: no limit",
     .set = [](Options& o,
               const std::string& v) { return assign(parse_number(v, 0, 10'000'000), o.sessions_per_user); }},
    {.group = limits,
     .names = "--max-login-attempts",
     .value = "N",
     .help = "failed logins until the connection is closed; default: 3; 0: no limit",
     .set = [](Options& o,
               const std::string& v) { return assign(parse_number(v, 0, 1000), o.config.limits.login_attempts); }},
    {.group = limits,
     .names = "--login-delay",
     .value = "SECONDS",
     .help = "the wait before a failed login is answered; default: 5",
     .set = [](Options& o, const std::string& v) { return assign_seconds(v, 0, o.config.timeouts.login_delay); }},
    {.group = limits,
     .names = "--timeout",
     .value = "SECONDS",
     .help = "close a connection that has been idle for so long; default: 300",
     .set = [](Options& o, const std::string& v) { return assign_seconds(v, 1, o.config.timeouts.idle); }},
    {.group = limits,
     .names = "--max-idle",
     .value = "SECONDS",
     .help = "the longest time that a user may ask for with SITE IDLE; default: 7200",
     .set = [](Options& o, const std::string& v) { return assign_seconds(v, 30, o.config.timeouts.longest_idle); }},
    {.group = limits,
     .names = "--max-hash-size",
     .value = "MIB",
     .help = "how much of one file HASH and XCRC read at most; default: no limit",
     .set = [](Options& o, const std::string& v) -> SetResult {
       const auto mebibytes = parse_number(v, 0, 1'000'000'000);
       if (!mebibytes) return std::unexpected(mebibytes.error());
       o.config.limits.hash_octets = std::uint64_t{*mebibytes} << 20;
       return {};
     }},
    {.group = limits,
     .names = "--bulk-threads",
     .value = "N",
     .help = "threads for digests and for copies on the server; default: 0, half as many as cores",
     .set = [](Options& o, const std::string& v) { return assign(parse_number(v, 0, 1024), o.config.bulk_threads); }},
    {.group = limits,
     .names = "--threads",
     .value = "N",
     .help = "event loops; default: 0, one for each core",
     .set = [](Options& o, const std::string& v) { return assign(parse_number(v, 0, 1024), o.config.threads); }},

    {.group = bandwidth,
     .names = "--max-download",
     .value = "OCTETS",
     .help = "octets a second that all downloads together may take; with K, M or G behind it or not",
     .set = [](Options& o, const std::string& v) { return set_rate(v, o.config.server_rate.down); }},
    {.group = bandwidth,
     .names = "--max-upload",
     .value = "OCTETS",
     .help = "the same for uploads",
     .set = [](Options& o, const std::string& v) { return set_rate(v, o.config.server_rate.up); }},
    {.group = bandwidth,
     .names = "--max-download-per-user",
     .value = "OCTETS",
     .help = "for all sessions of one user together",
     .set = [](Options& o, const std::string& v) { return set_rate(v, o.config.rates.user.down); }},
    {.group = bandwidth,
     .names = "--max-upload-per-user",
     .value = "OCTETS",
     .help = "the same for uploads",
     .set = [](Options& o, const std::string& v) { return set_rate(v, o.config.rates.user.up); }},
    {.group = bandwidth,
     .names = "--max-download-per-session",
     .value = "OCTETS",
     .help = "for each session",
     .set = [](Options& o, const std::string& v) { return set_rate(v, o.config.rates.session.down); }},
    {.group = bandwidth,
     .names = "--max-upload-per-session",
     .value = "OCTETS",
     .help = "the same for uploads",
     .set = [](Options& o, const std::string& v) { return set_rate(v, o.config.rates.session.up); }},

    {.group = uploads,
     .names = "--atomic-uploads",
     .value = "MODE",
     .help = "what gets its name only when it is complete: new (new files and new contents; appending and resuming "
             "write into the file; the default), always (appending and resuming too, on a copy), off (nothing)",
     .set = [](Options& o, const std::string& v) { return assign(parse_atomicity(v), o.config.uploads.atomic); }},
    {.group = uploads,
     .names = "--durability",
     .value = "WHAT",
     .help = "what is on the disk when an upload is said to be complete: none (whatever the system has written so far; "
             "the default), file (the content), full (its name too)",
     .set = [](Options& o, const std::string& v) { return assign(parse_durability(v), o.config.uploads.durability); }},
    {.group = uploads,
     .names = "--keep-partial",
     .value = "",
     .help = "keep what arrived of a new file whose upload broke off, under its name, for the client to resume",
     .set = [](Options& o, const std::string&) { return turn_on(o.config.uploads.keep_partial); },
     .takes = Takes::nothing},

    {.group = habits,
     .names = "--banner",
     .value = "TEXT",
     .help = "what the server says first",
     .set = [](Options& o, const std::string& v) { return assign_text(v, o.config.banner); }},
    {.group = habits,
     .names = "--without",
     .value = "VERB[,VERB]",
     .help =
         "leave out these commands, such as HASH or \"SITE CHMOD\": the server does not know them, and FEAT does not "
         "list them. May be repeated",
     .set = add_disabled_commands,
     .repeatable = true,
     .setting = "disabled_commands"},
    {.group = habits,
     .names = "--permit-owner-changes",
     .value = "",
     .help = "let who may change modes change owners and groups too (MFF, SITE CHGRP)",
     .set = [](Options& o, const std::string&) { return turn_on(o.config.permit_owner_changes); },
     .takes = Takes::nothing},
    {.group = habits,
     .names = "--encoding",
     .value = "CHARSET",
     .help = "the characters of pathnames on the wire; default: UTF-8",
     .set = [](Options& o, const std::string& v) { return assign(parse_encoding(v), o.config.encoding); },
     .setting = "encoding"},
    {.group = habits,
     .names = "--network-encoding",
     .value = "NETWORK=CHARSET",
     .help =
         "the same for the clients of one network, such as 192.0.2.0/24; the first that fits counts. May be repeated",
     .set = add_network_encoding,
     .repeatable = true},
    {.group = habits,
     .names = "--globs",
     .value = "MODE",
     .help =
         "patterns with *, ? and [a-z] in LIST, NLST and STAT: off, plain (in the last component; the default), full",
     .set = [](Options& o, const std::string& v) { return assign(parse_globs(v), o.config.listings.globs); }},
    {.group = habits,
     .names = "--list-recursive",
     .value = "",
     .help = "let LIST -R and NLST -R descend",
     .set = [](Options& o, const std::string&) { return turn_on(o.config.listings.recursive); },
     .takes = Takes::nothing},
    {.group = habits,
     .names = "--use-localtime",
     .value = "",
     .help = "show local times in LIST instead of UTC",
     .set = [](Options& o, const std::string&) { return turn_on(o.config.local_time); },
     .takes = Takes::nothing},
    {.group = habits,
     .names = "--disable-sendfile",
     .value = "",
     .help = "send files without sendfile(2)",
     .set = [](Options& o, const std::string&) -> SetResult {
       o.config.use_sendfile = false;
       return {};
     },
     .takes = Takes::nothing},

    {.group = formats,
     .names = "--disable-formats",
     .value = "LETTERS",
     .help = "do not offer these: E for TYPE E, R for STRU R, B, C and Z for the modes of that name",
     .set = [](Options& o, const std::string& v) { return disable_formats(v, o.config.formats); }},
    {.group = formats,
     .names = "--ebcdic-code-page",
     .value = "NAME",
     .help = "the characters of TYPE E, as iconv names them; default: IBM1047",
     .set = [](Options& o,
               const std::string& v) { return assign(parse_code_page(v), o.config.formats.ebcdic_code_page); },
     .setting = "ebcdic_code_page"},
    {.group = formats,
     .names = "--mode-z-under-tls",
     .value = "",
     .help = "offer MODE Z under TLS too, where the length of compressed data may tell what is encrypted",
     .set = [](Options& o, const std::string&) { return turn_on(o.config.formats.deflate_under_tls); },
     .takes = Takes::nothing},
    {.group = formats,
     .names = "--mode-z-ratio",
     .value = "N",
     .help = "refuse uploads in MODE Z that expand beyond 64 MiB and N times; default: 250; 0: no limit",
     .set = [](Options& o,
               const std::string& v) { return assign(parse_number(v, 0, 100'000), o.config.formats.deflate_ratio); }},

    {.group = output,
     .names = "--log-level",
     .value = "LEVEL",
     .help = "debug, info (the default), warning, error or off",
     .set = [](Options& o, const std::string& v) { return assign(parse_log_level(v), o.log_level); }},
    {.group = output,
     .names = "-D,--debug",
     .value = "",
     .help = "the same as --log-level debug",
     .set = [](Options& o, const std::string&) { return turn_on(o.debug); },
     .takes = Takes::nothing},
    {.group = output,
     .names = "--log-format",
     .value = "FORMAT",
     .help = "text (the default) or json, one object a line",
     .set = [](Options& o, const std::string& v) { return assign(parse_log_format(v), o.log_format); }},
    {.group = output,
     .names = "--port-file",
     .value = "FILE",
     .help = "write the bound port to FILE once clients can connect, and on a second line that of --implicit-tls-port; "
             "the file is there only while they can",
     .set = [](Options& o, const std::string& v) { return assign_text(v, o.port_file); }},

    {.group = trials,
     .names = "--memory",
     .value = "",
     .help = "share a copy in memory of DIRECTORY, or an empty tree where none is given; nothing on the disk changes",
     .set = [](Options& o, const std::string&) { return turn_on(o.memory); },
     .takes = Takes::nothing},
    {.group = trials,
     .names = "--fault",
     .value = "VERB[#N]:FAULT",
     .help = "let something go wrong with each command VERB (* for all, CONNECT for the greeting), or with the N-th: "
             "drop[@OCTET] (the data connection is reset after so many octets), close[@OCTET] (it ends as if "
             "complete), stall[@OCTET], reply=TEXT (instead of carrying it out), silence, hangup, reset (the control "
             "connection), delay=SECONDS, refused, unanswered (the port that PASV or EPSV announces); or "
             "TLS:no-resumption, DISK:delay=SECONDS. May be repeated",
     .set = [](Options& o, const std::string& v) -> SetResult {
       auto rule = testing::parse_fault_rule(v);
       if (!rule) return std::unexpected(std::move(rule).error());
       o.faults.push_back(*std::move(rule));
       return {};
     },
     .repeatable = true},
};

}  // namespace

Options::Options() {
  config.port = 2121;  // no privileges are needed for it, unlike for 21
}

std::string Options::shared_directory() const {
  if (directory) return *directory;
  return directory_option.value_or(memory ? "" : ".");
}

std::string_view OptionRow::long_name() const { return names.substr(names.find("--")); }

std::span<const OptionRow> option_table() { return table; }

}  // namespace ferry
