#include "memory_tree.hpp"

#include <memory>
#include <span>
#include <vector>

#include <fmt/format.h>
#include <ferry/sync_wait.hpp>

namespace ferry {
namespace {

constexpr std::size_t piece = 256 * 1024;
// A tree that is deeper than this is taken for one that contains itself.
constexpr int deepest = 64;

// Copies through two FileSystems: the jail of local_directory follows no link out of the directory.
class Copy {
 public:
  Copy(FileSystem& from, FileSystem& to) : from_(from), to_(to) {}

  Result<void> directory(const FtpPath& path, int depth = 0) {
    if (depth > deepest) return std::unexpected(FsError(FsErrc::failed, path.text() + " is too deep"));
    auto reader = sync_wait(from_.list(path, Detail::full));
    if (!reader) return std::unexpected(reader.error());
    for (;;) {
      const auto entries = sync_wait((*reader)->next());
      if (!entries) return std::unexpected(entries.error());
      if (entries->empty()) return {};
      for (const DirectoryEntry& entry : *entries)
        if (auto copied = one(path, entry, depth); !copied) return copied;
    }
  }

 private:
  Result<void> one(const FtpPath& parent, const DirectoryEntry& entry, int depth) {
    const auto path = parent.child(entry.name);
    if (!path) return {};
    if (entry.info.kind == FileKind::directory) {
      if (auto made = sync_wait(to_.make_directory(*path)); !made) return made;
      return directory(*path, depth + 1);
    }
    return entry.info.kind == FileKind::regular ? file(*path, entry.info.modified) : Result<void>();
  }

  Result<void> file(const FtpPath& path, FileTime modified) {
    const auto source = sync_wait(from_.open_read(path, 0));
    if (!source) return std::unexpected(source.error());
    const StoreRequest request;
    const auto sink = sync_wait(to_.open_write(path, request));
    if (!sink) return std::unexpected(sink.error());
    if (auto started = sync_wait((*sink)->start()); !started) return started;
    std::vector<std::byte> buffer(piece);
    for (;;) {
      const auto n = sync_wait((*source)->read(buffer));
      if (!n) return std::unexpected(n.error());
      if (*n == 0) break;
      if (auto written = sync_wait((*sink)->write(std::span(buffer).first(*n))); !written) return written;
    }
    if (auto committed = sync_wait((*sink)->commit()); !committed) return committed;
    return sync_wait(to_.time_setter()->set_modified(path, modified));
  }

  FileSystem& from_;
  FileSystem& to_;
};

}  // namespace

std::expected<std::shared_ptr<FileSystem>, std::string> memory_tree(const std::string& directory) {
  auto memory = memory_file_system();
  if (directory.empty()) return memory;
  const auto disk = local_directory(directory);
  const auto failed = [&](const FsError& error) {
    return std::unexpected(
        fmt::format("ferry: --memory: \"{}\" cannot be copied into memory: {}; name a directory that "
                    "can be read and has less than 1 GiB, or none",
                    directory, error.detail));
  };
  if (!disk) return failed(disk.error());
  if (const auto copied = Copy(**disk, *memory).directory(FtpPath()); !copied) return failed(copied.error());
  return memory;
}

}  // namespace ferry
