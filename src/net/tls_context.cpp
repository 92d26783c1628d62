// Our side of every TLS handshake: certificates and which of them is shown, versions and ciphers, the peers'
// own certificates, tickets.

#include <openssl/err.h>
#include <openssl/ocsp.h>
#include <openssl/x509v3.h>

#include <ctime>

#include "net/tls_openssl.hpp"
#include "protocol/host_name.hpp"

namespace ferry {

namespace {

using Bio = std::unique_ptr<BIO, Freed<BIO_free_all>>;
using OcspResponse = std::unique_ptr<OCSP_RESPONSE, Freed<OCSP_RESPONSE_free>>;
using OcspBasic = std::unique_ptr<OCSP_BASICRESP, Freed<OCSP_BASICRESP_free>>;

// Only with forward secrecy (RFC 9325 §4.2). AES-128 comes first: nobody breaks it, and it costs up to a fifth less for
// the octets and, with its shorter hash, less than a tenth less for a handshake.
constexpr const char* default_ciphers = "ECDHE+AES128+AESGCM:ECDHE+AESGCM:ECDHE+CHACHA20";
constexpr const char* default_cipher_suites =
    "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256";

// A session may be resumed as long as its control connection is likely to live; whether it still lives is checked then.
constexpr long session_lifetime_seconds = 86'400;

using Configured = std::expected<void, std::string>;

std::unexpected<std::string> wrong(std::string text) { return std::unexpected(std::move(text)); }

int version_number(TlsVersion version) { return version == TlsVersion::v1_2 ? TLS1_2_VERSION : TLS1_3_VERSION; }

std::int64_t seconds_of(const ASN1_GENERALIZEDTIME* time) {
  std::tm broken_down{};
  if (!time || ASN1_TIME_to_tm(time, &broken_down) != 1) return 0;
  return ::timegm(&broken_down);
}

}  // namespace

std::string openssl_reason() {
  const unsigned long error = ERR_get_error();
  ERR_clear_error();
  const char* const reason = ERR_reason_error_string(error);
  return reason ? reason : "unknown reason";
}

// What OpenSSL asks in the course of a handshake.
struct TlsCallbacks {
  // RFC 7301: a client that names protocols must name ours, so that nobody can pass an HTTPS connection to us (ALPACA).
  static int choose_alpn(SSL*, const unsigned char** out, unsigned char* out_size, const unsigned char* offered,
                         unsigned size, void*) {
    static constexpr unsigned char ours[] = {3, 'f', 't', 'p', 8, 'f', 't', 'p', '-', 'd', 'a', 't', 'a'};
    unsigned char* chosen = nullptr;
    if (SSL_select_next_proto(&chosen, out_size, ours, sizeof ours, offered, size) != OPENSSL_NPN_NEGOTIATED)
      return SSL_TLSEXT_ERR_ALERT_FATAL;
    *out = chosen;
    return SSL_TLSEXT_ERR_OK;
  }

  // Chooses the certificate. A name that no host has is no reason to refuse: it gets the fallback (RFC 6066 §3).
  static int choose_host(SSL* ssl, int* alert, void*) {
    const char* const named = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
    // RFC 6066 §3 allows no addresses; lftp 4.9 sends one all the same, where it was given one.
    const auto domain = named && !IpAddress::parse(named) ? canonical_domain(named) : std::nullopt;
    if (!domain) return SSL_TLSEXT_ERR_NOACK;
    TlsEngine::Impl& engine = TlsEngine::Impl::of(ssl);
    if (!engine.host.empty() && engine.host != *domain) {
      *alert = SSL_AD_UNRECOGNIZED_NAME;
      return SSL_TLSEXT_ERR_ALERT_FATAL;
    }
    engine.host = *domain;
    engine.host_is_named = true;
    SSL_set_SSL_CTX(ssl, engine.context->impl_->context_for(*domain));
    return SSL_TLSEXT_ERR_OK;
  }

  static int staple(SSL* ssl, void* argument) {
    const auto& staple = *static_cast<const OcspStaple*>(argument);
    if (staple.der.empty() || (staple.expires != 0 && std::time(nullptr) >= staple.expires))
      return SSL_TLSEXT_ERR_NOACK;
    void* const copy = OPENSSL_memdup(staple.der.data(), staple.der.size());
    if (!copy) return SSL_TLSEXT_ERR_NOACK;
    SSL_set_tlsext_status_ocsp_resp(ssl, copy, static_cast<long>(staple.der.size()));
    return SSL_TLSEXT_ERR_OK;
  }

  // Seals the identity of the control connection into a ticket that is being made.
  static int seal_identity(SSL* ssl, void*) {
    const TlsIdentity& identity = TlsEngine::Impl::of(ssl).identity;
    return SSL_SESSION_set1_ticket_appdata(SSL_get_session(ssl), identity.data(), identity.size());
  }

  static SSL_TICKET_RETURN ignore_ticket(SSL*, SSL_SESSION*, const unsigned char*, std::size_t, SSL_TICKET_STATUS,
                                         void*) {
    return SSL_TICKET_RETURN_IGNORE;
  }

  static SSL_TICKET_RETURN accept_ticket(SSL*, SSL_SESSION*, const unsigned char*, std::size_t,
                                         SSL_TICKET_STATUS status, void*) {
    switch (status) {
      case SSL_TICKET_SUCCESS:
        return SSL_TICKET_RETURN_USE;
      case SSL_TICKET_SUCCESS_RENEW:
        return SSL_TICKET_RETURN_USE_RENEW;
      case SSL_TICKET_EMPTY:
      case SSL_TICKET_NO_DECRYPT:
        return SSL_TICKET_RETURN_IGNORE_RENEW;
      default:
        return SSL_TICKET_RETURN_ABORT;
    }
  }
};

namespace {

// RFC 8996 and RFC 9325: no version before 1.2, no compression, no renegotiation. The order of ciphers is ours, but a
// client that wants ChaCha20 first, as those without AES instructions do, gets it.
Configured set_policy(SSL_CTX* ctx, const TlsConfig& config) {
  SSL_CTX_set_min_proto_version(ctx, version_number(config.least_version));
  SSL_CTX_set_max_proto_version(ctx, version_number(config.most_version));
  SSL_CTX_set_options(ctx, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE |
                               SSL_OP_PRIORITIZE_CHACHA);
  const std::string& ciphers = config.ciphers.empty() ? default_ciphers : config.ciphers;
  if (SSL_CTX_set_cipher_list(ctx, ciphers.c_str()) != 1)
    return wrong("ciphers: OpenSSL finds none in \"" + ciphers + "\"; try it with `openssl ciphers`");
  const std::string& suites = config.cipher_suites.empty() ? default_cipher_suites : config.cipher_suites;
  if (SSL_CTX_set_ciphersuites(ctx, suites.c_str()) != 1)
    return wrong("cipher_suites: OpenSSL does not know all of \"" + suites +
                 "\"; try it with `openssl ciphers -tls1_3 -ciphersuites`");
  SSL_CTX_set_mode(ctx, SSL_MODE_RELEASE_BUFFERS);
  return {};
}

void set_callbacks(SSL_CTX* ctx) {
  SSL_CTX_set_alpn_select_cb(ctx, TlsCallbacks::choose_alpn, nullptr);
  SSL_CTX_set_tlsext_servername_callback(ctx, TlsCallbacks::choose_host);
}

void set_sessions(SSL_CTX* ctx, const TlsConfig& config) {
  static constexpr unsigned char session_context[] = "ferry";
  SSL_CTX_set_session_id_context(ctx, session_context, sizeof session_context - 1);
  SSL_CTX_set_session_cache_mode(ctx, config.resumption ? SSL_SESS_CACHE_SERVER : SSL_SESS_CACHE_OFF);
  SSL_CTX_set_timeout(ctx, session_lifetime_seconds);
  SSL_CTX_set_session_ticket_cb(ctx, TlsCallbacks::seal_identity,
                                config.resumption ? TlsCallbacks::accept_ticket : TlsCallbacks::ignore_ticket, nullptr);
}

Configured load_certificate(SSL_CTX* ctx, const std::string& certificate, const std::string& key_file) {
  const std::string& key = key_file.empty() ? certificate : key_file;
  if (SSL_CTX_use_certificate_chain_file(ctx, certificate.c_str()) != 1)
    return wrong("certificate file " + certificate + ": " + openssl_reason() +
                 "; give a readable PEM certificate chain");
  if (SSL_CTX_use_PrivateKey_file(ctx, key.c_str(), SSL_FILETYPE_PEM) != 1)
    return wrong("key file " + key + ": " + openssl_reason() +
                 "; give the readable PEM private key that belongs to the certificate");
  if (SSL_CTX_check_private_key(ctx) != 1)
    return wrong("key file " + key + " does not belong to certificate file " + certificate +
                 "; give the matching pair");
  return {};
}

Configured ask_for_client_certificates(SSL_CTX* ctx, const TlsConfig& config) {
  if (config.client_certificates == ClientCertificates::off) return {};
  const std::string& authorities = config.client_ca_file;
  STACK_OF(X509_NAME)* const names = SSL_load_client_CA_file(authorities.c_str());
  if (!names || SSL_CTX_load_verify_file(ctx, authorities.c_str()) != 1)
    return wrong("client CA file " + authorities + ": " + openssl_reason() +
                 "; give the readable PEM certificates of those who sign your users' certificates");
  SSL_CTX_set_client_CA_list(ctx, names);  // takes them
  if (!config.client_crl_file.empty()) {
    X509_STORE* const store = SSL_CTX_get_cert_store(ctx);
    X509_LOOKUP* const lookup = X509_STORE_add_lookup(store, X509_LOOKUP_file());
    if (!lookup || X509_load_crl_file(lookup, config.client_crl_file.c_str(), X509_FILETYPE_PEM) < 1)
      return wrong("client CRL file " + config.client_crl_file + ": " + openssl_reason() +
                   "; give a readable PEM file with the revocation lists of the authorities");
    X509_STORE_set_flags(store, X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL);
  }
  const bool required = config.client_certificates == ClientCertificates::required;
  SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER | (required ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0), nullptr);
  return {};
}

// The response must be a good answer about just this certificate: a peer that is handed a wrong one gives up.
std::expected<OcspStaple, std::string> load_staple(const std::string& file, SSL_CTX* ctx) {
  const auto bad = [&](const char* what) { return wrong("OCSP file " + file + " " + what); };
  const Bio bio(BIO_new_file(file.c_str(), "rb"));
  const OcspResponse response(bio ? d2i_OCSP_RESPONSE_bio(bio.get(), nullptr) : nullptr);
  ERR_clear_error();
  if (!response) return bad("cannot be read as one OCSP response in DER; write it with `openssl ocsp -respout`");
  const OcspBasic basic(OCSP_response_get1_basic(response.get()));
  ERR_clear_error();
  if (OCSP_response_status(response.get()) != OCSP_RESPONSE_STATUS_SUCCESSFUL || !basic)
    return bad("holds the responder's refusal; ask again");

  const ASN1_INTEGER* const serial = X509_get0_serialNumber(SSL_CTX_get0_certificate(ctx));
  for (int i = 0; i < OCSP_resp_count(basic.get()); ++i) {
    OCSP_SINGLERESP* const single = OCSP_resp_get0(basic.get(), i);
    ASN1_INTEGER* answered = nullptr;
    OCSP_id_get0_info(nullptr, nullptr, nullptr, &answered, const_cast<OCSP_CERTID*>(OCSP_SINGLERESP_get0_id(single)));
    if (!answered || ASN1_INTEGER_cmp(answered, serial) != 0) continue;
    ASN1_GENERALIZEDTIME* next_update = nullptr;
    OCSP_single_get0_status(single, nullptr, nullptr, nullptr, &next_update);
    OcspStaple staple;
    staple.expires = seconds_of(next_update);
    unsigned char* der = nullptr;
    const int size = i2d_OCSP_RESPONSE(response.get(), &der);
    if (size > 0) staple.der.assign(der, der + size);
    OPENSSL_free(der);
    return staple;
  }
  return bad("is about another certificate; ask the responder about the one that is shown");
}

std::expected<HostContext, std::string> make_context(const TlsConfig& config) {
  HostContext host;
  host.ctx.reset(SSL_CTX_new(TLS_server_method()));
  if (!host.ctx) return wrong("OpenSSL cannot start: " + openssl_reason());
  SSL_CTX* const ctx = host.ctx.get();
  if (auto set = set_policy(ctx, config); !set) return wrong(set.error());
  set_callbacks(ctx);
  set_sessions(ctx, config);
  if (auto loaded = load_certificate(ctx, config.certificate_file, config.key_file); !loaded)
    return wrong(loaded.error());
  if (auto set = ask_for_client_certificates(ctx, config); !set) return wrong(set.error());
  if (!config.ocsp_file.empty()) {
    auto staple = load_staple(config.ocsp_file, ctx);
    if (!staple) return wrong(staple.error());
    host.staple = *std::move(staple);
  }
  return host;
}

std::expected<Ctx, std::string> make_client_context(const TlsConfig& config) {
  Ctx ctx(SSL_CTX_new(TLS_client_method()));
  if (!ctx) return wrong("OpenSSL cannot start: " + openssl_reason());
  if (auto set = set_policy(ctx.get(), config); !set) return wrong(set.error());
  SSL_CTX_set_session_cache_mode(ctx.get(), SSL_SESS_CACHE_OFF);
  SSL_CTX_set_verify(ctx.get(), SSL_VERIFY_NONE, nullptr);
  return ctx;
}

void offer_staple(HostContext& host) {
  SSL_CTX_set_tlsext_status_cb(host.ctx.get(), TlsCallbacks::staple);
  SSL_CTX_set_tlsext_status_arg(host.ctx.get(), &host.staple);
}

}  // namespace

TlsContext::TlsContext(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
TlsContext::~TlsContext() = default;

std::expected<std::shared_ptr<const TlsContext>, std::string> TlsContext::make(const TlsConfig& config,
                                                                               std::span<const VirtualHost> hosts) {
  auto impl = std::make_unique<Impl>();
  auto fallback = make_context(config);
  if (!fallback) return wrong(fallback.error());
  impl->fallback = *std::move(fallback);
  auto client = make_client_context(config);
  if (!client) return wrong(client.error());
  impl->client = *std::move(client);
  offer_staple(impl->fallback);
  for (const VirtualHost& host : hosts) {
    if (host.certificate_file.empty()) continue;
    TlsConfig own = config;
    own.certificate_file = host.certificate_file;
    own.key_file = host.key_file;
    own.ocsp_file = host.ocsp_file;
    auto context = make_context(own);
    if (!context) return wrong("host " + host.name + ": " + context.error());
    auto kept = std::make_unique<HostContext>(*std::move(context));
    offer_staple(*kept);
    impl->hosts.emplace(canonical_domain(host.name).value_or(host.name), std::move(kept));
  }
  impl->bio_method = make_bio_method();
  return std::shared_ptr<const TlsContext>(new TlsContext(std::move(impl)));
}

}  // namespace ferry
