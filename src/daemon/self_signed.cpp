#include "self_signed.hpp"

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <system_error>

#include <fmt/format.h>
#include <openssl/pem.h>
#include <sys/stat.h>
#include <unistd.h>

#include "certificate/handles.hpp"
#include "certificate/make.hpp"
#include "write_file.hpp"

namespace ferry {
namespace {

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

  const std::string pem = make_self_signed(host_name()).both;
  if (pem.empty()) return failed(path, "cannot be made", "OpenSSL refused");
  // Somebody else may start at the same moment; whoever comes second uses what the first one made.
  const auto written = write_file(path, pem, 0600, Existing::keep);
  if (!written && written.error() != EEXIST) return failed(path, "cannot be written", std::strerror(written.error()));
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
