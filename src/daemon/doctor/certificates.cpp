#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include <fmt/format.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "certificate/handles.hpp"
#include "doctor/finding.hpp"
#include "self_signed.hpp"

namespace ferry {
namespace {

constexpr int soon = 30;  // days

Finding error(std::string subject, std::string text) { return {Health::error, std::move(subject), std::move(text)}; }

void check_expiry(const X509* certificate, const std::string& subject, Findings& findings) {
  int days = 0, seconds = 0;
  ASN1_TIME_diff(&days, &seconds, nullptr, X509_get0_notAfter(certificate));
  if (days < 0 || seconds < 0)
    findings.push_back(error(subject, "has expired; have it renewed"));
  else if (X509_cmp_current_time(X509_get0_notBefore(certificate)) > 0)
    findings.push_back(error(subject, "is not valid yet; set the clock right, or have it made again"));
  else if (days < soon)
    findings.push_back({Health::warning, subject, fmt::format("expires in {} days; have it renewed", days)});
  else
    findings.push_back({Health::ok, subject, fmt::format("is valid for {} more days", days)});
}

void check_mode(const std::string& key_file, const std::string& subject, Findings& findings) {
  struct stat facts{};
  if (::stat(key_file.c_str(), &facts) != 0) return;
  if ((facts.st_mode & 077) == 0 || (facts.st_mode & 0037) == 0)
    findings.push_back({Health::ok, subject, "is kept from others"});
  else
    findings.push_back({Health::warning, subject,
                        fmt::format("has the mode {:04o}, so that others than its owner can use it; chmod 600",
                                    facts.st_mode & 07777)});
}

void check_pair(const std::string& certificate_file, const std::string& key_file, Findings& findings) {
  const std::string subject = "certificate " + certificate_file;
  const Bio bio(BIO_new_file(certificate_file.c_str(), "r"));
  if (!bio) {
    findings.push_back(
        error(subject, fmt::format("cannot be read: {}; mend its path or its mode", std::strerror(errno))));
    return;
  }
  const Certificate certificate(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
  if (!certificate) {
    findings.push_back(error(subject, "holds no certificate in PEM; give the chain that begins with the server's own"));
    return;
  }
  check_expiry(certificate.get(), subject, findings);

  const std::string& in = key_file.empty() ? certificate_file : key_file;
  const std::string key_subject = "key " + in;
  const Bio key_bio(BIO_new_file(in.c_str(), "r"));
  if (!key_bio) {
    findings.push_back(
        error(key_subject, fmt::format("cannot be read: {}; mend its path or its mode", std::strerror(errno))));
    return;
  }
  // A password is not asked for: the server could not, either.
  const auto no_password = [](char*, int, int, void*) { return 0; };
  const Key key(PEM_read_bio_PrivateKey(key_bio.get(), nullptr, no_password, nullptr));
  if (!key)
    findings.push_back(error(key_subject, "holds no key in PEM without a password; give one with --keyfile"));
  else if (X509_check_private_key(certificate.get(), key.get()) != 1)
    findings.push_back(
        error(key_subject, "belongs to another certificate; give the one that this certificate was made for"));
  else
    check_mode(in, key_subject, findings);
}

void check_readable(const char* option, const std::string& file, Findings& findings) {
  if (file.empty()) return;
  if (::access(file.c_str(), R_OK) == 0)
    findings.push_back({Health::ok, fmt::format("{} {}", option, file), "can be read"});
  else
    findings.push_back(error(fmt::format("{} {}", option, file),
                             fmt::format("cannot be read: {}; mend its path or its mode", std::strerror(errno))));
}

}  // namespace

void check_certificates(const Options& options, Findings& findings) {
  if (!options.config.tls) {
    findings.push_back({Health::warning, "TLS", "is off, so that passwords travel in clear; add --tls"});
    return;
  }
  const TlsConfig& tls = *options.config.tls;
  if (tls.certificate_file.empty())
    findings.push_back({Health::warning, "certificate",
                        fmt::format("a self-signed one is kept in {}, which clients cannot check; give --certfile",
                                    state_directory())});
  else
    check_pair(tls.certificate_file, tls.key_file, findings);
  for (const HostOption& option : options.hosts)
    if (!option.host.certificate_file.empty()) check_pair(option.host.certificate_file, option.host.key_file, findings);
  for (const HostOption& option : options.hosts) check_readable("ocsp= of --host", option.host.ocsp_file, findings);
  check_readable("--ocsp-file", tls.ocsp_file, findings);
  check_readable("--client-ca", tls.client_ca_file, findings);
  check_readable("--client-crl", tls.client_crl_file, findings);
  if (!tls.required_for_control)
    findings.push_back({Health::warning, "TLS", "is offered, not required; add --tls-control-required"});
}

}  // namespace ferry
