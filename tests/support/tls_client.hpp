// The client's settings for TLS: versions, ALPN, SNI, the one certificate that is trusted, and a certificate of its
// own.
#pragma once

#include <openssl/ssl.h>

#include <memory>
#include <string>
#include <vector>

#include "support/certificate.hpp"

namespace ferry::test {

struct TlsClientOptions {
  int min_version = TLS1_2_VERSION;
  int max_version = TLS1_3_VERSION;
  bool tickets = true;                    // false: TLS 1.2 sessions are resumed by their id
  std::vector<std::string> alpn;          // empty: the extension is not sent
  std::string trusted_certificate;        // a file; empty: shared_certificate()
  std::string server_name = "localhost";  // SNI; empty: the extension is not sent
  CertificateFiles certificate;           // the client's own; empty: none
  bool ask_for_ocsp = false;
};

class TlsClient {
 public:
  explicit TlsClient(const TlsClientOptions& options = {});
  SSL_CTX* context() const { return context_.get(); }
  const TlsClientOptions& options() const { return options_; }

 private:
  TlsClientOptions options_;
  std::unique_ptr<SSL_CTX, void (*)(SSL_CTX*)> context_;
};

}  // namespace ferry::test
