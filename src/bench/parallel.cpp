#include "bench/parallel.hpp"

#include <algorithm>
#include <atomic>
#include <latch>
#include <thread>
#include <utility>
#include <vector>

namespace ferry::bench {

namespace {

// Ends a download that is not over.
struct Enough {};

// One of the sessions; its octets are counted as they come.
struct alignas(64) Download {
  std::atomic<std::uint64_t> octets = 0;
  std::string error;
};

// What the sessions have to do before the next step.
struct Steps {
  explicit Steps(unsigned sessions) : all_logged_in(sessions), all_run(sessions) {}
  std::latch all_logged_in;  // logins would wait behind downloads
  std::latch all_run;
  std::atomic<bool> over = false;
};

void download_on(const Context& context, const std::string& path, Download& own, Steps& steps) {
  bool logged_in = false;
  bool runs = false;
  const auto count = [&](std::uint64_t octets) {
    own.octets.fetch_add(octets, std::memory_order_relaxed);
    context.progress.add_octets(octets);
    if (!std::exchange(runs, true)) steps.all_run.count_down();
    if (steps.over) throw Enough();
  };
  try {
    UserPi pi(context.target);
    pi.login();
    logged_in = true;
    steps.all_logged_in.arrive_and_wait();
    for (;;) pi.receive("RETR " + path, {}, count);
  } catch (const Enough&) {
    return;
  } catch (const Failure& failure) {
    own.error = failure.what();
    if (!logged_in) steps.all_logged_in.count_down();
    if (!runs) steps.all_run.count_down();
  }
}

std::vector<std::uint64_t> octets_of(const std::vector<Download>& downloads) {
  std::vector<std::uint64_t> octets(downloads.size());
  std::ranges::transform(downloads, octets.begin(), [](const Download& one) { return one.octets.load(); });
  return octets;
}

}  // namespace

Result run_parallel(const Context& context, const Work& work, const std::string& path) {
  const unsigned sessions = context.options.sessions;
  const std::chrono::duration<double> span(context.options.seconds);
  std::vector<Download> downloads(sessions);
  Steps steps(sessions);
  std::vector<std::jthread> threads;
  threads.reserve(sessions);
  for (Download& one : downloads) threads.emplace_back([&] { download_on(context, path, one, steps); });
  steps.all_run.wait();
  std::this_thread::sleep_for(span / 4);  // caches fill

  Result result{.work = work.name, .unit = work.unit, .tls = context.target.tls != nullptr, .sessions = sessions};
  context.progress.begin(std::string(work.name), context.options.seconds, 0);
  const std::optional<double> server_before = context.server.cpu();
  const double own_before = own_cpu();
  const auto begin = Clock::now();
  const std::vector<std::uint64_t> before = octets_of(downloads);
  std::this_thread::sleep_for(span);
  const std::vector<std::uint64_t> after = octets_of(downloads);
  result.seconds = std::chrono::duration<double>(Clock::now() - begin).count();
  if (const auto server_after = context.server.cpu(); server_after && server_before)
    result.server_cpu = *server_after - *server_before;
  result.client_cpu = own_cpu() - own_before;
  steps.over = true;
  threads.clear();
  context.progress.end();

  for (unsigned i = 0; i < sessions; ++i) {
    result.octets += after[i] - before[i];
    if (after[i] != before[i]) ++result.operations;
    if (downloads[i].error.empty()) continue;
    ++result.errors;
    if (result.first_error.empty()) result.first_error = downloads[i].error;
  }
  return result;
}

}  // namespace ferry::bench
