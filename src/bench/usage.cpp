#include "bench/usage.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

namespace ferry::bench {

namespace {

namespace fs = std::filesystem;

struct ProcessFacts {
  pid_t parent = 0;
  double reaped = 0;  // seconds of CPU of the children that have ended and been waited for
};

// proc(5): the fields behind the name, which is in parentheses and may hold spaces.
std::optional<ProcessFacts> facts_of(pid_t process) {
  std::ifstream file("/proc/" + std::to_string(process) + "/stat");
  std::string line;
  if (!std::getline(file, line)) return std::nullopt;
  std::istringstream fields(line.substr(line.rfind(')') + 2));
  std::string state;
  ProcessFacts facts;
  fields >> state >> facts.parent;
  std::string skipped;
  for (int i = 0; i < 11; ++i) fields >> skipped;  // up to stime
  double user = 0;
  double system = 0;
  fields >> user >> system;
  facts.reaped = (user + system) / static_cast<double>(::sysconf(_SC_CLK_TCK));
  return facts;
}

// The process's own time, of all its threads, in nanoseconds where /proc/PID/stat counts in hundredths of a second.
double cpu_of(pid_t process) {
  clockid_t clock{};
  timespec time{};
  if (::clock_getcpuclockid(process, &clock) != 0 || ::clock_gettime(clock, &time) != 0) return 0;
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

std::optional<std::uint64_t> pss_of(pid_t process) {
  std::ifstream file("/proc/" + std::to_string(process) + "/smaps_rollup");
  std::string word;
  while (file >> word) {
    if (word != "Pss:") continue;
    std::uint64_t kibibytes = 0;
    file >> kibibytes;
    return kibibytes * 1024;
  }
  return std::nullopt;
}

}  // namespace

std::vector<pid_t> ServerUsage::processes() const {
  std::vector<pid_t> found;
  if (!cgroup_.empty()) {
    std::ifstream file(cgroup_ + "/cgroup.procs");
    for (pid_t process = 0; file >> process;) found.push_back(process);
    return found;
  }
  std::multimap<pid_t, pid_t> children;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator("/proc", error)) {
    const pid_t process = std::atoi(entry.path().filename().c_str());
    if (process <= 0) continue;
    if (const auto facts = facts_of(process)) children.emplace(facts->parent, process);
  }
  found.push_back(process_);
  for (std::size_t i = 0; i < found.size(); ++i) {
    const auto [first, last] = children.equal_range(found[i]);
    for (auto child = first; child != last; ++child) found.push_back(child->second);
  }
  return found;
}

std::optional<double> ServerUsage::cpu() const {
  if (!known()) return std::nullopt;
  if (!cgroup_.empty()) {
    if (std::ifstream file(cgroup_ + "/cpuacct.usage"); file) {
      double nanoseconds = 0;
      file >> nanoseconds;
      return nanoseconds * 1e-9;
    }
    std::ifstream file(cgroup_ + "/cpu.stat");
    std::string word;
    double microseconds = 0;
    if (!(file >> word >> microseconds) || word != "usage_usec") return std::nullopt;
    return microseconds * 1e-6;
  }
  if (!facts_of(process_)) return std::nullopt;
  double total = 0;
  for (const pid_t process : processes()) {
    total += cpu_of(process);
    if (const auto facts = facts_of(process)) total += facts->reaped;
  }
  return total;
}

std::optional<std::uint64_t> ServerUsage::memory() const {
  if (!known()) return std::nullopt;
  std::optional<std::uint64_t> total;
  for (const pid_t process : processes())
    if (const auto pss = pss_of(process)) total = total.value_or(0) + *pss;
  return total;
}

double own_cpu() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) * 1e-6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

}  // namespace ferry::bench
