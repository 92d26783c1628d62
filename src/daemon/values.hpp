// Values of options: text to meaning. Each function returns the value, or the rest of the sentence that begins with the
// value in quotation marks: what is wrong with it and how to mend it.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <ferry/address.hpp>
#include <ferry/log.hpp>
#include <ferry/uploads.hpp>

#include "options.hpp"

namespace ferry {

template <typename T>
using Value = std::expected<T, std::string>;

// A decimal number without sign, from `least` to `most`.
Value<std::uint32_t> parse_number(std::string_view text, std::uint32_t least, std::uint32_t most);

// A port to listen on; 0 lets the system choose.
Value<std::uint16_t> parse_listening_port(std::string_view text);

// FROM-TO, both from 1 to 65535.
Value<PortRange> parse_port_range(std::string_view text);

// An IP address, without brackets, or "localhost".
Value<std::string> parse_interface(std::string_view text);

// NAME:PASSWORD:HOME[:PERMISSIONS[:admin]]
Value<UserOption> parse_user(std::string_view text);

// NAME[,PART=VALUE]..., with the parts dir, certfile, keyfile, ocsp and banner. A comma begins a part only where the
// name of one and "=" follow.
Value<HostOption> parse_host_option(std::string_view text);

// HOST:NAME:PASSWORD:HOME[:PERMISSIONS[:admin]]
Value<HostUserOption> parse_host_user(std::string_view text);

// NETWORK=CHARSET
Value<NetworkEncoding> parse_network_encoding(std::string_view text);

// prefer, require, off, or names of layers with commas between them.
Value<SandboxOption> parse_sandbox(std::string_view text);

// NAME:DIR:LETTERS[:all]
Value<PermissionsOption> parse_permissions(std::string_view text);
Value<Permissions> parse_letters(std::string_view text);
// NAME[,NAME...]
Value<std::vector<std::string>> parse_names(std::string_view text);
Value<SystemUserOptions::Passwords> parse_password_check(std::string_view text);
// A character set that iconv knows and that leaves US-ASCII as it is.
Value<std::string> parse_encoding(const std::string& text);
// SUFFIX=TYPE
Value<std::pair<std::string, std::string>> parse_media_type(std::string_view text);

// An EBCDIC code page that iconv knows.
Value<std::string> parse_code_page(const std::string& text);

Value<LogLevel> parse_log_level(std::string_view text);
Value<LogFormat> parse_log_format(std::string_view text);
Value<Atomicity> parse_atomicity(std::string_view text);
Value<Durability> parse_durability(std::string_view text);
// Octets, as a decimal number with K, M or G (powers of 1024) behind it or not; more than 0.
Value<std::uint64_t> parse_octets(std::string_view text);
// [NAME:]VALUE; the name is empty where there is none. It may hold colons, the value may not.
struct ForUser {
  std::string name;
  std::string_view value;
};
Value<ForUser> parse_for_user(std::string_view text);
Value<SessionReuse> parse_session_reuse(std::string_view text);
Value<TlsVersion> parse_tls_version(std::string_view text);
Value<ClientCertificates> parse_client_certificates(std::string_view text);
Value<CertificateName> parse_certificate_name(std::string_view text);
Value<Globs> parse_globs(std::string_view text);

}  // namespace ferry
