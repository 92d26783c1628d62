#include "conform/report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <nlohmann/json.hpp>

namespace ferry::conform {

namespace {

constexpr std::array levels{Level::must, Level::should, Level::may};
constexpr std::array verdicts{Verdict::passed, Verdict::failed, Verdict::refused, Verdict::untried};

auto count(std::span<const Result> results, Level level, Verdict verdict) {
  return std::ranges::count_if(
      results, [&](const Result& result) { return result.check->level == level && result.outcome.verdict == verdict; });
}

std::vector<std::string_view> rfcs(std::span<const Result> results) {
  std::vector<std::string_view> out;
  for (const Result& result : results)
    if (std::ranges::find(out, result.check->rfc) == out.end()) out.push_back(result.check->rfc);
  return out;
}

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

}  // namespace

std::string text(const Run& run) {
  std::string out = fmt::format("{}{}: {}\n", run.server, run.tls ? " (TLS)" : "", run.greeting);
  const auto to = std::back_inserter(out);
  for (const std::string_view rfc : rfcs(run.results)) {
    fmt::format_to(to, "\n{}\n", rfc);
    for (const Level level : levels) {
      for (const Result& result : run.results) {
        const Check& check = *result.check;
        if (check.rfc != rfc || check.level != level) continue;
        fmt::format_to(to, "  {:<7} {:<8} {} ({}{}): {}\n", name_of(level), name_of(result.outcome.verdict), check.id,
                       check.section.empty() ? "" : "section ", check.section.empty() ? check.rfc : check.section,
                       check.title);
        if (!result.outcome.wanted.empty()) fmt::format_to(to, "                   wanted {}\n", result.outcome.wanted);
        if (!result.outcome.came.empty()) fmt::format_to(to, "                   came   {}\n", result.outcome.came);
      }
    }
  }
  fmt::format_to(to, "\n{:<8}", "");
  for (const Verdict verdict : verdicts) fmt::format_to(to, "{:>9}", name_of(verdict));
  out += '\n';
  for (const Level level : levels) {
    fmt::format_to(to, "{:<8}", name_of(level));
    for (const Verdict verdict : verdicts) fmt::format_to(to, "{:>9}", count(run.results, level, verdict));
    out += '\n';
  }
  return out;
}

std::string json(const Run& run) {
  nlohmann::ordered_json all;
  all["server"] = run.server;
  all["greeting"] = run.greeting;
  all["tls"] = run.tls;
  for (const Level level : levels)
    for (const Verdict verdict : verdicts)
      all["summary"][name_of(level)][name_of(verdict)] = count(run.results, level, verdict);
  all["checks"] = nlohmann::ordered_json::array();
  for (const Result& result : run.results) {
    nlohmann::ordered_json one;
    one["id"] = result.check->id;
    one["group"] = result.group;
    one["rfc"] = result.check->rfc;
    one["section"] = result.check->section;
    one["level"] = name_of(result.check->level);
    one["title"] = result.check->title;
    one["verdict"] = name_of(result.outcome.verdict);
    if (!result.outcome.wanted.empty()) one["wanted"] = result.outcome.wanted;
    if (!result.outcome.came.empty()) one["came"] = result.outcome.came;
    one["seconds"] = result.seconds;
    all["checks"].push_back(std::move(one));
  }
  return all.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

std::string junit(const Run& run) {
  std::map<std::string_view, std::vector<const Result*>> suites;
  for (const Result& result : run.results) suites[result.group].push_back(&result);
  std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n";
  const auto to = std::back_inserter(out);
  for (const auto& [name, results] : suites) {
    const auto with = [&](auto... verdict) {
      return std::ranges::count_if(results,
                                   [&](const Result* result) { return ((result->outcome.verdict == verdict) || ...); });
    };
    fmt::format_to(
        to, "  <testsuite name=\"{}\" hostname=\"{}\" tests=\"{}\" failures=\"{}\" skipped=\"{}\" errors=\"0\">\n",
        escaped(name), escaped(run.server), results.size(), with(Verdict::failed),
        with(Verdict::refused, Verdict::untried));
    for (const Result* result : results) {
      const Outcome& outcome = result->outcome;
      fmt::format_to(to, "    <testcase classname=\"{}.{}\" name=\"{}\" time=\"{:.3f}\"", escaped(result->check->rfc),
                     name_of(result->check->level), escaped(result->check->id), result->seconds);
      if (outcome.verdict == Verdict::passed)
        out += "/>\n";
      else if (outcome.verdict == Verdict::failed)
        fmt::format_to(to, ">\n      <failure message=\"{}\">wanted {}, came {}</failure>\n    </testcase>\n",
                       escaped(result->check->title), escaped(outcome.wanted), escaped(outcome.came));
      else
        fmt::format_to(to, ">\n      <skipped message=\"{}: {}\"/>\n    </testcase>\n", name_of(outcome.verdict),
                       escaped(outcome.came));
    }
    out += "  </testsuite>\n";
  }
  return out + "</testsuites>\n";
}

bool is_failure(const Run& run) {
  const auto found_out = [](const Result& result) { return result.outcome.verdict != Verdict::untried; };
  return count(run.results, Level::must, Verdict::failed) > 0 || std::ranges::none_of(run.results, found_out);
}

}  // namespace ferry::conform
