// FileSystem over a tree in memory: see memory_file_system() in ferry/filesystem.hpp.
#include <fmt/format.h>

#include <limits>
#include <random>

#include "storage/memory/memory_streams.hpp"
#include "storage/memory/memory_tree.hpp"

namespace ferry {

namespace {

std::unexpected<FsError> no(FsErrc code, const FtpPath& path) { return std::unexpected(FsError(code, path.text())); }

// Batches of entries, each found anew by the last name of the one before: the tree may change between them.
class MemoryDirectoryReader final : public DirectoryReader {
 public:
  MemoryDirectoryReader(std::shared_ptr<MemoryTree> tree, std::shared_ptr<MemoryNode> directory)
      : tree_(std::move(tree)), directory_(std::move(directory)) {}
  ~MemoryDirectoryReader() override {
    const std::lock_guard lock(tree_->mutex);
    directory_.reset();
  }

  Task<Result<std::span<const DirectoryEntry>>> next() override {
    const std::lock_guard lock(tree_->mutex);
    auto entry = names_.empty() ? directory_->entries.begin() : directory_->entries.upper_bound(names_.back());
    names_.clear();
    entries_.clear();
    names_.reserve(batch);  // the views stay valid
    for (; entry != directory_->entries.end() && names_.size() < batch; ++entry) {
      names_.push_back(entry->first);
      entries_.push_back({.name = names_.back(), .info = entry->second->info(false)});
    }
    co_return std::span<const DirectoryEntry>(entries_);
  }

 private:
  static constexpr std::size_t batch = 256;
  const std::shared_ptr<MemoryTree> tree_;
  std::shared_ptr<MemoryNode> directory_;
  std::vector<std::string> names_;
  std::vector<DirectoryEntry> entries_;
};

class MemoryFileSystem final : public FileSystem, public ModeSetter, public TimeSetter, public SpaceTeller {
 public:
  explicit MemoryFileSystem(std::uint64_t capacity) : tree_(std::make_shared<MemoryTree>(capacity)) {}

  Task<Result<FileInfo>> stat(const FtpPath& path) override {
    const std::lock_guard lock(tree_->mutex);
    const auto node = tree_->find(path);
    if (!node) co_return std::unexpected(node.error());
    co_return (*node)->info(path.is_root());
  }

  Task<Result<std::unique_ptr<DirectoryReader>>> list(const FtpPath& path, Detail) override {
    const std::lock_guard lock(tree_->mutex);
    const auto node = tree_->find(path);
    if (!node) co_return std::unexpected(node.error());
    if (!(*node)->directory) co_return no(FsErrc::not_a_directory, path);
    co_return std::make_unique<MemoryDirectoryReader>(tree_, *node);
  }

  Task<Result<std::unique_ptr<Source>>> open_read(const FtpPath& path, std::uint64_t offset) override {
    const std::lock_guard lock(tree_->mutex);
    const auto node = tree_->find(path);
    if (!node) co_return std::unexpected(node.error());
    if ((*node)->directory) co_return no(FsErrc::not_a_file, path);
    if (offset > (*node)->content->octets().size()) co_return no(FsErrc::bad_offset, path);
    co_return std::make_unique<MemorySource>(tree_, (*node)->content, offset);
  }

  Task<Result<std::unique_ptr<Sink>>> open_write(const FtpPath& path, const StoreRequest& request) override {
    const std::lock_guard lock(tree_->mutex);
    co_return open_sink(request.mode == StoreMode::unique ? path.child(unique_name()).value() : path, request);
  }

  Task<Result<void>> make_directory(const FtpPath& path) override {
    const std::lock_guard lock(tree_->mutex);
    if (path.is_root()) co_return no(FsErrc::exists, path);
    const auto holder = tree_->holder(path);
    if (!holder) co_return std::unexpected(holder.error());
    auto node = tree_->new_directory();
    const FileTime now = node->modified;
    if (!(*holder)->entries.try_emplace(std::string(path.name()), std::move(node)).second)
      co_return no(FsErrc::exists, path);
    (*holder)->modified = now;
    co_return Result<void>();
  }

  Task<Result<void>> remove_directory(const FtpPath& path) override {
    const std::lock_guard lock(tree_->mutex);
    if (path.is_root()) co_return no(FsErrc::not_permitted, path);
    co_return remove(path, true);
  }

  Task<Result<void>> remove_file(const FtpPath& path) override {
    const std::lock_guard lock(tree_->mutex);
    if (path.is_root()) co_return no(FsErrc::not_a_file, path);
    co_return remove(path, false);
  }

  Task<Result<void>> rename(const FtpPath& from, const FtpPath& to, bool may_replace) override {
    const std::lock_guard lock(tree_->mutex);
    if (from.is_root()) co_return no(FsErrc::not_permitted, from);
    if (to.is_root()) co_return no(FsErrc::exists, to);
    const auto node = tree_->find(from);
    if (!node) co_return std::unexpected(node.error());
    const auto target_holder = tree_->holder(to);
    if (!target_holder) co_return std::unexpected(target_holder.error());
    if (const auto target = tree_->find(to)) {
      if (!may_replace || (*node)->directory || (*target)->directory) co_return no(FsErrc::exists, to);
      if (*target == *node) co_return Result<void>();
      (*target)->removed = true;
    } else if ((*node)->directory && from.contains(to)) {
      co_return no(FsErrc::bad_name, to);
    }
    const auto source_holder = tree_->holder(from);
    const std::shared_ptr<MemoryNode> kept = *node;
    (*source_holder)->entries.erase(std::string(from.name()));
    (*target_holder)->entries.insert_or_assign(std::string(to.name()), kept);
    (*source_holder)->modified = (*target_holder)->modified = memory_now();
    co_return Result<void>();
  }

  ModeSetter* mode_setter() override { return this; }
  TimeSetter* time_setter() override { return this; }
  SpaceTeller* space_teller() override { return this; }

  Task<Result<void>> set_mode(const FtpPath& path, std::uint32_t mode) override {
    const std::lock_guard lock(tree_->mutex);
    const auto node = tree_->find(path);
    if (!node) co_return std::unexpected(node.error());
    (*node)->mode = mode & 0777;
    co_return Result<void>();
  }

  Task<Result<void>> set_modified(const FtpPath& path, FileTime time) override {
    const std::lock_guard lock(tree_->mutex);
    const auto node = tree_->find(path);
    if (!node) co_return std::unexpected(node.error());
    (*node)->modified = time;
    co_return Result<void>();
  }

  bool sets_created() const override { return true; }
  Task<Result<void>> set_created(const FtpPath& path, FileTime time) override {
    const std::lock_guard lock(tree_->mutex);
    const auto node = tree_->find(path);
    if (!node) co_return std::unexpected(node.error());
    (*node)->created = time;
    co_return Result<void>();
  }

  Task<Result<std::uint64_t>> available(const FtpPath& path) override {
    const std::lock_guard lock(tree_->mutex);
    const auto node = tree_->find(path);
    if (!node) co_return std::unexpected(node.error());
    co_return tree_->budget.left();
  }

 private:
  Result<std::unique_ptr<Sink>> open_sink(const FtpPath& path, const StoreRequest& request) {
    if (path.is_root()) return no(FsErrc::not_a_file, path);
    const auto holder = tree_->holder(path);
    if (!holder) return std::unexpected(holder.error());
    const bool may_replace = request.may_replace && request.mode != StoreMode::unique;

    const auto node = tree_->find(path);
    if (!node) {
      const bool in_old_file = request.mode == StoreMode::resume || request.mode == StoreMode::patch;
      if (in_old_file && request.offset > 0) return no(FsErrc::bad_offset, path);
      return new_file(path, *holder, may_replace, request);
    }
    if ((*node)->directory) return no(FsErrc::not_a_file, path);
    if (!may_replace) return no(FsErrc::exists, path);
    if (request.mode == StoreMode::create) return new_file(path, *holder, may_replace, request);
    const auto& old = (*node)->content->octets();
    if (request.mode != StoreMode::append && request.offset > old.size()) return no(FsErrc::bad_offset, path);
    const std::uint64_t offset = request.mode == StoreMode::append ? old.size() : request.offset;
    // A patch is nothing without what stands around it, so it always goes into the old file.
    if (request.policy.atomic == Atomicity::always && request.mode != StoreMode::patch)
      return new_file(path, *holder, may_replace, request, std::span(old).first(static_cast<std::size_t>(offset)));
    return std::make_unique<MemoryOldFile>(tree_, path, *node, request.mode, offset);
  }

  Result<std::unique_ptr<Sink>> new_file(const FtpPath& path, std::shared_ptr<MemoryNode> holder, bool may_replace,
                                         const StoreRequest& request, std::span<const std::byte> beginning = {}) {
    auto content = std::make_shared<MemoryContent>(tree_->budget);
    if (!content->append(beginning)) return no(FsErrc::no_space, path);
    auto file = std::make_unique<MemoryNewFile>(tree_, path, std::move(holder), may_replace, std::move(content),
                                                request.permission_bits);
    if (request.policy.atomic != Atomicity::off) return file;
    return std::make_unique<MemoryGrowingFile>(tree_, std::move(file), may_replace);
  }

  Result<void> remove(const FtpPath& path, bool directory) {
    const auto node = tree_->find(path);
    if (!node) return std::unexpected(node.error());
    if ((*node)->directory != directory) return no(directory ? FsErrc::not_a_directory : FsErrc::not_a_file, path);
    if (!(*node)->entries.empty()) return no(FsErrc::not_empty, path);
    (*node)->removed = true;
    const auto holder = tree_->holder(path);
    (*holder)->modified = memory_now();
    (*holder)->entries.erase(std::string(path.name()));
    return {};
  }

  std::string unique_name() { return fmt::format("ferry-{:08x}{:08x}", random_(), random_()); }

  const std::shared_ptr<MemoryTree> tree_;
  std::random_device random_;
};

}  // namespace

std::shared_ptr<FileSystem> memory_file_system(std::uint64_t capacity) {
  return std::make_shared<MemoryFileSystem>(capacity);
}

}  // namespace ferry
