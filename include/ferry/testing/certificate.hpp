// A self-signed certificate that lives as long as a test. It is in memory, and never on a disk.
#pragma once

#include <memory>
#include <string>

namespace ferry::testing {

// ECDSA P-256, for localhost, 127.0.0.1 and ::1, valid for ten years. Immutable.
class ThrowAwayCertificate {
 public:
  // Throws std::runtime_error where the system has no memory or no random numbers left.
  ThrowAwayCertificate();
  ~ThrowAwayCertificate();
  ThrowAwayCertificate(const ThrowAwayCertificate&) = delete;
  ThrowAwayCertificate& operator=(const ThrowAwayCertificate&) = delete;

  // The certificate in PEM, without the key: what a client has to trust.
  const std::string& pem() const;
  // A name under which this process, and no other, can open certificate and key as a PEM file: for TlsConfig, and for
  // clients in this process that want the name of a file with what they trust.
  const std::string& path() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace ferry::testing
