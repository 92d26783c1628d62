#include "session/digest_cache.hpp"

namespace ferry {

std::optional<DigestKey> DigestKey::of(const FileInfo& info, DigestKind kind, std::uint64_t first,
                                       std::uint64_t octets) {
  if (!info.changed || (info.device == 0 && info.inode == 0)) return std::nullopt;
  return DigestKey{.kind = kind,
                   .device = info.device,
                   .inode = info.inode,
                   .size = info.size,
                   .modified = info.modified,
                   .changed = *info.changed,
                   .first = first,
                   .octets = octets};
}

std::optional<std::string> DigestCache::find(const std::shared_ptr<FileSystem>& files, const DigestKey& key) {
  const std::lock_guard lock(mutex_);
  const auto place = places_.find({files.get(), key});
  if (place == places_.end()) return std::nullopt;
  // Another storage at the address of one that is gone is not the same storage.
  if (place->second->files.lock() != files) {
    entries_.erase(place->second);
    places_.erase(place);
    return std::nullopt;
  }
  entries_.splice(entries_.begin(), entries_, place->second);
  return place->second->digest;
}

void DigestCache::keep(const std::shared_ptr<FileSystem>& files, const DigestKey& key, std::string digest) {
  const std::lock_guard lock(mutex_);
  const FullKey full(files.get(), key);
  if (const auto old = places_.find(full); old != places_.end()) {
    entries_.erase(old->second);
    places_.erase(old);
  }
  entries_.push_front({full, files, std::move(digest)});
  places_.emplace(full, entries_.begin());
  if (entries_.size() <= most_) return;
  places_.erase(entries_.back().key);
  entries_.pop_back();
}

}  // namespace ferry
