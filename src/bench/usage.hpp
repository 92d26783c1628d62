// What a server used: the CPU time and the memory of a process with all its children, or of a control group.
//
// The throughput of a shared machine drifts; CPU time for each unit of work is the steadier figure, and it is what is
// left for others. Forking servers spread it over many processes, so it is always the sum of all of them.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace ferry::bench {

class ServerUsage {
 public:
  // A control group (version 1 or 2, its directory) where there is one, else a process; neither: nothing is known.
  ServerUsage(pid_t process, std::string cgroup) : process_(process), cgroup_(std::move(cgroup)) {}

  bool known() const { return process_ > 0 || !cgroup_.empty(); }
  // Seconds of CPU time so far, user and system. nullopt when it cannot be read.
  std::optional<double> cpu() const;
  // Octets, with shared pages divided among those who share them (PSS).
  std::optional<std::uint64_t> memory() const;

 private:
  std::vector<pid_t> processes() const;

  pid_t process_;
  std::string cgroup_;
};

// Of this process.
double own_cpu();

}  // namespace ferry::bench
