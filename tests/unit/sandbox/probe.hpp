// A process that enters the sandbox and tries something: how it fared is its exit status. A sandbox has no way out, so
// each probe is a process of its own.
#pragma once

#include <ferry/sandbox.hpp>

#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace ferry::test {

struct Fate {
  int error = 0;   // errno of what was tried; 0 where it succeeded
  int signal = 0;  // that ended the process
  friend bool operator==(const Fate&, const Fate&) = default;
};

inline void PrintTo(const Fate& fate, std::ostream* out) {
  if (fate.signal != 0)
    *out << "killed by " << ::strsignal(fate.signal);
  else
    *out << "errno " << fate.error << " (" << ::strerror(fate.error) << ")";
}

constexpr Fate succeeded{};
constexpr Fate refused_with(int error) { return {.error = error}; }
constexpr Fate killed{.signal = SIGSYS};

// `attempt` returns what a system call does: a negative number where it failed, with errno set.
inline Fate fate_of(const SandboxRules& rules, const std::function<long()>& attempt) {
  const pid_t child = ::fork();
  if (child == 0) {
    enter_sandbox(rules);
    const long result = attempt();
    ::_exit(result < 0 ? errno : 0);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFSIGNALED(status) ? Fate{.signal = WTERMSIG(status)} : Fate{.error = WEXITSTATUS(status)};
}

// The text of an attempt, by way of a pipe.
inline std::string text_from(const SandboxRules& rules, const std::function<std::string()>& attempt) {
  int ends[2];
  if (::pipe(ends) != 0) return {};
  const pid_t child = ::fork();
  if (child == 0) {
    enter_sandbox(rules);
    const std::string text = attempt();
    ::_exit(::write(ends[1], text.data(), text.size()) == static_cast<ssize_t>(text.size()) ? 0 : 1);
  }
  ::close(ends[1]);
  std::string text;
  char buffer[4096];
  for (ssize_t size = 0; (size = ::read(ends[0], buffer, sizeof buffer)) > 0;)
    text.append(buffer, static_cast<std::size_t>(size));
  ::close(ends[0]);
  ::waitpid(child, nullptr, 0);
  return text;
}

// Directories "inside" and "outside", each with a file "file".
class SandboxTest : public ::testing::Test {
 protected:
  SandboxTest() {
    std::string name = (std::filesystem::temp_directory_path() / "ferry-sandbox-XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
    std::filesystem::permissions(folder_, std::filesystem::perms::all);
    for (const char* const one : {"inside", "outside"}) {
      std::filesystem::create_directory(folder_ / one);
      std::filesystem::permissions(folder_ / one, std::filesystem::perms::all);
      std::ofstream(folder_ / one / "file") << "content\n";
    }
  }
  ~SandboxTest() override {
    std::error_code error;
    std::filesystem::remove_all(folder_, error);
  }

  std::string inside(const std::string& name = {}) const { return (folder_ / "inside" / name).string(); }
  std::string outside(const std::string& name = {}) const { return (folder_ / "outside" / name).string(); }

  static SandboxRules only(SandboxLayer layer) {
    SandboxRules rules;
    rules.layers = {SandboxLayer::no_new_privs, layer};
    return rules;
  }

 private:
  std::filesystem::path folder_;
};

}  // namespace ferry::test
