// A packet of the channel to a user's files is refused, or what it says is within the limits and is written in the same
// octets again.
#include "storage/channel/file_messages.hpp"

#include "fuzz/support/input.hpp"
#include "fuzz/support/must.hpp"

namespace {

using namespace ferry;
using namespace ferry::fuzz;

bool is_path(const FtpPath& path) { return FtpPath::resolve(FtpPath(), path.text()) == path; }

void check_request(std::string_view packet) {
  const auto request = decode_file_request(packet);
  if (!request) return;
  must(is_path(request->path) && is_path(request->other), "paths are paths");
  must(request->store.permission_bits.value_or(0) <= 0777, "no set-user-ID by way of permission bits");
  must(request->octets.size() <= largest_write, "octets to write have a limit");
  const auto again = encode_file_request(*request);
  must(again && *again + std::string(request->octets) == packet, "a request has one spelling");
}

void check_answer(FileCall call, std::string_view packet) {
  const auto answer = decode_file_answer(call, packet);
  if (!answer) return;
  must(encode_file_answer(call, *answer) == packet, "an answer has one spelling");
  if (!*answer) return;
  must(is_path((*answer)->path), "a path is a path");
  for (const DirectoryEntry& entry : (*answer)->entries)
    must(FtpPath().child(entry.name).has_value(), "names are names of entries");
}

}  // namespace

// The first octet is the call that an answer is one to; a request begins with its own.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text = text_of(data, size);
  check_request(text);
  check_answer(static_cast<FileCall>(data[0]), text.substr(1));
  return 0;
}
