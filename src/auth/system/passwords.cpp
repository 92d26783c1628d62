#include "auth/system/passwords.hpp"

#include <crypt.h>

#include <array>
#include <cstring>
#include <memory>

namespace ferry {

namespace {

// What crypt makes of `password` with the method and salt of `setting`; empty where it cannot.
std::string hash_of(const std::string& password, const std::string& setting) {
  // Wiped by crypt itself before each use, and by us behind it.
  const auto data = std::make_unique<crypt_data>();
  const char* const made = ::crypt_rn(password.c_str(), setting.c_str(), data.get(), sizeof *data);
  std::string hash = made ? made : "";
  ::explicit_bzero(data.get(), sizeof *data);
  return hash;
}

}  // namespace

bool matches(const Secret& password, const std::string& hash) {
  // A C string ends at a NUL: what is behind it would not be looked at.
  if (hash.empty() || password.reveal().find('\0') != std::string::npos) return false;
  const std::string made = hash_of(password.reveal(), hash);
  return !made.empty() && Secret(made).equals(Secret(hash));
}

std::string nobodys_hash() {
  std::array<char, CRYPT_GENSALT_OUTPUT_SIZE> setting{};
  // The system's own preferred method and cost.
  if (!::crypt_gensalt_rn(nullptr, 0, nullptr, 0, setting.data(), static_cast<int>(setting.size()))) return "*";
  return hash_of("", setting.data());
}

bool is_current(const ShadowEntry& entry, long today) {
  if (entry.expires >= 0 && today >= entry.expires) return false;
  if (entry.changed == 0) return false;  // "must be changed at the next login"
  const bool lasts = entry.changed < 0 || entry.longest < 0 || entry.longest >= 99'999;
  return lasts || today <= entry.changed + entry.longest;
}

}  // namespace ferry
