#include "storage/memory/memory_streams.hpp"

#include <algorithm>
#include <cstring>

namespace ferry {

namespace {

FsError no_room(const FtpPath& path) { return {FsErrc::no_space, path.text()}; }

}  // namespace

MemorySource::~MemorySource() {
  const std::lock_guard lock(tree_->mutex);
  content_.reset();
}

Task<Result<std::size_t>> MemorySource::read(std::span<std::byte> buffer) {
  const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(buffer.size(), size_ - offset_));
  if (size > 0) std::memcpy(buffer.data(), content_->octets().data() + offset_, size);
  offset_ += size;
  co_return size;
}

MemoryNewFile::~MemoryNewFile() {
  const std::lock_guard lock(tree_->mutex);
  content_.reset();
  directory_.reset();
}

Task<Result<void>> MemoryNewFile::start() { co_return Result<void>(); }

Task<Result<void>> MemoryNewFile::write(std::span<const std::byte> octets) {
  const std::lock_guard lock(tree_->mutex);
  if (!content_->append(octets)) co_return std::unexpected(no_room(path_));
  co_return Result<void>();
}

Task<Result<std::unique_ptr<Source>>> MemoryNewFile::preview() {
  const std::lock_guard lock(tree_->mutex);
  co_return std::make_unique<MemorySource>(tree_, content_, 0);
}

Task<void> MemoryNewFile::keep_part() {
  const std::lock_guard lock(tree_->mutex);
  const auto kept = publish(false);
  static_cast<void>(kept);  // an old file, or one that came meanwhile, stays
  co_return;
}

Task<Result<void>> MemoryNewFile::commit() {
  const std::lock_guard lock(tree_->mutex);
  const auto published = publish(may_replace_);
  if (!published) co_return std::unexpected(published.error());
  co_return Result<void>();
}

Result<std::shared_ptr<MemoryNode>> MemoryNewFile::publish(bool may_replace) {
  if (directory_->removed) return std::unexpected(FsError(FsErrc::not_found, path_.text()));
  const std::string name(path_.name());
  const auto old = directory_->entries.find(name);
  if (old != directory_->entries.end()) {
    if (old->second->directory) return std::unexpected(FsError(FsErrc::not_a_file, path_.text()));
    if (!may_replace) return std::unexpected(FsError(FsErrc::exists, path_.text()));
  }

  auto file = tree_->new_file(std::exchange(content_, nullptr));
  if (old != directory_->entries.end()) {
    file->mode = old->second->mode;
    old->second->removed = true;
  } else if (permission_bits_) {
    file->mode = *permission_bits_;
  }
  directory_->modified = file->modified;
  directory_->entries.insert_or_assign(name, file);
  return file;
}

MemoryOldFile::~MemoryOldFile() {
  const std::lock_guard lock(tree_->mutex);
  file_.reset();
}

MemoryContent* MemoryOldFile::own_content(std::size_t size) {
  if (file_->content.use_count() > 1) {
    auto copy = std::make_shared<MemoryContent>(tree_->budget);
    if (!copy->append(std::span(file_->content->octets()).first(size))) return nullptr;
    file_->content = std::move(copy);
  }
  return file_->content.get();
}

Task<Result<void>> MemoryOldFile::start() {
  const std::lock_guard lock(tree_->mutex);
  if (mode_ == StoreMode::append) {
    offset_ = file_->content->octets().size();
    co_return Result<void>();
  }
  if (file_->content->octets().size() < offset_)
    co_return std::unexpected(FsError(FsErrc::bad_offset, path_.text() + ": became shorter"));
  if (mode_ == StoreMode::patch) co_return Result<void>();
  const auto size = static_cast<std::size_t>(offset_);
  MemoryContent* const content = own_content(size);
  if (content == nullptr) co_return std::unexpected(no_room(path_));
  content->cut(size);
  file_->modified = memory_now();
  co_return Result<void>();
}

Task<Result<void>> MemoryOldFile::write(std::span<const std::byte> octets) {
  const std::lock_guard lock(tree_->mutex);
  MemoryContent* const content = own_content(file_->content->octets().size());
  if (content == nullptr) co_return std::unexpected(no_room(path_));
  if (mode_ == StoreMode::patch) {
    const std::size_t replaced = content->replace(static_cast<std::size_t>(offset_ + written_), octets);
    written_ += octets.size();
    octets = octets.subspan(replaced);
  }
  if (!content->append(octets)) co_return std::unexpected(no_room(path_));
  file_->modified = memory_now();
  co_return Result<void>();
}

Task<Result<void>> MemoryOldFile::commit() { co_return Result<void>(); }

Task<Result<void>> MemoryGrowingFile::start() {
  const std::lock_guard lock(tree_->mutex);
  auto named = file_->publish(may_replace_);
  if (!named) co_return std::unexpected(named.error());
  growing_ = std::make_unique<MemoryOldFile>(tree_, file_->path(), *std::move(named), StoreMode::append, 0);
  co_return Result<void>();
}

}  // namespace ferry
