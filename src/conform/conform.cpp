#include "conform/conform.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>

#include "conform/groups.hpp"
#include "conform/options.hpp"
#include "conform/reply.hpp"
#include "conform/report.hpp"
#include "user_pi/failure.hpp"

namespace ferry::conform {

namespace {

int list(const std::vector<Selected>& checks) {
  for (const Selected& one : checks)
    fmt::print("{:<12} {:<10} {:<9} {:<7} {}: {}\n", one.group, one.check->rfc, one.check->section,
               name_of(one.check->level), one.check->id, one.check->title);
  return 0;
}

bool write_file(const std::string& path, const std::string& text) {
  std::FILE* const file = std::fopen(path.c_str(), "w");
  if (!file) return false;
  const bool written = std::fwrite(text.data(), 1, text.size(), file) == text.size();
  return std::fclose(file) == 0 && written;
}

// Without links and without a slash at the end, however it was typed.
std::filesystem::path real_path(const std::string& typed) {
  if (typed.empty()) return {};
  std::error_code error;
  std::filesystem::path real = std::filesystem::absolute(typed, error);
  if (!error) real = std::filesystem::weakly_canonical(real, error);
  if (error) throw user_pi::Failure("--home: " + error.message());
  return real.has_filename() || !real.has_relative_path() ? real : real.parent_path();
}

Target target_of(const Options& options) {
  const std::chrono::milliseconds patience(static_cast<long>(options.timeout * 1000));
  return {.address = user_pi::Address::resolve(options.host, options.port),
          .user = options.user,
          .password = options.password,
          .tls = std::make_shared<const user_pi::TlsClient>(),
          .protect = options.tls,
          .directory = options.directory,
          .home = real_path(options.home),
          .patience = patience,
          .budget = 6 * patience * (options.thorough ? 20 : 1),
          .thorough = options.thorough};
}

// On a terminal: which check runs.
void show_progress(std::size_t done, std::size_t all, std::string_view id) {
  if (!::isatty(STDERR_FILENO)) return;
  fmt::print(stderr, "\r\x1b[K{}", done < all ? fmt::format("{}/{} {}", done, all, id) : "");
  std::fflush(stderr);
}

}  // namespace

int run(std::vector<std::string> words) {
  auto read = read_options(std::move(words));
  if (const auto* const ended = std::get_if<Ended>(&read)) {
    fmt::print(ended->status == 0 ? stdout : stderr, "{}", ended->text);
    return ended->status;
  }
  const Options& options = std::get<Options>(read);
  const std::vector<Selected> checks = select(options.only);
  if (checks.empty()) {
    fmt::print(stderr, "ferry conform: no check fits --only; --list names them all\n");
    return 2;
  }
  if (options.list) return list(checks);
  std::signal(SIGPIPE, SIG_IGN);  // OpenSSL writes without MSG_NOSIGNAL

  Run run{
      .server = fmt::format("{}:{}", options.host, options.port), .greeting = {}, .tls = options.tls, .results = {}};
  try {
    const Target target = target_of(options);
    run.greeting = greet(target);
    std::size_t done = 0;
    run.results = run_checks(target, checks,
                             [&](const Result& result) { show_progress(++done, checks.size(), result.check->id); });
  } catch (const user_pi::Failure& failure) {
    fmt::print(stderr, "ferry conform: {}\n", printable(failure.what()));
    return 1;
  } catch (const Outcome& outcome) {
    fmt::print(stderr, "ferry conform: {}{}{}\n", outcome.wanted, outcome.wanted.empty() ? "" : "; came ",
               printable(outcome.came));
    return 1;
  }

  bool written = true;
  const auto write = [&](const char* option, const std::string& path, const std::string& what) {
    if (path.empty() || write_file(path, what)) return;
    fmt::print(stderr, "ferry conform: {}: \"{}\" cannot be written\n", option, path);
    written = false;
  };
  if (options.json == "-") {
    fmt::print("{}", json(run));
  } else {
    fmt::print("{}", text(run));
    write("--json", options.json, json(run));
  }
  write("--junit", options.junit, junit(run));
  return written && !is_failure(run) ? 0 : 1;
}

}  // namespace ferry::conform
