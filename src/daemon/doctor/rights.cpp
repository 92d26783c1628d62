#include <unistd.h>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <ferry/unix_identity.hpp>

#include "confinement.hpp"
#include "doctor/finding.hpp"

namespace ferry {
namespace {

void check_user(const Options& options, Findings& findings) {
  if (options.run_as)
    findings.push_back({Health::ok, "user", fmt::format("the server runs as {}", options.run_as->name)});
  else if (::geteuid() != 0)
    findings.push_back({Health::ok, "user", "the server does not run as root"});
  else
    findings.push_back({Health::warning, "user", "the server runs as root; add --run-as NAME"});
  if (!options.system_users) return;
  if (may_act_as_others())
    findings.push_back({Health::ok, "user", "a process for each user of this machine acts as that user"});
  else
    findings.push_back({Health::error, "user", "--system-users needs root; start ferry as root"});
}

}  // namespace

void check_rights(const Options& options, Findings& findings) {
  check_user(options, findings);
  if (options.sandbox.off) return;
  const SandboxRules rules = sandbox_rules(options);
  const auto list = [&](const char* subject, const std::vector<std::string>& paths) {
    if (!paths.empty()) findings.push_back({Health::ok, subject, fmt::format("{}", fmt::join(paths, ", "))});
  };
  list("sandbox reads", rules.readable);
  list("sandbox reads and writes", rules.writable);
  findings.push_back({Health::ok, "sandbox connects",
                      rules.connects ? "to the ports that clients name with PORT and EPRT" : "to nobody"});
}

}  // namespace ferry
