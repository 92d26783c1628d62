// All settings of a server, each with its default, unit and limits. A plain value: fill it in and hand it to Server,
// which checks it and throws ConfigError.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <ferry/address.hpp>
#include <ferry/authenticator.hpp>
#include <ferry/command.hpp>
#include <ferry/digests.hpp>
#include <ferry/events.hpp>
#include <ferry/export.hpp>
#include <ferry/fault_injector.hpp>
#include <ferry/inspection.hpp>
#include <ferry/log.hpp>
#include <ferry/rates.hpp>
#include <ferry/tls.hpp>
#include <ferry/transfer_formats.hpp>
#include <ferry/uploads.hpp>

namespace FERRY_API ferry {

// One of several hosts at one address (RFC 7151). A session belongs to the host that the peer named with HOST before
// USER, or else in its TLS handshake (SNI), or else to none: then the settings of Config count. An empty part means
// that of Config or Config::tls.
struct VirtualHost {
  std::string name;                              // a domain name, in any case, such as "ftp.example.org"
  std::shared_ptr<Authenticator> authenticator;  // its users, and with them its directories
  std::string banner;                            // the 220 to HOST; may hold several lines
  std::string certificate_file;                  // as in TlsConfig
  std::string key_file;
  std::string ocsp_file;
};

// The characters of pathnames for the peers of one network.
struct NetworkEncoding {
  Network network;
  std::string encoding;  // as Config::encoding
};

// What LIST, NLST and STAT make of *, ? and [a-z] in their argument. A file of exactly that name comes first in any
// case.
enum class Globs : std::uint8_t {
  off,    // nothing
  plain,  // patterns in the last component of the pathname
  full,   // patterns in every component
};

struct Listings {
  Globs globs = Globs::plain;
  bool recursive = false;  // -R descends; otherwise it is ignored
  // Entries that are sorted for -t, -S and -r; a longer listing comes unsorted. 0: never sorted.
  std::uint32_t most_sorted = 10'000;
  // Entries that -R and Globs::full may look at for one listing; it ends with 451 beyond. 0: no limit.
  std::uint32_t most_visited = 100'000;
  // MLSD and MLST show a symbolic link that stays in the tree as one, type=OS.unix=slink:/its/target, instead of as
  // what it leads to.
  bool link_targets = false;
  // The media types of files whose names end so, such as {".pdf", "application/pdf"}, for the fact of that name; of two
  // that fit the longer one counts. What a file's own attributes say comes first.
  std::map<std::string, std::string> media_types;
};

// Zero means "no limit" for every count in this group. One address is, of IPv6, all that have their first 64 bits in
// common.
struct Limits {
  std::uint32_t connections = 0;              // control connections in all; 421 beyond
  std::uint32_t connections_per_address = 0;  // 421 beyond
  std::uint32_t login_attempts = 3;           // failed passwords until 421 and close (RFC 2577 §5)
  // Passwords that are checked at the same time, and logins that wait for that; 421 beyond. One address gets half of
  // either, and those of different addresses take turns. Let there be more blocking_threads than checks.
  std::uint32_t password_checks = 8;
  std::uint32_t password_checks_waiting = 1000;
  std::uint64_t hash_octets = 0;  // octets of one file that HASH and its kin read; 556 beyond
};

struct Timeouts {
  std::chrono::milliseconds idle{300'000};  // no command and no transfer: 421 (RFC 1123 §4.1.3.2: at least 5 min)
  std::chrono::milliseconds longest_idle{7'200'000};  // the most that SITE IDLE may ask for
  std::chrono::milliseconds login{60'000};            // from the greeting until a user is logged in: 421
  std::chrono::milliseconds tls_handshake{20'000};
  std::chrono::milliseconds data_connect{30'000};   // until the peer connects, or is connected to: 425
  std::chrono::milliseconds data_stall{300'000};    // a transfer without any progress: 426
  std::chrono::milliseconds login_delay{5'000};     // from PASS to each 530 (RFC 2577 §5)
  std::chrono::milliseconds command_write{60'000};  // a peer that does not read its replies is cut off
  // One call of the storage, the users or the events on the pool for blocking work: 421, the data connection is cut,
  // and the pool gets a thread for the one that hangs, up to twice blocking_threads. What the session has is kept until
  // the call returns.
  std::chrono::milliseconds blocking_call{600'000};
};

// How often Events::transfer_progress is called for one transfer: whenever so much time has passed, or so many octets
// have, and then only when it has moved since. Zero does not count; both zero: never.
struct ProgressStep {
  std::chrono::milliseconds interval{0};
  std::uint64_t octets = 0;

  bool asked_for() const { return interval.count() > 0 || octets > 0; }
};

struct Config {
  // Where to listen: an address, "localhost" (127.0.0.1), or empty for all addresses, IPv4 and IPv6.
  std::string interface;
  std::uint16_t port = 21;  // 0 = chosen by the system; see Server::port
  bool plain_port = true;   // false: only the implicit TLS port

  // Who may log in. Required.
  std::shared_ptr<Authenticator> authenticator;

  // Who is told what happens; may be null.
  std::shared_ptr<Events> events;
  // Where events are called; null: on the pool for blocking work. It must outlive the server.
  std::shared_ptr<Executor> events_executor;
  // Instead: on the event loop of the session that they are about. Only for functions that never block.
  bool events_on_loop = false;
  ProgressStep progress;
  // What is computed of each file that passes, for TransferResult and FinishedUpload. Costs the zero-copy ways.
  std::vector<DigestKind> transfer_digests;

  // How uploads come to their names, unless an Account says otherwise.
  UploadPolicy uploads;
  // Who sees each upload before it gets its name; may be null.
  std::shared_ptr<UploadInspector> upload_inspector;

  // Limits of bandwidth: of all transfers together; of each session and user, unless an Account says otherwise.
  Rate server_rate;
  RateLimits rates;

  // Built-in commands that this server shall not know, such as "HASH" or "SITE CHMOD": they are unknown to HELP, FEAT
  // and dispatch alike.
  std::vector<std::string> disabled_commands;
  // MFF UNIX.owner and UNIX.group, and SITE CHGRP, for who may change modes.
  bool permit_owner_changes = false;
  // Commands of your own; each verb once.
  std::vector<OwnCommand> commands;

  std::optional<TlsConfig> tls;
  // Further hosts at the same address, each name once.
  std::vector<VirtualHost> hosts;
  Limits limits;
  Timeouts timeouts;

  // Event loops, each with a thread; 0 = one for each core that this process may use.
  std::uint32_t threads = 0;
  // Threads for work that may block; 0 = 16. They start as they are needed.
  std::uint32_t blocking_threads = 0;
  // Of those, how many may compute digests (HASH) and copy files at the same time; 0 = half of the cores, at least 1.
  std::uint32_t bulk_threads = 0;

  // Ports for passive data connections; {0, 0} = 49152-65535.
  PortRange passive_ports;
  // The IPv4 address to announce in 227 replies where the server stands behind NAT.
  std::optional<IpAddress> masquerade_address;
  // The same for single local addresses; looked at first.
  std::map<IpAddress, IpAddress> masquerade_map;
  // Data connections to or from other hosts than the user-PI's (server-to-server transfers). Off: bounce protection.
  bool permit_foreign_addresses = false;
  // PORT and EPRT to ports below 1024 (RFC 2577 §3).
  bool permit_privileged_ports = false;

  std::string banner = "ferry ready.";  // the 220 greeting; may hold several lines
  // The characters of pathnames on the wire, as iconv names them; names are kept in UTF-8. What cannot be expressed is
  // spelled %{U+65E5} (a character) or %{E9} (an octet), and understood in that spelling.
  std::string encoding = "UTF-8";
  // The same for the peers of single networks; the first that holds the peer counts.
  std::vector<NetworkEncoding> network_encodings;
  Listings listings;
  bool local_time = false;  // LIST in local time instead of UTC; MDTM and MLSx are always UTC
  bool use_sendfile = true;
  TransferFormats formats;  // TYPE E, STRU R, MODE B, C and Z

  // What goes wrong on purpose, for tests of clients; null: nothing.
  std::shared_ptr<FaultInjector> fault_injector;

  LogSink log;  // may be empty
  LogLevel log_level = LogLevel::info;
};

}  // namespace ferry
