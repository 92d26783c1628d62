// A file system that threads serve over channels, as the process of a user does.
#pragma once

#include <memory>
#include <thread>
#include <utility>
#include <vector>

#include "base/packet_socket.hpp"
#include "storage/channel/channel_file_system.hpp"
#include "storage/channel/serve_files.hpp"

namespace ferry::test {

// Ends when all channels have been closed, for which it waits.
class ServedOverChannel {
 public:
  // `resources` live as long as this.
  explicit ServedOverChannel(std::shared_ptr<FileSystem> files, std::shared_ptr<void> resources = {})
      : resources_(std::move(resources)), files_(std::move(files)) {}
  // The end of a new channel that asks, before the greeting.
  Descriptor channel() {
    SocketPair pair = packet_socket_pair();
    threads_.emplace_back([files = files_, socket = std::move(pair.theirs)] {
      if (greet(socket.get(), {})) serve_files(socket.get(), *files);
    });
    return std::move(pair.ours);
  }
  std::shared_ptr<FileSystem> files(ChannelOptions options = {}) {
    return files_over(channel(), std::move(options)).value().value();
  }
  // Until all channels have ended.
  void wait() { threads_.clear(); }

 private:
  const std::shared_ptr<void> resources_;
  const std::shared_ptr<FileSystem> files_;
  std::vector<std::jthread> threads_;
};

}  // namespace ferry::test
