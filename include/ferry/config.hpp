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
#include <ferry/inspection.hpp>
#include <ferry/log.hpp>
#include <ferry/rates.hpp>
#include <ferry/uploads.hpp>

namespace FERRY_API ferry {

// Whether the TLS session of a data connection has to be the one of its control connection (or of another live session
// of the same user and address): the proof that both ends of the two connections are the same (RFC 4217 §10).
enum class SessionReuse : std::uint8_t {
  require,  // a data connection with a session of its own is refused with 522
  prefer,   // refused only where it resumes somebody else's session
  off,
};

struct TlsConfig {
  // PEM files; the certificate file holds the chain, and may hold the key too when key_file is empty.
  std::string certificate_file;
  std::string key_file;

  bool required_for_control = false;  // USER is refused with 530 before AUTH TLS
  bool required_for_data = false;     // transfers are refused with 521 before PROT P
  SessionReuse session_reuse = SessionReuse::prefer;
  bool allow_ccc = false;  // CCC (RFC 4217 §6)

  // An extra port with TLS from the first octet on ("ftps", 990 by custom); 0 = chosen by the system.
  std::optional<std::uint16_t> implicit_port;
};

// Zero means "no limit" for every count in this group.
struct Limits {
  std::uint32_t connections = 0;              // control connections in all; 421 beyond
  std::uint32_t connections_per_address = 0;  // 421 beyond
  std::uint32_t login_attempts = 3;           // failed passwords until 421 and close (RFC 2577 §5)
};

struct Timeouts {
  std::chrono::milliseconds idle{300'000};  // no command and no transfer: 421 (RFC 1123 §4.1.3.2: at least 5 min)
  std::chrono::milliseconds login{60'000};  // from the greeting until a user is logged in: 421
  std::chrono::milliseconds tls_handshake{20'000};
  std::chrono::milliseconds data_connect{30'000};   // until the peer connects, or is connected to: 425
  std::chrono::milliseconds data_stall{300'000};    // a transfer without any progress: 426
  std::chrono::milliseconds login_delay{5'000};     // before each 530 (RFC 2577 §5)
  std::chrono::milliseconds command_write{60'000};  // a peer that does not read its replies is cut off
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

  // Commands of your own; each verb once.
  std::vector<OwnCommand> commands;

  std::optional<TlsConfig> tls;
  Limits limits;
  Timeouts timeouts;

  // Event loops, each with a thread; 0 = one for each core that this process may use.
  std::uint32_t threads = 0;
  // Threads for work that may block; 0 = 16. They start as they are needed.
  std::uint32_t blocking_threads = 0;

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
  // The characters of pathnames on the wire, as iconv names them; names are kept in UTF-8. A name that cannot be
  // expressed is passed through octet by octet.
  std::string encoding = "UTF-8";
  bool local_time = false;  // LIST in local time instead of UTC; MDTM and MLSx are always UTC
  bool use_sendfile = true;

  LogSink log;  // may be empty
  LogLevel log_level = LogLevel::info;
};

}  // namespace ferry
