// What `ferry doctor` finds. Each check is a function from the options to findings; doctor.cpp lists them all.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "options.hpp"

namespace ferry {

enum class Health : std::uint8_t { ok, warning, error };

struct Finding {
  Health health;
  std::string subject;  // "port 2121"
  std::string text;     // what was found, and for a warning or an error how to mend it
};
using Findings = std::vector<Finding>;

// kernel.cpp: the layers of the sandbox, and what else of the kernel ferry uses where it is there.
void check_kernel(const Options& options, Findings& findings);
// rights.cpp: who serves, and what the sandbox would leave.
void check_rights(const Options& options, Findings& findings);
// ports.cpp
void check_ports(const Options& options, Findings& findings);
// certificates.cpp
void check_certificates(const Options& options, Findings& findings);
// shares.cpp
void check_shares(const Options& options, Findings& findings);
// limits.cpp: open files and the time zone.
void check_limits(const Options& options, Findings& findings);

}  // namespace ferry
