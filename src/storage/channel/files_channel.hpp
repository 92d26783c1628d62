// The end of a channel that asks (file_messages.hpp).
//
// Threads: any; one question is asked at a time, the others wait for its answer. After an answer that makes no sense,
// and when the other end is gone, every question is answered with FsErrc::failed.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <string>

#include "base/descriptor.hpp"
#include "storage/channel/file_messages.hpp"

namespace ferry {

class FilesChannel {
 public:
  struct Reply {
    FileAnswer answer;
    std::unique_ptr<const std::string> packet;  // holds the names of the entries
    Descriptor file;                            // a regular file, where one came
  };

  explicit FilesChannel(Descriptor socket) : socket_(std::move(socket)) {}

  // The first answer, which comes by itself. Blocks. nullopt where there is none.
  std::optional<Result<void>> greeting();
  // Blocks.
  Result<Reply> ask(const FileRequest& request);
  // Tells that nothing more will be asked of a handle. Does not block.
  void release(std::uint32_t handle);

 private:
  std::optional<Result<Reply>> receive(FileCall call);
  // Nothing more is to be had here; whoever waits for an answer is woken.
  void give_up();

  const Descriptor socket_;
  std::mutex asking_;
  std::atomic<bool> broken_ = false;
};

}  // namespace ferry
