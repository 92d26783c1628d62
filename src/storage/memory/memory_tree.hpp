// The data of a file system in memory: nodes with names, and contents that are shared between a file and its readers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include <ferry/filesystem.hpp>

namespace ferry {

struct MemoryNode;

// How much content there is, of how much there may be.
class MemoryBudget {
 public:
  explicit MemoryBudget(std::uint64_t capacity) : capacity_(capacity) {}
  bool take(std::uint64_t octets);
  void give_back(std::uint64_t octets) { used_ -= octets; }
  std::uint64_t left() const { return capacity_ - used_; }

 private:
  const std::uint64_t capacity_;
  std::uint64_t used_ = 0;
};

// The octets of one file. Once a Source holds it, it changes no more: the file gets a copy.
class MemoryContent {
 public:
  explicit MemoryContent(MemoryBudget& budget) : budget_(budget) {}
  MemoryContent(const MemoryContent&) = delete;
  MemoryContent& operator=(const MemoryContent&) = delete;
  ~MemoryContent() { budget_.give_back(octets_.size()); }

  const std::vector<std::byte>& octets() const { return octets_; }
  // False where there is no room; nothing has changed then.
  bool append(std::span<const std::byte> octets);
  // Puts octets in the place of those from `offset` on, as far as there are such; how many that were.
  std::size_t replace(std::size_t offset, std::span<const std::byte> octets);
  void cut(std::size_t size);

 private:
  MemoryBudget& budget_;
  std::vector<std::byte> octets_;
};

struct MemoryNode {
  bool directory = false;
  bool removed = false;  // no longer in the tree, though somebody holds it
  std::uint32_t mode = 0;
  std::uint64_t device = 0;  // the same for all of one tree, and for no other tree
  std::uint64_t number = 0;  // as an inode has it
  FileTime modified{};
  FileTime created{};
  std::shared_ptr<MemoryContent> content;                                   // of a file
  std::map<std::string, std::shared_ptr<MemoryNode>, std::less<>> entries;  // of a directory

  FileInfo info(bool is_root) const;
};

// All functions but the constructor are called with `mutex` held; contents are made and given up under it too.
class MemoryTree {
 public:
  explicit MemoryTree(std::uint64_t capacity);

  std::mutex mutex;
  MemoryBudget budget;

  Result<std::shared_ptr<MemoryNode>> find(const FtpPath& path) const;
  // The directory that holds `path`, which is not the root and need not exist; its name has been checked.
  Result<std::shared_ptr<MemoryNode>> holder(const FtpPath& path) const;

  std::shared_ptr<MemoryNode> new_file(std::shared_ptr<MemoryContent> content);
  std::shared_ptr<MemoryNode> new_directory();

 private:
  std::shared_ptr<MemoryNode> new_node();

  const std::uint64_t device_;
  std::uint64_t last_number_ = 0;
  std::shared_ptr<MemoryNode> root_;
};

FileTime memory_now();

}  // namespace ferry
