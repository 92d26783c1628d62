// What is said on a channel: a socket over which one process asks another for files. The functions of FileSystem and of
// what it opens, one request and one answer for each, each of them one packet. Open files come with answers, as
// descriptors. The two ends do not trust each other's lengths, numbers or names.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <ferry/filesystem.hpp>

namespace ferry {

inline constexpr std::size_t largest_file_packet = 176 * 1024;
inline constexpr std::size_t largest_write = 128 * 1024;    // octets of one request to write
inline constexpr std::size_t largest_entries = 128 * 1024;  // octets of one answer with entries
inline constexpr std::size_t largest_path = 16 * 1024;      // no call of the kernel takes so much

enum class FileCall : std::uint8_t {
  greet,  // no request: the first answer on each channel, whether there are files
  stat,
  list,        // opens a directory; the answer has a handle
  entries,     // the next ones of a handle; none at the end
  open_read,   // the answer has a descriptor
  open_write,  // the answer has a handle
  start,       // this and the next ones: of a handle of open_write
  write,
  preview,  // the answer may have a descriptor
  commit,
  keep_part,
  release,  // a handle is not needed any more; has no answer
  make_directory,
  remove_directory,
  remove_file,
  rename,
  set_mode,
  set_modified,
  set_owner,
  make_link,
  available,
  attributes,
};

// Which of the members count depends on the call; the others are not sent.
struct FileRequest {
  FileCall call = FileCall::stat;
  FtpPath path{};
  FtpPath other{};  // the new name; the target of a link
  std::uint32_t handle = 0;
  std::uint64_t number = 0;  // the offset of a read; permission bits
  FileTime time{};
  bool flag = false;  // list: with all facts; rename: may replace; start: with a descriptor to write to
  StoreRequest store{};
  std::optional<std::string> owner{};
  std::optional<std::string> group{};
  std::string_view octets{};  // to be written: what is behind everything else in the packet
};

struct FileAnswer {
  FileInfo info{};  // without the names of the owners: these are looked up by whoever asked
  // Names are in the packet, or wherever the one who answers has them.
  std::vector<DirectoryEntry> entries{};
  std::uint32_t handle = 0;
  std::uint64_t number = 0;  // open_write, start: the offset; available: octets
  FtpPath path{};            // open_write
  FileAttributes attributes{};
};

// All but `octets`, which follow. nullopt where a text is too long.
std::optional<std::string> encode_file_request(const FileRequest& request);
// nullopt where it is none: the peer is broken, or taken over. `octets` is a part of `packet`.
std::optional<FileRequest> decode_file_request(std::string_view packet);

std::string encode_file_answer(FileCall call, const Result<FileAnswer>& answer);
// The same for an answer to that call.
std::optional<Result<FileAnswer>> decode_file_answer(FileCall call, std::string_view packet);

// How many of `entries`, from the front, fit into one answer; at least one, where there is one.
std::size_t entries_that_fit(std::span<const DirectoryEntry> entries);

}  // namespace ferry
