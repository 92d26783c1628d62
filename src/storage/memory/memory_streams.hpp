// Reading and storing files in memory.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "storage/memory/memory_tree.hpp"

namespace ferry {

class MemorySource final : public Source {
 public:
  MemorySource(std::shared_ptr<MemoryTree> tree, std::shared_ptr<const MemoryContent> content, std::uint64_t offset)
      : tree_(std::move(tree)), content_(std::move(content)), offset_(offset), size_(content_->octets().size()) {}
  ~MemorySource() override;

  std::uint64_t remaining() const override { return first_remaining_; }
  Task<Result<std::size_t>> read(std::span<std::byte> buffer) override;

 private:
  const std::shared_ptr<MemoryTree> tree_;
  std::shared_ptr<const MemoryContent> content_;
  std::uint64_t offset_;
  const std::uint64_t size_;
  const std::uint64_t first_remaining_ = size_ - offset_;
};

// A new file: its content gets its place at the commit.
class MemoryNewFile final : public Sink {
 public:
  // Called with the tree's mutex held. `content`: what it begins with.
  MemoryNewFile(std::shared_ptr<MemoryTree> tree, FtpPath path, std::shared_ptr<MemoryNode> directory, bool may_replace,
                std::shared_ptr<MemoryContent> content, std::optional<std::uint32_t> permission_bits)
      : tree_(std::move(tree)),
        path_(std::move(path)),
        directory_(std::move(directory)),
        may_replace_(may_replace),
        permission_bits_(permission_bits),
        content_(std::move(content)),
        offset_(content_->octets().size()) {}
  ~MemoryNewFile() override;

  Task<Result<void>> start() override;
  Task<Result<void>> write(std::span<const std::byte> octets) override;
  Task<Result<void>> commit() override;
  const FtpPath& path() const override { return path_; }
  std::uint64_t offset() const override { return offset_; }
  Task<Result<std::unique_ptr<Source>>> preview() override;
  Task<void> keep_part() override;

  // Gives it its name, and returns the node that has it. Once, with the tree's mutex held.
  Result<std::shared_ptr<MemoryNode>> publish(bool may_replace);

 private:
  const std::shared_ptr<MemoryTree> tree_;
  const FtpPath path_;
  std::shared_ptr<MemoryNode> directory_;
  const bool may_replace_;
  const std::optional<std::uint32_t> permission_bits_;
  std::shared_ptr<MemoryContent> content_;
  const std::uint64_t offset_;
};

// An old file that is appended to, or written from an offset on.
class MemoryOldFile final : public Sink {
 public:
  // `mode`: append, resume or patch; writing begins at `offset`.
  MemoryOldFile(std::shared_ptr<MemoryTree> tree, FtpPath path, std::shared_ptr<MemoryNode> file, StoreMode mode,
                std::uint64_t offset)
      : tree_(std::move(tree)), path_(std::move(path)), file_(std::move(file)), mode_(mode), offset_(offset) {}
  ~MemoryOldFile() override;

  Task<Result<void>> start() override;
  Task<Result<void>> write(std::span<const std::byte> octets) override;
  Task<Result<void>> commit() override;
  const FtpPath& path() const override { return path_; }
  std::uint64_t offset() const override { return offset_; }

 private:
  // A content that nobody else reads, with the first `size` octets of what the file has; null where there is no room.
  MemoryContent* own_content(std::size_t size);

  const std::shared_ptr<MemoryTree> tree_;
  const FtpPath path_;
  std::shared_ptr<MemoryNode> file_;
  const StoreMode mode_;
  std::uint64_t offset_;
  std::uint64_t written_ = 0;
};

// A new file that has its name from the start, where everybody sees it grow (Atomicity::off).
class MemoryGrowingFile final : public Sink {
 public:
  // `file`: empty. Called with the tree's mutex held.
  MemoryGrowingFile(std::shared_ptr<MemoryTree> tree, std::unique_ptr<MemoryNewFile> file, bool may_replace)
      : tree_(std::move(tree)), file_(std::move(file)), may_replace_(may_replace) {}

  Task<Result<void>> start() override;
  Task<Result<void>> write(std::span<const std::byte> octets) override { return growing_->write(octets); }
  Task<Result<void>> commit() override { return growing_->commit(); }
  const FtpPath& path() const override { return file_->path(); }
  std::uint64_t offset() const override { return 0; }

 private:
  const std::shared_ptr<MemoryTree> tree_;
  const std::unique_ptr<MemoryNewFile> file_;
  const bool may_replace_;
  std::unique_ptr<MemoryOldFile> growing_;
};

}  // namespace ferry
