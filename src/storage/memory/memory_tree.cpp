#include "storage/memory/memory_tree.hpp"

#include <algorithm>
#include <chrono>
#include <new>
#include <random>

namespace ferry {

namespace {

constexpr std::size_t longest_name = 255;  // as file systems of disks have it

}  // namespace

FileTime memory_now() {
  return std::chrono::time_point_cast<std::chrono::nanoseconds>(std::chrono::system_clock::now());
}

bool MemoryBudget::take(std::uint64_t octets) {
  if (octets > left()) return false;
  used_ += octets;
  return true;
}

bool MemoryContent::append(std::span<const std::byte> octets) {
  if (!budget_.take(octets.size())) return false;
  try {
    octets_.insert(octets_.end(), octets.begin(), octets.end());
  } catch (const std::bad_alloc&) {
    budget_.give_back(octets.size());
    return false;
  }
  return true;
}

std::size_t MemoryContent::replace(std::size_t offset, std::span<const std::byte> octets) {
  const std::size_t size = offset < octets_.size() ? std::min(octets.size(), octets_.size() - offset) : 0;
  std::ranges::copy(octets.first(size),
                    octets_.begin() + static_cast<std::ptrdiff_t>(std::min(offset, octets_.size())));
  return size;
}

void MemoryContent::cut(std::size_t size) {
  budget_.give_back(octets_.size() - size);
  octets_.resize(size);
  // A vector keeps its memory; what the budget does not count any more must not be held either.
  if (octets_.capacity() / 2 > size) octets_.shrink_to_fit();
}

FileInfo MemoryNode::info(bool is_root) const {
  FileInfo result;
  result.kind = directory ? FileKind::directory : FileKind::regular;
  result.access = {.read = true, .write = true, .enter = directory, .removable = !is_root};
  result.mode = mode;
  result.size = directory ? 0 : content->octets().size();
  result.modified = modified;
  result.created = created;
  result.device = device;
  result.inode = number;
  if (directory) {
    result.links = 2;
    for (const auto& [name, entry] : entries)
      if (entry->directory) ++result.links;
  }
  return result;
}

namespace {

// Never 0, which would mean that files cannot be told apart.
std::uint64_t random_device() {
  std::random_device random;
  return std::uint64_t{random()} << 32 | random() | 1;
}

}  // namespace

MemoryTree::MemoryTree(std::uint64_t capacity) : budget(capacity), device_(random_device()), root_(new_directory()) {}

std::shared_ptr<MemoryNode> MemoryTree::new_node() {
  auto node = std::make_shared<MemoryNode>();
  node->device = device_;
  node->number = ++last_number_;
  node->created = node->modified = memory_now();
  return node;
}

std::shared_ptr<MemoryNode> MemoryTree::new_file(std::shared_ptr<MemoryContent> content) {
  auto node = new_node();
  node->mode = 0644;
  node->content = std::move(content);
  return node;
}

std::shared_ptr<MemoryNode> MemoryTree::new_directory() {
  auto node = new_node();
  node->directory = true;
  node->mode = 0755;
  return node;
}

Result<std::shared_ptr<MemoryNode>> MemoryTree::find(const FtpPath& path) const {
  std::shared_ptr<MemoryNode> node = root_;
  std::string_view rest = std::string_view(path.text()).substr(1);
  while (!rest.empty()) {
    const std::string_view name = rest.substr(0, rest.find('/'));
    rest.remove_prefix(std::min(name.size() + 1, rest.size()));
    if (!node->directory) return std::unexpected(FsError(FsErrc::not_a_directory, path.text()));
    if (name.size() > longest_name) return std::unexpected(FsError(FsErrc::bad_name, path.text()));
    const auto entry = node->entries.find(name);
    if (entry == node->entries.end()) return std::unexpected(FsError(FsErrc::not_found, path.text()));
    node = entry->second;
  }
  return node;
}

Result<std::shared_ptr<MemoryNode>> MemoryTree::holder(const FtpPath& path) const {
  auto found = find(path.parent());
  if (!found) return found;
  if (!(*found)->directory) return std::unexpected(FsError(FsErrc::not_a_directory, path.text()));
  if (path.name().size() > longest_name) return std::unexpected(FsError(FsErrc::bad_name, path.text()));
  return found;
}

}  // namespace ferry
