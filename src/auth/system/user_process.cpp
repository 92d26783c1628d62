#include "auth/system/user_process.hpp"

#include <sys/prctl.h>

#include <algorithm>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <stop_token>
#include <system_error>
#include <thread>
#include <utility>

#include <ferry/filesystem.hpp>
#include <ferry/sandbox.hpp>

#include "storage/channel/serve_files.hpp"
#include "storage/local/local_file_system.hpp"

namespace ferry {

namespace {

// Without a way back.
void become(const UnixIdentity& identity) {
  SandboxRules rules;
  rules.become = identity;
  rules.layers = {SandboxLayer::capabilities, SandboxLayer::no_new_privs};
  for (const LayerState& layer : enter_sandbox(rules))
    if (!layer.active) throw std::runtime_error(layer.text);
  // No other process of that user looks into this one.
  ::prctl(PR_SET_DUMPABLE, 0);
}

// Opened as the user, who may not be able to go there; so are the rules of the confinement.
Result<std::shared_ptr<FileSystem>> open_and_stay(const UserHome& home) {
  auto files = open_local_directory(home.root, {.owner_numbers = true});
  SandboxRules rules;
  rules.writable = {home.root};
  rules.connects = false;
  rules.layers = {SandboxLayer::landlock, SandboxLayer::seccomp};
  enter_sandbox(rules);
  return files;
}

// The threads that are at work; this object outlives them.
class Work {
 public:
  explicit Work(int control) : control_(control) {}

  template <typename Job>
  void start(Job job) {
    {
      const std::lock_guard lock(mutex_);
      ++running_;
    }
    try {
      std::thread([this, owned = std::move(job)]() mutable {
        try {
          const Job now = std::move(owned);
          now();
        } catch (...) {  // NOLINT(bugprone-empty-catch): out of memory; this job alone ends
        }
        end();
      }).detach();
    } catch (const std::system_error&) {  // no more threads
      end();
    }
  }

  void wait() {
    std::unique_lock lock(mutex_);
    ended_.wait(lock, [this] { return running_ == 0; });
  }

 private:
  void end() {
    const std::lock_guard lock(mutex_);
    --running_;
    send_packet_now(control_, "e");
    ended_.notify_all();
  }

  const int control_;
  std::mutex mutex_;
  std::condition_variable ended_;
  std::size_t running_ = 0;
};

}  // namespace

void run_user_process(const UserHome& home, Descriptor control, Descriptor first) {
  become(home.identity);
  const auto files = open_and_stay(home);
  if (!files) {
    greet(first.get(), std::unexpected(files.error()));
    return;
  }
  Work work(control.get());
  const auto serve = [&](Descriptor channel) {
    work.start([&root = **files, channel = std::move(channel)] {
      if (greet(channel.get(), {})) serve_files(channel.get(), root);
    });
  };
  serve(std::move(first));
  std::stop_source stop;
  if (!home.clear.empty()) work.start([&home, &stop] { remove_left_overs(home.clear, stop.get_token()); });
  Descriptor channel;
  while (receive_packet(control.get(), 1, &channel)) serve(std::exchange(channel, Descriptor()));
  stop.request_stop();
  work.wait();
}

}  // namespace ferry
