#include "support/certificate.hpp"

#include <openssl/evp.h>
#include <openssl/ocsp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <atomic>
#include <cstdio>
#include <map>
#include <memory>
#include <mutex>

#include "support/failure.hpp"
#include "support/temporary_directory.hpp"

namespace ferry::test {
namespace {

using File = std::unique_ptr<FILE, int (*)(FILE*)>;
using Key = std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)>;
using Certificate = std::unique_ptr<X509, void (*)(X509*)>;

constexpr long one_day = 24L * 3600;

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

Certificate read_certificate(const std::string& path) {
  const File in(std::fopen(path.c_str(), "r"), std::fclose);
  Certificate certificate(in ? PEM_read_X509(in.get(), nullptr, nullptr, nullptr) : nullptr, X509_free);
  require(certificate != nullptr, "reading it");
  return certificate;
}

Key read_key(const std::string& path) {
  const File in(std::fopen(path.c_str(), "r"), std::fclose);
  Key key(in ? PEM_read_PrivateKey(in.get(), nullptr, nullptr, nullptr) : nullptr, EVP_PKEY_free);
  require(key != nullptr, "reading its key");
  return key;
}

struct Wishes {
  std::string common_name;
  std::string alternative_names;  // empty: none
  bool authority = true;
  const CertificateFiles* issuer = nullptr;  // null: self-signed
};

void write_certificate_files(const Wishes& wishes, const CertificateFiles& files) {
  const Key key(EVP_EC_gen("P-256"), EVP_PKEY_free);
  require(key != nullptr, "key");
  const Certificate certificate(X509_new(), X509_free);
  X509* const x = certificate.get();
  X509_set_version(x, 2);
  std::uint32_t serial = 0;
  require(RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial) == 1, "serial number");
  ASN1_INTEGER_set_uint64(X509_get_serialNumber(x), serial);
  X509_gmtime_adj(X509_getm_notBefore(x), -3600);
  X509_gmtime_adj(X509_getm_notAfter(x), one_day);
  X509_set_pubkey(x, key.get());
  X509_NAME* const name = X509_get_subject_name(x);
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(wishes.common_name.c_str()), -1, -1, 0);
  const Certificate issuer =
      wishes.issuer ? read_certificate(wishes.issuer->certificate) : Certificate(nullptr, X509_free);
  const Key issuer_key = wishes.issuer ? read_key(wishes.issuer->key) : Key(nullptr, EVP_PKEY_free);
  X509_set_issuer_name(x, issuer ? X509_get_subject_name(issuer.get()) : name);
  add_extension(x, NID_basic_constraints, wishes.authority ? "critical,CA:TRUE" : "critical,CA:FALSE");
  if (!wishes.alternative_names.empty()) add_extension(x, NID_subject_alt_name, wishes.alternative_names.c_str());
  require(X509_sign(x, issuer_key ? issuer_key.get() : key.get(), EVP_sha256()) > 0, "signature");

  const File out(std::fopen(files.certificate.c_str(), "w"), std::fclose);
  require(out != nullptr && PEM_write_X509(out.get(), x) == 1, "file");
  const File key_out(std::fopen(files.key.c_str(), "w"), std::fclose);
  require(
      key_out != nullptr && PEM_write_PrivateKey(key_out.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) == 1,
      "key file");
}

// A file name of its own for each call, removed with the process.
std::string fresh_file(const std::string& ending) {
  static const TemporaryDirectory directory;
  static std::atomic<int> number{0};
  return directory.path() + "/" + std::to_string(number.fetch_add(1)) + ending;
}

CertificateFiles fresh_files() { return {fresh_file(".pem"), fresh_file(".key")}; }

CertificateFiles made(const Wishes& wishes) {
  CertificateFiles files = fresh_files();
  write_certificate_files(wishes, files);
  return files;
}

constexpr const char* loopback_names = "DNS:localhost,IP:127.0.0.1,IP:::1";

}  // namespace

void write_certificate(const std::string& certificate_file, const std::string& key_file) {
  write_certificate_files({.common_name = "localhost", .alternative_names = loopback_names},
                          {certificate_file, key_file});
}

const CertificateFiles& shared_certificate() {
  static const CertificateFiles files = made({.common_name = "localhost", .alternative_names = loopback_names});
  return files;
}

const CertificateFiles& host_certificate(const std::string& name) {
  static std::mutex mutex;
  static std::map<std::string, CertificateFiles> known;
  const std::lock_guard lock(mutex);
  const auto found = known.find(name);
  if (found != known.end()) return found->second;
  return known.emplace(name, made({.common_name = name, .alternative_names = "DNS:" + name})).first->second;
}

const CertificateFiles& client_authority() {
  static const CertificateFiles files = made({.common_name = "Authority of the tests", .alternative_names = {}});
  return files;
}

CertificateFiles client_certificate(const std::string& common_name, const std::string& alternative_names) {
  return made({.common_name = common_name,
               .alternative_names = alternative_names,
               .authority = false,
               .issuer = &client_authority()});
}

std::string write_revocation_list(const std::string& revoked_certificate) {
  const Certificate issuer = read_certificate(client_authority().certificate);
  const Key key = read_key(client_authority().key);
  const Certificate revoked = read_certificate(revoked_certificate);
  const std::unique_ptr<X509_CRL, void (*)(X509_CRL*)> list(X509_CRL_new(), X509_CRL_free);
  X509_CRL_set_version(list.get(), 1);
  X509_CRL_set_issuer_name(list.get(), X509_get_subject_name(issuer.get()));
  const std::unique_ptr<ASN1_TIME, void (*)(ASN1_TIME*)> time(X509_gmtime_adj(nullptr, -60), ASN1_TIME_free);
  X509_CRL_set1_lastUpdate(list.get(), time.get());
  X509_gmtime_adj(time.get(), one_day);
  X509_CRL_set1_nextUpdate(list.get(), time.get());
  X509_REVOKED* const entry = X509_REVOKED_new();
  X509_REVOKED_set_serialNumber(entry, X509_get_serialNumber(revoked.get()));
  X509_gmtime_adj(time.get(), -60);
  X509_REVOKED_set_revocationDate(entry, time.get());
  X509_CRL_add0_revoked(list.get(), entry);
  require(X509_CRL_sign(list.get(), key.get(), EVP_sha256()) > 0, "revocation list");
  const std::string path = fresh_file(".crl");
  const File out(std::fopen(path.c_str(), "w"), std::fclose);
  require(out != nullptr && PEM_write_X509_CRL(out.get(), list.get()) == 1, "file");
  return path;
}

void write_ocsp_response(const CertificateFiles& about, const std::string& file, long seconds) {
  const Certificate certificate = read_certificate(about.certificate);
  const Key key = read_key(about.key);
  const std::unique_ptr<OCSP_BASICRESP, void (*)(OCSP_BASICRESP*)> basic(OCSP_BASICRESP_new(), OCSP_BASICRESP_free);
  const std::unique_ptr<OCSP_CERTID, void (*)(OCSP_CERTID*)> id(
      OCSP_cert_to_id(EVP_sha1(), certificate.get(), certificate.get()), OCSP_CERTID_free);
  const std::unique_ptr<ASN1_TIME, void (*)(ASN1_TIME*)> from(X509_gmtime_adj(nullptr, -3600), ASN1_TIME_free);
  const std::unique_ptr<ASN1_TIME, void (*)(ASN1_TIME*)> until(X509_gmtime_adj(nullptr, seconds), ASN1_TIME_free);
  require(OCSP_basic_add1_status(basic.get(), id.get(), V_OCSP_CERTSTATUS_GOOD, 0, nullptr, from.get(), until.get()),
          "OCSP status");
  require(OCSP_basic_sign(basic.get(), certificate.get(), key.get(), EVP_sha256(), nullptr, 0) == 1, "OCSP signature");
  const std::unique_ptr<OCSP_RESPONSE, void (*)(OCSP_RESPONSE*)> response(
      OCSP_response_create(OCSP_RESPONSE_STATUS_SUCCESSFUL, basic.get()), OCSP_RESPONSE_free);
  const std::unique_ptr<BIO, int (*)(BIO*)> out(BIO_new_file(file.c_str(), "wb"), BIO_free);
  require(response != nullptr && out != nullptr && i2d_OCSP_RESPONSE_bio(out.get(), response.get()) == 1, "OCSP file");
}

}  // namespace ferry::test
