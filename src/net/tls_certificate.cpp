#include "net/tls_certificate.hpp"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/x509v3.h>

#include <memory>

#include "net/tls_openssl.hpp"

namespace ferry {

namespace {

using Bio = std::unique_ptr<BIO, Freed<BIO_free_all>>;
using Names = std::unique_ptr<GENERAL_NAMES, Freed<GENERAL_NAMES_free>>;

// A name that holds a NUL would be taken for a shorter one further on: it is nobody's.
std::string text_of(const ASN1_STRING& string) {
  unsigned char* utf8 = nullptr;
  const int size = ASN1_STRING_to_UTF8(&utf8, &string);
  if (size < 0) return {};
  std::string text(reinterpret_cast<const char*>(utf8), static_cast<std::size_t>(size));
  OPENSSL_free(utf8);
  return text.find('\0') == std::string::npos ? text : std::string();
}

std::string subject_of(const X509_NAME& name) {
  const Bio bio(BIO_new(BIO_s_mem()));
  if (!bio || X509_NAME_print_ex(bio.get(), &name, 0, XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB) < 0) return {};
  char* text = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &text);
  return {text, static_cast<std::size_t>(size)};
}

std::string common_name_of(const X509_NAME& name) {
  int last = -1;
  for (int at = -1; (at = X509_NAME_get_index_by_NID(&name, NID_commonName, at)) >= 0;) last = at;
  if (last < 0) return {};
  return text_of(*X509_NAME_ENTRY_get_data(X509_NAME_get_entry(&name, last)));
}

void take_alternative_names(const X509& certificate, ClientCertificate& out) {
  const Names names(
      static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(&certificate, NID_subject_alt_name, nullptr, nullptr)));
  for (int i = 0; i < sk_GENERAL_NAME_num(names.get()); ++i) {
    int kind = 0;
    const auto* const value =
        static_cast<const ASN1_STRING*>(GENERAL_NAME_get0_value(sk_GENERAL_NAME_value(names.get(), i), &kind));
    std::vector<std::string>* const list = kind == GEN_DNS     ? &out.dns_names
                                           : kind == GEN_EMAIL ? &out.email_addresses
                                           : kind == GEN_URI   ? &out.uris
                                                               : nullptr;
    if (!list) continue;
    if (std::string text = text_of(*value); !text.empty()) list->push_back(std::move(text));
  }
}

std::string fingerprint_of(const X509& certificate) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  if (X509_digest(&certificate, EVP_sha256(), digest, &size) != 1) return {};
  static constexpr char digits[] = "0123456789abcdef";
  std::string text;
  for (unsigned i = 0; i < size; ++i) {
    text += digits[digest[i] >> 4];
    text += digits[digest[i] & 15];
  }
  return text;
}

}  // namespace

ClientCertificate describe_certificate(const X509& certificate) {
  const X509_NAME& subject = *X509_get_subject_name(&certificate);
  ClientCertificate out;
  out.subject = subject_of(subject);
  out.common_name = common_name_of(subject);
  take_alternative_names(certificate, out);
  out.fingerprint = fingerprint_of(certificate);
  return out;
}

std::string TlsFacts::text() const {
  std::string out = version + ' ' + cipher;
  if (resumed) out += ", resumed";
  if (!server_name.empty()) out += ", server name " + server_name;
  if (client) out += ", client " + client->subject;
  return out;
}

}  // namespace ferry
