#include "self_signed.hpp"

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <memory>
#include <system_error>

#include <fmt/format.h>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>
#include <unistd.h>

#include "write_file.hpp"

namespace ferry {
namespace {

template <auto free_function>
struct Free {
  template <typename T>
  void operator()(T* object) const {
    free_function(object);
  }
};
using Bio = std::unique_ptr<BIO, Free<BIO_free_all>>;
using Key = std::unique_ptr<EVP_PKEY, Free<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Free<X509_free>>;
using Extension = std::unique_ptr<X509_EXTENSION, Free<X509_EXTENSION_free>>;

constexpr long ten_years = 10L * 365 * 24 * 60 * 60;

// The host's name as it can stand in a certificate: RFC 5280 limits the common name to 64 characters, and a name that
// is no host name would break the alternative names.
std::string host_name() {
  std::array<char, 256> buffer{};
  if (gethostname(buffer.data(), buffer.size() - 1) != 0) return "localhost";
  std::string name(buffer.data());
  constexpr std::string_view allowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-";
  if (name.empty() || name.size() > 64 || name.find_first_not_of(allowed) != std::string::npos) return "localhost";
  return name;
}

bool add_extension(X509* certificate, int kind, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
  const Extension extension(X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str()));
  return extension && X509_add_ext(certificate, extension.get(), -1) == 1;
}

// RFC 5280 §4.1.2.2: a positive number, unique for its issuer; a random one needs no memory.
bool set_serial(X509* certificate) {
  std::array<unsigned char, 16> octets{};
  if (RAND_bytes(octets.data(), static_cast<int>(octets.size())) != 1) return false;
  octets[0] = static_cast<unsigned char>((octets[0] & 0x7F) | 0x01);
  const std::unique_ptr<BIGNUM, Free<BN_free>> number(
      BN_bin2bn(octets.data(), static_cast<int>(octets.size()), nullptr));
  return number && BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) != nullptr;
}

Certificate make_certificate(EVP_PKEY* key, const std::string& host) {
  Certificate certificate(X509_new());
  X509* const x = certificate.get();
  if (x == nullptr) return nullptr;
  X509_NAME* const name = X509_get_subject_name(x);
  const auto* const common_name = reinterpret_cast<const unsigned char*>(host.c_str());
  std::string names = "DNS:localhost,IP:127.0.0.1,IP:::1";
  if (host != "localhost") names = "DNS:" + host + "," + names;
  const bool made = X509_set_version(x, X509_VERSION_3) == 1 && set_serial(x) &&
                    X509_gmtime_adj(X509_getm_notBefore(x), 0) != nullptr &&
                    X509_gmtime_adj(X509_getm_notAfter(x), ten_years) != nullptr &&
                    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, common_name, -1, -1, 0) == 1 &&
                    X509_set_issuer_name(x, name) == 1 && X509_set_pubkey(x, key) == 1 &&
                    add_extension(x, NID_basic_constraints, "critical,CA:FALSE") &&
                    add_extension(x, NID_key_usage, "critical,digitalSignature") &&
                    add_extension(x, NID_ext_key_usage, "serverAuth") &&
                    add_extension(x, NID_subject_alt_name, names) && X509_sign(x, key, EVP_sha256()) > 0;
  return made ? std::move(certificate) : nullptr;
}

// Certificate and key in one text, so that the two can never be of different age. Empty when OpenSSL failed.
std::string make_pem() {
  const Key key(EVP_EC_gen("P-256"));
  if (!key) return {};
  const Certificate certificate = make_certificate(key.get(), host_name());
  const Bio bio(BIO_new(BIO_s_secmem()));  // wiped when it is freed
  if (!certificate || !bio || PEM_write_bio_X509(bio.get(), certificate.get()) != 1 ||
      PEM_write_bio_PrivateKey(bio.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) != 1)
    return {};
  char* text = nullptr;
  const long length = BIO_get_mem_data(bio.get(), &text);
  return {text, static_cast<std::size_t>(length)};
}

Certificate read_certificate(const std::string& path) {
  const Bio bio(BIO_new_file(path.c_str(), "r"));
  return Certificate(bio ? PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr) : nullptr);
}

std::unexpected<std::string> failed(const std::string& path, const char* what, const char* why) {
  return std::unexpected(
      fmt::format("ferry: --tls: \"{}\", the place of the self-signed certificate, {}: {}; mend that, name another "
                  "directory in XDG_STATE_HOME, or give --certfile",
                  path, what, why));
}

}  // namespace

std::string state_directory() {
  if (const char* const state = std::getenv("XDG_STATE_HOME"); state != nullptr && *state == '/')
    return std::string(state) + "/ferry";
  const char* const home = std::getenv("HOME");
  if (geteuid() == 0 || home == nullptr || *home == '\0') return "/var/lib/ferry";
  return std::string(home) + "/.local/state/ferry";
}

std::expected<std::string, std::string> self_signed_certificate(const std::string& directory) {
  std::string path = directory + "/self-signed.pem";
  struct stat found{};
  if (stat(path.c_str(), &found) == 0) {
    const Certificate certificate = read_certificate(path);
    if (!certificate) return failed(path, "cannot be used", "it cannot be read or holds no certificate");
    if (X509_cmp_current_time(X509_get0_notAfter(certificate.get())) > 0) return path;
    unlink(path.c_str());  // expired: nobody who checks would accept it
  }

  std::error_code error;
  const std::filesystem::path parent = std::filesystem::path(directory).parent_path();
  std::filesystem::create_directories(parent, error);
  if (mkdir(directory.c_str(), 0700) != 0 && errno != EEXIST)
    return failed(directory, "cannot be made", std::strerror(errno));

  const std::string pem = make_pem();
  if (pem.empty()) return failed(path, "cannot be made", "OpenSSL refused");
  // Somebody else may start at the same moment; whoever comes second uses what the first one made.
  const int written = write_file(path, pem, 0600, Existing::keep);
  if (written != 0 && written != EEXIST) return failed(path, "cannot be written", std::strerror(written));
  return path;
}

std::string fingerprint_of(const std::string& path) {
  const Certificate certificate = read_certificate(path);
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned length = 0;
  if (!certificate || X509_digest(certificate.get(), EVP_sha256(), digest.data(), &length) != 1) return {};
  std::string text;
  for (unsigned i = 0; i < length; ++i)
    fmt::format_to(std::back_inserter(text), "{}{:02X}", i == 0 ? "" : ":", digest[i]);
  return text;
}

}  // namespace ferry
