// Landlock: which files and ports the process may reach, whatever its user may (Landlock in the kernel's
// userspace-api documentation). Raw calls, as the C library has none; what headers of older kernels lack is declared
// here.
//
// Rights are checked when a file is opened or a name changes; what was open before stays usable. Nobody may start a
// program, and nobody may make a device, a socket or a FIFO: those rights are in no rule.
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include <fmt/format.h>

#include "sandbox/layers.hpp"

namespace ferry {

namespace {

// linux/landlock.h, as of ABI 6.
namespace kernel {

constexpr long create_ruleset = 444;  // the same number on every architecture
constexpr long add_rule = 445;
constexpr long restrict_self = 446;
constexpr unsigned ask_version = 1;

struct RulesetAttributes {
  std::uint64_t files = 0;
  std::uint64_t ports = 0;   // since ABI 4
  std::uint64_t scopes = 0;  // since ABI 6
};

enum RuleType { path_beneath = 1, port = 2 };

struct [[gnu::packed]] PathBeneath {
  std::uint64_t allowed;
  std::int32_t parent;
};

struct Port {
  std::uint64_t allowed;
  std::uint64_t port;
};

constexpr std::uint64_t bit(unsigned number) { return std::uint64_t{1} << number; }
constexpr std::uint64_t write_file = bit(1), read_file = bit(2), read_directory = bit(3), remove_directory = bit(4),
                        remove_file = bit(5), make_directory = bit(7), make_file = bit(8), make_link = bit(12),
                        refer = bit(13), truncate = bit(14);
constexpr std::uint64_t bind_tcp = bit(0), connect_tcp = bit(1);
constexpr std::uint64_t abstract_socket = bit(0), signal = bit(1);

// All that an ABI knows of: what is not known cannot be refused.
std::uint64_t file_rights(int abi) {
  const unsigned known = abi >= 5 ? 16 : abi >= 3 ? 15 : 14;  // devices' ioctl; truncate; refer
  return bit(known) - 1;
}

std::size_t attributes_size(int abi) {
  return abi >= 6 ? sizeof(RulesetAttributes) : abi >= 4 ? 2 * sizeof(std::uint64_t) : sizeof(std::uint64_t);
}

}  // namespace kernel

// ABI 1 could not move a file to another directory at all.
constexpr int least_abi = 2;
constexpr int abi_with_ports = 4;

constexpr std::uint64_t reading = kernel::read_file | kernel::read_directory;
constexpr std::uint64_t writing = reading | kernel::write_file | kernel::remove_directory | kernel::remove_file |
                                  kernel::make_directory | kernel::make_file | kernel::make_link | kernel::refer |
                                  kernel::truncate;
constexpr std::uint64_t of_files = kernel::read_file | kernel::write_file | kernel::truncate;

// What the C library and ferry read on their way: libraries and tables that are loaded at their first use (iconv, name
// services, OpenSSL's configuration), names of users and groups, time zones, the process's own entry in /proc.
constexpr std::array system_files{"/lib",
                                  "/lib64",
                                  "/usr/lib",
                                  "/usr/lib64",
                                  "/usr/local/lib",
                                  "/usr/share/zoneinfo",
                                  "/usr/share/locale",
                                  "/etc/localtime",
                                  "/etc/ld.so.cache",
                                  "/etc/passwd",
                                  "/etc/group",
                                  "/etc/nsswitch.conf",
                                  "/etc/ssl/openssl.cnf",
                                  "/var/lib/sss",
                                  "/proc/self",
                                  "/sys/devices/system/cpu"};
constexpr std::array system_devices{"/dev/null", "/dev/urandom"};

}  // namespace

int Landlock::abi() {
  const long version = ::syscall(kernel::create_ruleset, nullptr, 0, kernel::ask_version);
  return version < 0 ? 0 : static_cast<int>(version);
}

LayerState Landlock::offered() {
  const int version = abi();
  LayerState state{.layer = SandboxLayer::landlock, .active = version >= least_abi, .text = {}};
  if (version == 0)
    state.text = "landlock: not in this kernel, or not turned on (boot with lsm=landlock,...)";
  else if (!state.active)
    state.text = fmt::format("landlock: too old in this kernel (ABI {}, of at least {})", version, least_abi);
  else
    state.text = fmt::format("landlock (ABI {}): files{}", version, version >= abi_with_ports ? " and ports" : "");
  return state;
}

Landlock::Landlock(const SandboxRules& rules) {
  const int version = abi();
  if (version < least_abi) return;
  const std::uint64_t known = kernel::file_rights(version);
  kernel::RulesetAttributes attributes{.files = known};
  if (version >= abi_with_ports) attributes.ports = kernel::bind_tcp;
  // Where connections are made, they are made to whatever port the peer names.
  if (version >= abi_with_ports && !rules.connects) attributes.ports |= kernel::connect_tcp;
  if (version >= 6) attributes.scopes = kernel::abstract_socket | kernel::signal;
  ruleset_ =
      Descriptor(static_cast<int>(::syscall(kernel::create_ruleset, &attributes, kernel::attributes_size(version), 0)));
  if (!ruleset_) {
    error_ = errno;
    return;
  }

  const auto allow = [&](const std::string& path, std::uint64_t rights) {
    const Descriptor opened(::open(path.c_str(), O_PATH | O_CLOEXEC));
    struct stat facts;
    if (!opened || ::fstat(opened.get(), &facts) != 0) return;
    if (!S_ISDIR(facts.st_mode)) rights &= of_files;
    const kernel::PathBeneath rule{.allowed = rights & known, .parent = opened.get()};
    if (::syscall(kernel::add_rule, ruleset_.get(), kernel::path_beneath, &rule, 0) != 0) error_ = errno;
  };
  for (const char* const path : system_files) allow(path, reading);
  for (const char* const path : system_devices) allow(path, kernel::read_file | kernel::write_file);
  for (const std::string& path : rules.readable) allow(path, reading);
  for (const std::string& path : rules.writable) allow(path, writing);
  for (const std::string& path : rules.removable) allow(path, kernel::remove_file);

  if (attributes.ports == 0) return;
  for (const PortRange& range : rules.bind_ports)
    for (std::uint32_t port = range.first; port <= range.last; ++port) {
      const kernel::Port rule{.allowed = kernel::bind_tcp, .port = port};
      if (::syscall(kernel::add_rule, ruleset_.get(), kernel::port, &rule, 0) != 0) error_ = errno;
    }
}

LayerState Landlock::enter() const {
  LayerState state = offered();
  if (!state.active) return state;
  int error = error_;
  if (error == 0 && ::syscall(kernel::restrict_self, ruleset_.get(), 0) != 0) error = errno;
  if (error == 0) return state;
  state.active = false;
  state.text = fmt::format("landlock: refused ({})", std::strerror(error));
  return state;
}

}  // namespace ferry
