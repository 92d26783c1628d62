#include "support/tls_client.hpp"

#include <openssl/err.h>

#include "support/certificate.hpp"
#include "support/wire.hpp"

namespace ferry::test {

TlsClient::TlsClient(const TlsClientOptions& options)
    : options_(options), context_(SSL_CTX_new(TLS_client_method()), SSL_CTX_free) {
  SSL_CTX* const context = context_.get();
  SSL_CTX_set_security_level(context, 0);  // lets a test offer old versions, to see them refused
  SSL_CTX_set_min_proto_version(context, options.min_version);
  SSL_CTX_set_max_proto_version(context, options.max_version);
  if (!options.tickets) SSL_CTX_set_options(context, SSL_OP_NO_TICKET);
  const std::string& trusted =
      options.trusted_certificate.empty() ? shared_certificate().certificate : options.trusted_certificate;
  if (SSL_CTX_load_verify_file(context, trusted.c_str()) != 1) throw Failure("cannot read " + trusted);
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);

  const CertificateFiles& own = options.certificate;
  if (!own.certificate.empty() && (SSL_CTX_use_certificate_chain_file(context, own.certificate.c_str()) != 1 ||
                                   SSL_CTX_use_PrivateKey_file(context, own.key.c_str(), SSL_FILETYPE_PEM) != 1))
    throw Failure("cannot read " + own.certificate);
  if (options.ask_for_ocsp) SSL_CTX_set_tlsext_status_type(context, TLSEXT_STATUSTYPE_ocsp);

  std::string protocols;
  for (const std::string& protocol : options.alpn) {
    protocols += static_cast<char>(protocol.size());
    protocols += protocol;
  }
  if (!protocols.empty())
    SSL_CTX_set_alpn_protos(context, reinterpret_cast<const unsigned char*>(protocols.data()),
                            static_cast<unsigned>(protocols.size()));

  // The sessions are kept with the connection that received them: which one is resumed is the test's choice.
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
  SSL_CTX_sess_set_new_cb(context, [](SSL* ssl, SSL_SESSION* session) {
    static_cast<Wire*>(SSL_get_app_data(ssl))->sessions_.emplace_back(session, SSL_SESSION_free);
    return 1;
  });
}

}  // namespace ferry::test
