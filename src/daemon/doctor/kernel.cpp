#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <fstream>

#include <linux/openat2.h>
#include <ferry/sandbox.hpp>

#include "doctor/finding.hpp"

namespace ferry {
namespace {

void check_layers(const Options& options, Findings& findings) {
  for (const LayerState& layer : sandbox_layers()) {
    const bool demanded = std::ranges::find(options.sandbox.demanded, layer.layer) != options.sandbox.demanded.end();
    const Health health = layer.active ? Health::ok : demanded ? Health::error : Health::warning;
    findings.push_back({health, "sandbox", layer.text});
  }
}

void check_openat2(Findings& findings) {
  open_how how{};
  how.flags = O_PATH | O_CLOEXEC;
  how.resolve = RESOLVE_BENEATH;
  const auto fd = static_cast<int>(::syscall(SYS_openat2, AT_FDCWD, ".", &how, sizeof how));
  const bool known = fd >= 0 || errno != ENOSYS;
  if (fd >= 0) ::close(fd);
  findings.push_back(known ? Finding{Health::ok, "openat2", "the kernel keeps pathnames inside of a home in one step"}
                           : Finding{Health::warning, "openat2",
                                     "not in this kernel, so that pathnames are looked up step by step, which takes "
                                     "three times as long; Linux 5.6 has it"});
}

void check_proc(Findings& findings) {
  if (::access("/proc/self/fd", X_OK) == 0)
    findings.push_back({Health::ok, "/proc", "is there, so that unfinished uploads have no name"});
  else
    findings.push_back({Health::warning, "/proc",
                        "is not mounted, so that unfinished uploads have hidden names; mount -t proc proc /proc"});
}

void check_kernel_tls(const Options& options, Findings& findings) {
  if (!options.config.tls || !options.config.tls->kernel_tls) return;
  std::ifstream file("/proc/sys/net/ipv4/tcp_available_ulp");
  bool there = false;
  for (std::string name; file >> name;) there = there || name == "tls";
  findings.push_back(there ? Finding{Health::ok, "kernel TLS", "downloads are encrypted by the kernel"}
                           : Finding{Health::warning, "kernel TLS",
                                     "the kernel's module is not loaded, so that ferry encrypts downloads itself; "
                                     "modprobe tls"});
}

}  // namespace

void check_kernel(const Options& options, Findings& findings) {
  if (options.sandbox.off)
    findings.push_back({Health::warning, "sandbox", "is off; leave --sandbox out"});
  else
    check_layers(options, findings);
  check_openat2(findings);
  check_proc(findings);
  check_kernel_tls(options, findings);
}

}  // namespace ferry
