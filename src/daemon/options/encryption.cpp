// TLS.
#include "options/groups.hpp"

#include "options/setters.hpp"
#include "values.hpp"

namespace ferry {
namespace {

constexpr std::string_view encryption = "TLS (any of these turns it on)";

// Every option about TLS turns TLS on.
TlsConfig& tls(Options& options) {
  if (!options.config.tls) options.config.tls.emplace();
  return *options.config.tls;
}

const OptionRow encryption_rows[] = {
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
     .help = "for TLS 1.2, as `openssl ciphers` takes them; default: AES-128-GCM, AES-256-GCM, ChaCha20, with forward "
             "secrecy",
     .set = [](Options& o, const std::string& v) { return assign_text(v, tls(o).ciphers); },
     .setting = "ciphers"},
    {.group = encryption,
     .names = "--tls-cipher-suites",
     .value = "LIST",
     .help = "the same for TLS 1.3; default: AES-128-GCM, AES-256-GCM, ChaCha20",
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
};

}  // namespace

std::span<const OptionRow> encryption_options() { return encryption_rows; }

}  // namespace ferry
