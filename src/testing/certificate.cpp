#include <ferry/testing/certificate.hpp>

#include <sys/mman.h>
#include <unistd.h>

#include <stdexcept>

#include "certificate/make.hpp"

namespace ferry::testing {

struct ThrowAwayCertificate::Impl {
  std::string pem;
  std::string path;
  int descriptor = -1;  // of a file in memory, as OpenSSL wants to read its files by name

  Impl() = default;
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;
  ~Impl() {
    if (descriptor >= 0) ::close(descriptor);
  }
};

ThrowAwayCertificate::ThrowAwayCertificate() : impl_(std::make_unique<Impl>()) {
  CertificateText made = make_self_signed("localhost");
  if (made.both.empty()) throw std::runtime_error("OpenSSL cannot make a certificate");
  impl_->pem = std::move(made.certificate);
  impl_->descriptor = ::memfd_create("ferry certificate", MFD_CLOEXEC);
  const auto size = static_cast<ssize_t>(made.both.size());
  if (impl_->descriptor < 0 || ::write(impl_->descriptor, made.both.data(), made.both.size()) != size)
    throw std::runtime_error("there is no memory for a certificate");
  impl_->path = "/proc/self/fd/" + std::to_string(impl_->descriptor);
}

ThrowAwayCertificate::~ThrowAwayCertificate() = default;
const std::string& ThrowAwayCertificate::pem() const { return impl_->pem; }
const std::string& ThrowAwayCertificate::path() const { return impl_->path; }

}  // namespace ferry::testing
