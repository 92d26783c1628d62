#include "bench/crew.hpp"

#include <atomic>
#include <latch>
#include <thread>

namespace ferry::bench {

namespace {

// The end of the measurement, known when all are ready.
struct Finish {
  std::atomic<bool> set = false;
  Clock::time_point at;
};

// What is done before the measurement, for a quarter of its time: caches fill, and memory that the machine has not used
// for a while is paid for. At least twice, as who replaces a file only when the new one is complete needs memory for
// both.
void warm_up(const Context& context, Member& member, const Operation& operation) {
  const auto end = Clock::now() + std::chrono::duration<double>(context.options.seconds / 4);
  for (int done = 0; done < 2 || Clock::now() < end; ++done) {
    operation(member);
    ++member.tally.operations;  // which choose the names of files
  }
  member.tally = Tally();
}

void work_on(const Context& context, unsigned number, Login login, const Operation& operation, Tally& tally,
             std::latch& ready, Finish& finish) {
  const std::uint64_t count = context.options.count;
  bool arrived = false;
  try {
    std::unique_ptr<UserPi> pi;
    if (login == Login::once) {
      pi = std::make_unique<UserPi>(context.target);
      pi->login();
    }
    Member member{.number = number, .pi = pi.get(), .tally = tally};
    if (count == 0) warm_up(context, member, operation);  // with a count, exactly so many operations reach the server
    const std::uint64_t resumed_before = pi ? pi->resumed() : 0;
    arrived = true;
    ready.count_down();
    finish.set.wait(false);
    while (count > 0 ? tally.operations < count : Clock::now() < finish.at) {
      const auto begin = Clock::now();
      operation(member);
      tally.latencies.add(Clock::now() - begin);
      ++tally.operations;
      context.progress.add_operation();
    }
    if (pi) {
      tally.resumed += pi->resumed() - resumed_before;
      pi->quit();
    }
  } catch (const Failure& failure) {
    tally.error = failure.what();
    if (!arrived) ready.count_down();
  }
}

}  // namespace

Result run_crew(const Context& context, const Work& work, unsigned sessions, Login login, const Operation& operation) {
  std::vector<Tally> tallies(sessions);
  std::latch ready(sessions);
  Finish finish;
  std::vector<std::jthread> threads;
  threads.reserve(sessions);
  for (unsigned i = 0; i < sessions; ++i) {
    threads.emplace_back([&, i] { work_on(context, i, login, operation, tallies[i], ready, finish); });
  }
  ready.wait();

  Result result{.work = work.name, .unit = work.unit, .tls = context.target.tls != nullptr, .sessions = sessions};
  const std::optional<double> server_before = context.server.cpu();
  const double own_before = own_cpu();
  context.progress.begin(std::string(work.name), context.options.seconds, context.options.count * sessions);
  const auto begin = Clock::now();
  finish.at =
      begin + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(context.options.seconds));
  finish.set = true;
  finish.set.notify_all();
  for (std::jthread& thread : threads) thread.join();
  result.seconds = std::chrono::duration<double>(Clock::now() - begin).count();
  result.client_cpu = own_cpu() - own_before;
  if (const auto server_after = context.server.cpu(); server_after && server_before)
    result.server_cpu = *server_after - *server_before;
  context.progress.end();

  for (const Tally& tally : tallies) {
    result.operations += tally.operations;
    result.octets += tally.octets;
    result.entries += tally.entries;
    result.checked += tally.checked;
    result.resumed += tally.resumed;
    result.latencies.add(tally.latencies);
    if (tally.error.empty()) continue;
    ++result.errors;
    if (result.first_error.empty()) result.first_error = tally.error;
  }
  return result;
}

}  // namespace ferry::bench
