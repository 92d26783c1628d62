// Digests that have been computed before, so that asking again for the same part of an unchanged file costs nothing.
//
// A file is known by what the storage says of it: device, inode, size, and the times of its last modification and last
// change; the latter no user can set. Thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <tuple>
#include <utility>

#include <ferry/digests.hpp>
#include <ferry/filesystem.hpp>

namespace ferry {

// `octets` octets from `first` on, of the file that `info` tells about.
struct DigestKey {
  DigestKind kind;
  std::uint64_t device, inode, size;
  FileTime modified, changed;
  std::uint64_t first, octets;

  // nullopt where the storage cannot tell one file, or one state of it, from another.
  static std::optional<DigestKey> of(const FileInfo& info, DigestKind kind, std::uint64_t first, std::uint64_t octets);
  friend auto operator<=>(const DigestKey&, const DigestKey&) = default;
};

class DigestCache {
 public:
  explicit DigestCache(std::size_t most) : most_(most) {}

  // Inodes tell files apart within one storage only, so each has its own entries; those of one that is gone are not
  // found again.
  std::optional<std::string> find(const std::shared_ptr<FileSystem>& files, const DigestKey& key);
  // The one that was not used for the longest time makes room.
  void keep(const std::shared_ptr<FileSystem>& files, const DigestKey& key, std::string digest);

 private:
  using FullKey = std::pair<const FileSystem*, DigestKey>;
  struct Entry {
    FullKey key;
    std::weak_ptr<FileSystem> files;
    std::string digest;
  };

  const std::size_t most_;
  std::mutex mutex_;
  std::list<Entry> entries_;  // the last used one first
  std::map<FullKey, std::list<Entry>::iterator> places_;
};

}  // namespace ferry
