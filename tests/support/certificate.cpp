#include "support/certificate.hpp"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <cstdio>
#include <memory>

#include "support/failure.hpp"
#include "support/temporary_directory.hpp"

namespace ferry::test {
namespace {

using File = std::unique_ptr<FILE, int (*)(FILE*)>;
using Key = std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)>;
using Certificate = std::unique_ptr<X509, void (*)(X509*)>;

void require(bool ok, const char* what) {
  if (!ok) throw Failure(std::string("cannot make a certificate: ") + what);
}

void add_extension(X509* certificate, int id, const char* value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* const extension = X509V3_EXT_conf_nid(nullptr, &context, id, value);
  require(extension != nullptr, "extension");
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

}  // namespace

void write_certificate(const std::string& certificate_file, const std::string& key_file) {
  const Key key(EVP_EC_gen("P-256"), EVP_PKEY_free);
  require(key != nullptr, "key");
  const Certificate certificate(X509_new(), X509_free);
  X509_set_version(certificate.get(), 2);
  std::uint32_t serial = 0;
  require(RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial) == 1, "serial number");
  ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate.get()), serial);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -3600);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 24L * 3600);
  X509_set_pubkey(certificate.get(), key.get());
  X509_NAME* const name = X509_get_subject_name(certificate.get());
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>("localhost"), -1, -1, 0);
  X509_set_issuer_name(certificate.get(), name);
  add_extension(certificate.get(), NID_basic_constraints, "critical,CA:TRUE");
  add_extension(certificate.get(), NID_subject_alt_name, "DNS:localhost,IP:127.0.0.1,IP:::1");
  require(X509_sign(certificate.get(), key.get(), EVP_sha256()) > 0, "signature");

  const File out(std::fopen(certificate_file.c_str(), "w"), std::fclose);
  require(out != nullptr && PEM_write_X509(out.get(), certificate.get()) == 1, "file");
  const File key_out(std::fopen(key_file.c_str(), "w"), std::fclose);
  require(
      key_out != nullptr && PEM_write_PrivateKey(key_out.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) == 1,
      "key file");
}

const CertificateFiles& shared_certificate() {
  struct Shared {
    TemporaryDirectory directory;
    CertificateFiles files{directory.path() + "/certificate.pem", directory.path() + "/key.pem"};
    Shared() { write_certificate(files.certificate, files.key); }
  };
  static const Shared shared;
  return shared.files;
}

}  // namespace ferry::test
