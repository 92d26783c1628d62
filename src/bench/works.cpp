#include "bench/works.hpp"

#include <fmt/format.h>
#include <pthread.h>
#include <sched.h>

#include <algorithm>
#include <atomic>
#include <thread>

#include "bench/crew.hpp"
#include "bench/parallel.hpp"
#include "bench/test_files.hpp"

namespace ferry::bench {

namespace {

// Names that one session of small-stor uses in turn: an upload manager does not replace one file over and over.
constexpr unsigned names_in_turn = 16;

Digest digest_of(std::span<const std::byte> octets) {
  Hasher hasher;
  hasher.add(octets);
  return hasher.finish();
}

// RETR of `path`, counted; with --check its content is compared.
class Retrieve {
 public:
  Retrieve(const Context& context, std::string path, std::uint64_t size)
      : context_(context), command_("RETR " + path), size_(size) {
    if (context.options.check) expected_ = digest_of(make_content(size));
  }

  void operator()(Member& member) const {
    Hasher hasher;
    Receiver receiver;
    if (!expected_.empty()) receiver = [&](std::span<const std::byte> octets) { hasher.add(octets); };
    const std::uint64_t octets =
        member.pi->receive(command_, receiver, [this](std::uint64_t n) { context_.progress.add_octets(n); });
    if (octets != size_) throw Failure(fmt::format("{}: {} octets instead of {}", command_, octets, size_));
    member.tally.octets += octets;
    if (expected_.empty()) return;
    if (hasher.finish() != expected_) throw Failure(command_ + ": another content than was stored");
    ++member.tally.checked;
  }

 private:
  const Context& context_;
  std::string command_;
  std::uint64_t size_;
  Digest expected_;
};

Result retrieve(const Context& context, const Work& work, std::uint64_t size) {
  TestFiles files(context.options, context.target);
  const Retrieve operation(context, files.file(size), size);
  return run_crew(context, work, context.options.sessions, Login::once, operation);
}

// Under each session's own `names`, one after the other; `anew`: each file is deleted before it is stored again.
Result store(const Context& context, const Work& work, std::uint64_t size, unsigned names, bool anew = false) {
  const unsigned sessions = context.options.sessions;
  TestFiles files(context.options, context.target);
  std::vector<std::string> paths;
  paths.reserve(std::size_t{sessions} * names);
  for (unsigned i = 0; i < sessions * names; ++i) paths.push_back(files.scratch(fmt::format("stor-{}-{}", size, i)));
  const std::vector<std::byte> content = make_content(size);
  Result result = run_crew(context, work, sessions, Login::once, [&](Member& member) {
    const std::string& path = paths[member.number * names + member.tally.operations % names];
    if (anew) member.pi->command("DELE " + path);  // 550 the first time
    member.pi->store(path, content, [&](std::uint64_t n) { context.progress.add_octets(n); });
    member.tally.octets += content.size();
  });
  if (!context.options.check || result.errors > 0) return result;

  const Digest expected = digest_of(content);
  UserPi pi(context.target);
  pi.login();
  const std::uint64_t used = context.options.count > 0 ? std::min<std::uint64_t>(context.options.count, names) : 1;
  for (unsigned session = 0; session < sessions; ++session) {
    for (std::uint64_t name = 0; name < used; ++name) {
      const std::string& path = paths[session * names + name];
      Hasher hasher;
      pi.receive("RETR " + path, [&](std::span<const std::byte> octets) { hasher.add(octets); });
      if (hasher.finish() == expected) {
        ++result.checked;
      } else {
        ++result.errors;
        result.first_error = path + " does not hold what was stored";
      }
    }
  }
  pi.quit();
  return result;
}

Result list(const Context& context, const Work& work, std::string_view verb) {
  TestFiles files(context.options, context.target);
  const std::string command = fmt::format("{} {}", verb, files.listing(context.options.entries));
  return run_crew(context, work, context.options.sessions, Login::once, [&](Member& member) {
    std::uint64_t lines = 0;
    member.tally.octets += member.pi->receive(
        command,
        [&](std::span<const std::byte> octets) {
          lines += static_cast<std::uint64_t>(std::ranges::count(octets, std::byte{'\n'}));
        },
        [&](std::uint64_t n) { context.progress.add_octets(n); });
    member.tally.entries += lines;
    if (context.options.check && lines < context.options.entries)
      throw Failure(fmt::format("{}: {} lines for {} entries", command, lines, context.options.entries));
    if (context.options.check) ++member.tally.checked;
  });
}

Result run_retr(const Context& context) { return retrieve(context, *find_work("retr"), context.options.size); }
Result run_stor(const Context& context) { return store(context, *find_work("stor"), context.options.size, 1); }
Result run_stor_new(const Context& context) {
  return store(context, *find_work("stor-new"), context.options.size, 1, true);
}
Result run_small_retr(const Context& context) {
  return retrieve(context, *find_work("small-retr"), context.options.small_size);
}
Result run_small_stor(const Context& context) {
  return store(context, *find_work("small-stor"), context.options.small_size, names_in_turn);
}
Result run_list(const Context& context) { return list(context, *find_work("list"), "LIST"); }
Result run_mlsd(const Context& context) { return list(context, *find_work("mlsd"), "MLSD"); }

Result run_login(const Context& context) {
  return run_crew(context, *find_work("login"), context.options.sessions, Login::each_operation, [&](Member&) {
    UserPi pi(context.target);
    pi.login();
    pi.quit();
  });
}

Result run_noop(const Context& context) {
  return run_crew(context, *find_work("noop"), context.options.sessions, Login::once,
                  [](Member& member) { member.pi->must("NOOP"); });
}

Result run_parallel(const Context& context) {
  TestFiles files(context.options, context.target);
  return run_parallel(context, *find_work("parallel"), files.file(context.options.size));
}

// One session asks while others download: what a person notices of a busy server.
Result run_latency(const Context& context) {
  TestFiles files(context.options, context.target);
  const Retrieve download(context, files.file(context.options.size), context.options.size);
  const Work& work = *find_work("latency");
  std::atomic<bool> over = false;
  Latencies latencies;
  std::string error;
  UserPi pi(context.target);
  pi.login();
  std::jthread asking([&] {
    // The question must not wait for the downloads' threads on the client's own core. Without the privilege for this
    // the measured times are longer, never shorter.
    const sched_param first{.sched_priority = 1};
    ::pthread_setschedparam(::pthread_self(), SCHED_FIFO, &first);
    try {
      do {
        const auto begin = Clock::now();
        pi.must("NOOP");
        latencies.add(Clock::now() - begin);
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
      } while (!over);
    } catch (const Failure& failure) {
      error = failure.what();
    }
  });
  Result result = run_crew(context, work, context.options.downloads, Login::once, download);
  over = true;
  asking.join();
  result.latencies = latencies;
  if (!error.empty()) {
    ++result.errors;
    result.first_error = error;
  }
  pi.quit();
  return result;
}

// Sessions that say nothing, beside some that download.
Result run_idle(const Context& context) {
  TestFiles files(context.options, context.target);
  const Retrieve download(context, files.file(context.options.size), context.options.size);
  const Work& work = *find_work("idle");
  std::optional<std::uint64_t> before = context.server.memory();
  std::vector<std::unique_ptr<UserPi>> idle;
  std::string error;
  context.progress.begin("logins", 1, context.options.idle);
  try {
    for (unsigned i = 0; i < context.options.idle; ++i) {
      auto pi = std::make_unique<UserPi>(context.target);
      pi->login();
      idle.push_back(std::move(pi));
      context.progress.add_operation();
    }
  } catch (const Failure& failure) {
    error = failure.what();
  }
  context.progress.end();
  const std::optional<std::uint64_t> after = context.server.memory();
  Result result = run_crew(context, work, context.options.sessions, Login::once, download);
  result.idle_sessions = static_cast<unsigned>(idle.size());
  result.memory_before = before;
  result.memory_after = after;
  for (const auto& pi : idle) {
    try {
      pi->must("NOOP");  // still there
      pi->quit();
    } catch (const Failure& failure) {
      if (error.empty()) error = failure.what();
    }
  }
  if (!error.empty()) {
    ++result.errors;
    result.first_error = error;
  }
  return result;
}

constexpr Work all_works[] = {
    {"retr", "downloads of one large file", Unit::gibibyte, run_retr},
    {"parallel", "downloads that all run during the whole time", Unit::gibibyte, run_parallel},
    {"stor", "uploads of a large file, replaced over and over", Unit::gibibyte, run_stor},
    {"stor-new", "uploads of a large file that is deleted between them", Unit::gibibyte, run_stor_new},
    {"small-retr", "downloads of a small file", Unit::operation, run_small_retr},
    {"small-stor", "uploads of small files", Unit::operation, run_small_stor},
    {"login", "connect, log in, quit", Unit::operation, run_login},
    {"noop", "a command and its reply", Unit::operation, run_noop},
    {"list", "LIST of a large directory", Unit::entry, run_list},
    {"mlsd", "MLSD of a large directory", Unit::entry, run_mlsd},
    {"latency", "how long a NOOP takes beside downloads", Unit::gibibyte, run_latency},
    {"idle", "the memory of idle sessions, and downloads beside them", Unit::gibibyte, run_idle},
};

}  // namespace

double Result::units() const {
  switch (unit) {
    case Unit::gibibyte:
      return static_cast<double>(octets) / (1u << 30);
    case Unit::operation:
      return static_cast<double>(operations);
    case Unit::entry:
      return static_cast<double>(entries);
  }
  return 0;
}

std::span<const Work> works() { return all_works; }

const Work* find_work(std::string_view name) {
  const auto* const found = std::ranges::find(all_works, name, &Work::name);
  return found == std::end(all_works) ? nullptr : found;
}

}  // namespace ferry::bench
