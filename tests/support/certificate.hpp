// Certificates for TLS tests.
#pragma once

#include <string>
#include <vector>

namespace ferry::test {

// Writes a new self-signed certificate (ECDSA P-256; localhost, 127.0.0.1 and ::1) and its key as PEM files.
void write_certificate(const std::string& certificate_file, const std::string& key_file);

struct CertificateFiles {
  std::string certificate;
  std::string key;
};

// One certificate for the whole process, made at the first call and removed at the end.
const CertificateFiles& shared_certificate();

// A self-signed certificate for one host name, likewise kept for the whole process.
const CertificateFiles& host_certificate(const std::string& name);

// Who signs the certificates of clients. Made at the first call and removed at the end.
const CertificateFiles& client_authority();

// A client's certificate with this common name, signed by client_authority(). `alternative_names` as OpenSSL's
// configuration has them: "email:alice@example.org,DNS:alice.example.org".
CertificateFiles client_certificate(const std::string& common_name, const std::string& alternative_names = {});

// The PEM file of a revocation list of client_authority() with one certificate on it.
std::string write_revocation_list(const std::string& revoked_certificate);

// Writes an OCSP response in DER: the certificate is good, until `seconds` from now.
void write_ocsp_response(const CertificateFiles& about, const std::string& file, long seconds);

}  // namespace ferry::test
