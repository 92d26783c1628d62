#include "storage/channel/files_channel.hpp"

#include <sys/socket.h>
#include <sys/stat.h>

#include "base/packet_socket.hpp"

namespace ferry {

namespace {

std::unexpected<FsError> gone() {
  return std::unexpected(FsError(FsErrc::failed, "the process that has this user's files is gone"));
}

// The answers with which an open file may come.
bool may_bring_file(FileCall call) {
  return call == FileCall::open_read || call == FileCall::start || call == FileCall::preview;
}

// Anything else could hold up whoever reads it.
bool is_regular(int fd) {
  struct stat facts;
  return ::fstat(fd, &facts) == 0 && S_ISREG(facts.st_mode);
}

}  // namespace

std::optional<Result<void>> FilesChannel::greeting() {
  auto reply = receive(FileCall::greet);
  if (!reply) return std::nullopt;
  if (!*reply) return std::unexpected(std::move(reply->error()));
  return Result<void>();
}

Result<FilesChannel::Reply> FilesChannel::ask(const FileRequest& request) {
  const auto packet = encode_file_request(request);
  if (!packet) return std::unexpected(FsError(FsErrc::bad_name, "a name of more octets than any file has"));
  const std::lock_guard lock(asking_);
  if (broken_) return gone();
  std::optional<Result<Reply>> reply;
  if (send_packet(socket_.get(), *packet, request.octets)) reply = receive(request.call);
  if (reply) return *std::move(reply);
  // What comes next could be the answer to another question.
  give_up();
  return gone();
}

// It overtakes nothing: whatever was asked of the handle has been answered.
void FilesChannel::release(std::uint32_t handle) {
  const auto packet = encode_file_request({.call = FileCall::release, .handle = handle});
  if (packet && !send_packet_now(socket_.get(), *packet)) give_up();
}

std::optional<Result<FilesChannel::Reply>> FilesChannel::receive(FileCall call) {
  Descriptor file;
  auto packet = receive_packet(socket_.get(), largest_file_packet, &file);
  if (!packet) return std::nullopt;
  Reply reply{.answer = {}, .packet = std::make_unique<const std::string>(*std::move(packet)), .file = {}};
  auto answer = decode_file_answer(call, *reply.packet);
  if (!answer) return std::nullopt;
  if (file && (!*answer || !may_bring_file(call) || !is_regular(file.get()))) return std::nullopt;
  if (!*answer) return std::unexpected(std::move(answer->error()));
  reply.answer = **std::move(answer);
  reply.file = std::move(file);
  return reply;
}  // NOLINT(clang-analyzer-cplusplus.NewDeleteLeaks): loses sight of the packet where it moves into the result

void FilesChannel::give_up() {
  broken_ = true;
  ::shutdown(socket_.get(), SHUT_RDWR);
}

}  // namespace ferry
