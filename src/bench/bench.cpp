#include "bench/bench.hpp"

#include <fmt/format.h>
#include <sys/resource.h>

#include <csignal>
#include <cstdio>

#include "bench/options.hpp"
#include "bench/report.hpp"
#include "bench/works.hpp"

namespace ferry::bench {

namespace {

// Idle sessions need a descriptor each.
void raise_limit_of_descriptors() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

bool write_file(const std::string& path, const std::string& text) {
  std::FILE* const file = std::fopen(path.c_str(), "w");
  if (!file) return false;
  const bool written = std::fwrite(text.data(), 1, text.size(), file) == text.size();
  return std::fclose(file) == 0 && written;
}

}  // namespace

int run(std::vector<std::string> words) {
  auto read = read_options(std::move(words));
  if (const auto* const ended = std::get_if<Ended>(&read)) {
    fmt::print(ended->status == 0 ? stdout : stderr, "{}", ended->text);
    return ended->status;
  }
  const Options& options = std::get<Options>(read);
  raise_limit_of_descriptors();
  std::signal(SIGPIPE, SIG_IGN);  // OpenSSL writes without MSG_NOSIGNAL

  std::vector<Result> results;
  bool clean = true;
  try {
    const Target target{.address = Address::resolve(options.host, options.port),
                        .user = options.user,
                        .password = options.password,
                        .tls = options.tls || options.implicit_tls ? std::make_shared<const TlsClient>() : nullptr,
                        .implicit_tls = options.implicit_tls,
                        .pasv = options.pasv};
    const ServerUsage server(options.server_pid, options.server_cgroup);
    if (server.known() && !server.cpu()) throw Failure("the server's CPU time cannot be read; is it running?");
    Progress progress(options.progress);
    const Context context{.options = options, .target = target, .server = server, .progress = progress};
    for (const std::string& name : options.works) {
      results.push_back(find_work(name)->run(context));
      clean = clean && results.back().errors == 0;
    }
  } catch (const Failure& failure) {
    fmt::print(stderr, "ferry bench: {}\n", failure.what());
    clean = false;
  }
  if (options.json == "-") {
    fmt::print("{}", json(results));
  } else {
    fmt::print("{}", table(results));
    if (!options.json.empty() && !write_file(options.json, json(results))) {
      fmt::print(stderr, "ferry bench: --json: \"{}\" cannot be written\n", options.json);
      clean = false;
    }
  }
  return clean ? 0 : 1;
}

}  // namespace ferry::bench
