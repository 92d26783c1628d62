#include "transfer/digest.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>
#include <zlib.h>

#include <array>
#include <stdexcept>
#include <utility>

#include "base/text.hpp"

namespace ferry {

namespace {

struct Row {
  DigestKind kind;
  std::string_view name;
  const EVP_MD* (*algorithm)();
};
constexpr Row rows[] = {{DigestKind::sha256, "SHA-256", EVP_sha256},
                        {DigestKind::sha512, "SHA-512", EVP_sha512},
                        {DigestKind::sha1, "SHA-1", EVP_sha1},
                        {DigestKind::md5, "MD5", EVP_md5}};

}  // namespace

std::string_view hash_name(DigestKind kind) {
  for (const Row& row : rows)
    if (row.kind == kind) return row.name;
  return "CRC32";
}

std::optional<DigestKind> find_hash(std::string_view name) {
  for (const Row& row : rows)
    if (equals_ignoring_ascii_case(row.name, name)) return row.kind;
  return std::nullopt;
}

struct Digester::Impl {
  struct FreeContext {
    void operator()(EVP_MD_CTX* owned) const { EVP_MD_CTX_free(owned); }
  };
  std::unique_ptr<EVP_MD_CTX, FreeContext> context;  // null: CRC-32
  std::uint32_t crc = 0;
};

Digester::Digester(DigestKind kind) : impl_(std::make_unique<Impl>()) {
  for (const Row& row : rows) {
    if (row.kind != kind) continue;
    impl_->context.reset(EVP_MD_CTX_new());
    // A system whose policy forbids an algorithm (MD5 under FIPS) says so here.
    if (!impl_->context || EVP_DigestInit_ex(impl_->context.get(), row.algorithm(), nullptr) != 1)
      throw std::runtime_error("the digest is not available");
  }
}

Digester::~Digester() = default;
Digester::Digester(Digester&&) noexcept = default;
Digester& Digester::operator=(Digester&&) noexcept = default;

void Digester::update(std::span<const std::byte> octets) {
  if (impl_->context)
    EVP_DigestUpdate(impl_->context.get(), octets.data(), octets.size());
  else
    impl_->crc = static_cast<std::uint32_t>(
        crc32_z(impl_->crc, reinterpret_cast<const unsigned char*>(octets.data()), octets.size()));
}

std::string Digester::finish() {
  if (!impl_->context) return fmt::format("{:08x}", impl_->crc);
  std::array<unsigned char, EVP_MAX_MD_SIZE> value{};
  unsigned size = 0;
  EVP_DigestFinal_ex(impl_->context.get(), value.data(), &size);
  std::string text;
  for (unsigned i = 0; i < size; ++i) text += fmt::format("{:02x}", value[i]);
  return text;
}

}  // namespace ferry
