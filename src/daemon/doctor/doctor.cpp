#include "doctor/doctor.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "doctor/finding.hpp"

namespace ferry {
namespace {

std::string_view word_for(Health health) {
  switch (health) {
    case Health::ok:
      return "ok";
    case Health::warning:
      return "warning";
    case Health::error:
      return "error";
  }
  std::unreachable();
}

}  // namespace

int doctor(const Options& options) {
  Findings findings;
  for (const auto check : {check_kernel, check_rights, check_ports, check_certificates, check_shares, check_limits})
    check(options, findings);
  for (const Finding& one : findings) fmt::print("{:<8} {}: {}\n", word_for(one.health), one.subject, one.text);
  return std::ranges::count(findings, Health::error, &Finding::health) > 0 ? 1 : 0;
}

}  // namespace ferry
