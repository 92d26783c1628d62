// Self-signed certificates for TLS tests.
#pragma once

#include <string>

namespace ferry::test {

// Writes a new self-signed certificate (ECDSA P-256; localhost, 127.0.0.1 and ::1) and its key as PEM files.
void write_certificate(const std::string& certificate_file, const std::string& key_file);

struct CertificateFiles {
  std::string certificate;
  std::string key;
};

// One certificate for the whole process, made at the first call and removed at the end.
const CertificateFiles& shared_certificate();

}  // namespace ferry::test
