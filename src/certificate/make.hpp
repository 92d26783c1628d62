// Makes self-signed certificates, for the program (`--tls` without --certfile) and for the kit for tests.
#pragma once

#include <string>

namespace ferry {

struct CertificateText {
  std::string certificate;  // PEM
  std::string both;         // certificate and key in one text, so that the two can never be of different age
};

// A new one: ECDSA P-256, 10 years, for `host`, localhost, 127.0.0.1 and ::1. Both texts are empty when OpenSSL failed.
CertificateText make_self_signed(const std::string& host);

}  // namespace ferry
