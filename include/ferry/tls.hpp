// TLS: what a server is configured with, and what one connection negotiated (RFC 4217, RFC 8446, RFC 9325).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <ferry/export.hpp>

namespace FERRY_API ferry {

// Whether the TLS session of a data connection has to be the one of its control connection (or of another live session
// of the same user and address): the proof that both ends of the two connections are the same (RFC 4217 §10).
enum class SessionReuse : std::uint8_t {
  require,  // a data connection with a session of its own is refused with 522
  prefer,   // refused only where it resumes somebody else's session
  off,
};

// Whether peers are asked for a certificate of their own. One that the authorities in TlsConfig::client_ca_file have
// not signed fails the handshake in any case. A data connection may show the certificate of its control connection or
// none.
enum class ClientCertificates : std::uint8_t { off, optional, required };

enum class TlsVersion : std::uint8_t { v1_2, v1_3 };

struct TlsConfig {
  // PEM files; the certificate file holds the chain, and may hold the key too when key_file is empty. A VirtualHost may
  // have others.
  std::string certificate_file;
  std::string key_file;
  // A DER file with the OCSP response for the certificate (RFC 6960), stapled for peers that ask (RFC 6066 §8) until it
  // expires; empty: none. Read again with the certificate.
  std::string ocsp_file;

  bool required_for_control = false;  // USER is refused with 530 before AUTH TLS
  bool required_for_data = false;     // transfers are refused with 521 before PROT P
  SessionReuse session_reuse = SessionReuse::prefer;
  bool allow_ccc = false;  // CCC (RFC 4217 §6)
  // false: every handshake is a full one, whatever the peer offers to resume, so that with SessionReuse::require no
  // data connection is good enough. For tests of clients.
  bool resumption = true;

  // Downloads that need no conversion are encrypted by the kernel, where it can (Linux with its tls module).
  bool kernel_tls = true;

  // An extra port with TLS from the first octet on ("ftps", 990 by custom); 0 = chosen by the system.
  std::optional<std::uint16_t> implicit_port;

  // Older versions than 1.2 do not exist here (RFC 8996).
  TlsVersion least_version = TlsVersion::v1_2;
  TlsVersion most_version = TlsVersion::v1_3;
  // As `openssl ciphers` takes them, the preferred ones first; a client that prefers ChaCha20 gets it where it is among
  // them. Empty: AES-128-GCM, AES-256-GCM and ChaCha20, for TLS 1.2 with forward secrecy only (RFC 9325 §4.2).
  std::string ciphers;
  std::string cipher_suites;

  ClientCertificates client_certificates = ClientCertificates::off;
  std::string client_ca_file;   // PEM; required where client certificates are asked for
  std::string client_crl_file;  // PEM; where given, it must have a list for each authority. Read again with the rest
};

// The certificate that a peer proved to own, signed by an authority in TlsConfig::client_ca_file.
struct ClientCertificate {
  std::string subject;                       // "CN=alice,O=Example", as RFC 4514 spells it
  std::string common_name;                   // the last CN of the subject; empty where there is none
  std::vector<std::string> dns_names;        // the subject alternative names (RFC 5280 §4.2.1.6)
  std::vector<std::string> email_addresses;  // likewise
  std::vector<std::string> uris;             // likewise
  std::string fingerprint;                   // SHA-256 of the whole certificate, 64 hexadecimal digits in lower case

  friend bool operator==(const ClientCertificate&, const ClientCertificate&) = default;
};

struct TlsFacts {
  std::string version;      // "TLSv1.3"
  std::string cipher;       // "TLS_AES_256_GCM_SHA384"
  bool resumed = false;     // an earlier TLS session was taken up again
  std::string server_name;  // the host that the peer named (SNI, RFC 6066 §3), in lower case; empty: none
  std::optional<ClientCertificate> client;

  friend bool operator==(const TlsFacts&, const TlsFacts&) = default;

  // For people, in one line: "TLSv1.3 TLS_AES_256_GCM_SHA384, resumed, server name a.example, client CN=alice".
  std::string text() const;
};

}  // namespace ferry
