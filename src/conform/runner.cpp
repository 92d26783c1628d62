#include "conform/runner.hpp"

#include <fmt/format.h>
#include <fnmatch.h>

#include <algorithm>
#include <filesystem>
#include <random>

#include "conform/groups.hpp"
#include "conform/visit.hpp"
#include "user_pi/failure.hpp"

namespace ferry::conform {

using user_pi::Clock;

namespace {

// A server that has not let anybody in so often in a row is gone.
constexpr unsigned most_silences = 3;

// Octets of what was wanted and what came, in a report.
constexpr std::size_t longest = 1000;

// Makes the workplace, and removes it in the end.
class Site {
 public:
  explicit Site(const Target& target) : target_(target) {
    std::random_device random;
    const std::string name = fmt::format("ferry-conform-{:08x}", random());
    try {
      Dialogue dialogue = Visit(target, workplace).login();
      if (dialogue.command("MKD " + name).code != 257) return;
      name_ = name;
      workplace.path = target.directory.empty() ? name : target.directory + "/" + name;
    } catch (const user_pi::Failure&) {
    } catch (const Outcome&) {
      // Without a workplace there are still checks that need none.
    }
  }
  ~Site() {
    if (name_.empty()) return;
    // What a check left, because its names could not be sent back.
    std::error_code error;
    if (!target_.home.empty()) std::filesystem::remove_all(on_disk(target_, workplace), error);
    try {
      const std::string large = workplace.large.empty() ? "" : name_ + "/" + workplace.large;
      workplace = {};
      Dialogue dialogue = Visit(target_, workplace).login();
      if (!large.empty()) dialogue.command("DELE " + large);
      dialogue.command("RMD " + name_);
    } catch (const user_pi::Failure&) {
    } catch (const Outcome&) {
    }
  }
  Site(const Site&) = delete;
  Site& operator=(const Site&) = delete;

  Workplace workplace;

 private:
  const Target& target_;
  std::string name_;
};

// Whatever octets the server has sent, the reports are text.
Outcome outcome_of(const Check& check, const Target& target, Workplace& workplace) {
  Visit visit(target, workplace);
  try {
    check.run(visit);
    return {};
  } catch (const Outcome& outcome) {
    return {outcome.verdict, printable(outcome.wanted, longest), printable(outcome.came, longest)};
  } catch (const user_pi::Failure& failure) {
    return {Verdict::failed, std::string(check.title), printable(failure.what(), longest)};
  } catch (const std::filesystem::filesystem_error& error) {
    return {Verdict::untried, {}, error.what()};  // what a check wanted to put into --home
  }
}

bool lets_nobody_in(const Target& target) {
  try {
    Workplace none;
    Visit(target, none).connect();
    return false;
  } catch (const Outcome&) {
    return true;
  }
}

}  // namespace

std::vector<Selected> select(const std::vector<std::string>& patterns) {
  std::vector<Selected> selected;
  for (const Group& group : groups()) {
    for (const Check& check : group.checks) {
      const auto fits = [&](const std::string& pattern) {
        return std::ranges::any_of(
            std::initializer_list<std::string_view>{check.id, group.name, check.rfc},
            [&](std::string_view name) { return ::fnmatch(pattern.c_str(), std::string(name).c_str(), 0) == 0; });
      };
      if (patterns.empty() || std::ranges::any_of(patterns, fits)) selected.push_back({&check, group.name});
    }
  }
  return selected;
}

std::string greet(const Target& target) {
  Workplace none;
  const Visit visit(target, none);
  Dialogue dialogue = visit.login();
  return dialogue.greeting().shown();
}

std::vector<Result> run_checks(const Target& target, const std::vector<Selected>& checks,
                               const std::function<void(const Result&)>& told) {
  Site site(target);
  std::vector<Result> results;
  unsigned silences = 0;
  for (const Selected& selected : checks) {
    Result result{.check = selected.check, .group = selected.group, .outcome = {}};
    if (silences >= most_silences) {
      result.outcome = {Verdict::untried, {}, "the server lets nobody in any more"};
    } else {
      const auto begin = Clock::now();
      result.outcome = outcome_of(*selected.check, target, site.workplace);
      result.seconds = std::chrono::duration<double>(Clock::now() - begin).count();
      const bool bad = result.outcome.verdict == Verdict::failed || result.outcome.verdict == Verdict::untried;
      silences = bad && lets_nobody_in(target) ? silences + 1 : 0;
    }
    told(result);
    results.push_back(std::move(result));
  }
  return results;
}

}  // namespace ferry::conform
