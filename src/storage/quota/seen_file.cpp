#include "storage/quota/seen_file.hpp"

namespace ferry {

namespace {

// Where the storage has no attributes its listings tell.
Task<bool> is_surely_no_link(FileSystem& files, const FtpPath& path) {
  if (AttributeReader* const reader = files.attribute_reader()) {
    const auto attributes = co_await reader->attributes(path);
    co_return attributes && !attributes->link && !attributes->link_target;
  }
  const FtpPath directory = path.parent();
  const auto reader = co_await files.list(directory, Detail::full);
  if (!reader) co_return false;
  Executor& executor = co_await current_executor();
  for (;;) {
    co_await resume_on(executor);
    const auto batch = co_await (*reader)->next();
    if (!batch || batch->empty()) co_return false;
    for (const DirectoryEntry& entry : *batch)
      if (entry.name == path.name()) co_return !entry.info.link;
  }
}

SeenFile seen_file(const FtpPath& path, const FileInfo& info) {
  SeenFile seen{.identity = {}, .octets = info.size};
  if (info.device == 0 && info.inode == 0)
    seen.identity.path = path.text();
  else
    seen.identity = {.device = info.device, .inode = info.inode, .path = {}};
  return seen;
}

}  // namespace

Task<std::optional<SeenFile>> look_at_file(FileSystem& files, const FtpPath& path) {
  const auto info = co_await files.stat(path);
  if (!info || info->kind != FileKind::regular) co_return std::nullopt;
  co_return seen_file(path, *info);
}

Task<std::optional<SeenFile>> look_at_name(FileSystem& files, const FtpPath& path) {
  const auto info = co_await files.stat(path);
  if (!info) co_return std::nullopt;
  SeenFile seen = seen_file(path, *info);
  bool counts = info->kind == FileKind::regular && info->size > 0;
  if (counts) counts = co_await is_surely_no_link(files, path);
  if (!counts) seen.octets = 0;
  co_return seen;
}

}  // namespace ferry
