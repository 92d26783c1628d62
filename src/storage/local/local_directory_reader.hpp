// The entries of a directory of the local disk.
//
// Listings of large directories are the dearest thing that a user may ask of storage, so this is built for the cost of
// an entry: the kernel's own buffer (getdents64) is read in place, names are views into it, nothing is allocated for an
// entry, and one statx gives all facts. A call to next() stays below a millisecond, so that others get their turn.
#pragma once

#include <memory>
#include <vector>

#include <ferry/filesystem.hpp>

#include "storage/local/local_tree.hpp"

namespace ferry {

class LocalDirectoryReader final : public DirectoryReader {
 public:
  LocalDirectoryReader(LocalTree& tree, FtpPath path, Descriptor directory, Detail detail, bool read_only,
                       const Holder& holder);

  Task<Result<std::span<const DirectoryEntry>>> next() override;

 private:
  struct Owners {
    uid_t user;
    gid_t group;
    friend bool operator==(const Owners&, const Owners&) = default;
  };
  struct Stranger {
    std::size_t entry;  // in entries_
    Owners owners;
  };

  Result<void> fill();
  // `name` ends with a NUL; `type` as getdents64 gives it.
  void add(const char* name, unsigned char type);
  void add_name(std::string_view name, unsigned char type);
  void add_full(std::string_view name, unsigned char type);
  bool statx_behind_link(std::string_view name, struct statx& facts) const;
  void name_strangers();

  LocalTree& tree_;
  const FtpPath path_;
  const Descriptor directory_;
  const Detail detail_;
  const bool read_only_;
  const bool may_block_;
  const Holder holder_;

  std::unique_ptr<std::byte[]> buffer_;
  std::size_t used_ = 0;  // octets in the buffer
  std::size_t next_ = 0;  // the first octet that has not been looked at

  std::vector<DirectoryEntry> entries_;
  std::vector<Stranger> strangers_;  // entries whose owners have to be looked up
  Owners last_owners_{};             // whose names are in last_
  FileInfo last_;
  bool last_known_ = false;
};

// May block.
Result<std::unique_ptr<DirectoryReader>> open_directory(LocalTree& tree, const FtpPath& path, Detail detail);

}  // namespace ferry
