// The easy way to a storage of your own: plain functions that may take their time, without coroutines.
//
// Implement BlockingFileSystem and hand out on_pool(it): every function then runs on a thread of the server's pool for
// blocking work, so a slow one holds up nobody but the user who waits for it. FileSystem itself (filesystem.hpp) is for
// storage that has something asynchronous underneath, or that answers at once.
//
// Lifetime: as FileSystem's. Sources and sinks are used, and destroyed, on the pool.
// Threads:  several at a time for one file system; one at a time for one source or sink.
// Failure:  return an FsError. An exception means a bug: it ends that session, never the server.
// All else, such as what each function means and which errors it gives, is as in filesystem.hpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <ferry/export.hpp>
#include <ferry/filesystem.hpp>

namespace FERRY_API ferry {

// An open file, read from front to back.
class BlockingSource {
 public:
  virtual ~BlockingSource() = default;
  // Octets from the restart point to the end, when the file was opened.
  virtual std::uint64_t remaining() const = 0;
  // 0 at the end of the file.
  virtual Result<std::size_t> read(std::span<std::byte> buffer) = 0;
};

// A file being stored; see Sink for what must not be visible before commit().
class BlockingSink {
 public:
  virtual ~BlockingSink() = default;
  virtual const FtpPath& path() const = 0;
  virtual Result<void> start() { return {}; }
  virtual Result<void> write(std::span<const std::byte> octets) = 0;
  virtual Result<void> commit() = 0;
  virtual std::uint64_t offset() const { return 0; }
  // nullptr where the upload cannot be read before the commit.
  virtual Result<std::unique_ptr<BlockingSource>> preview() { return nullptr; }
  virtual void keep_part() {}
};

struct BlockingEntry {
  std::string name;
  FileInfo info;
};

class BlockingFileSystem {
 public:
  virtual ~BlockingFileSystem() = default;

  virtual Result<FileInfo> stat(const FtpPath& path) = 0;
  // All entries of a directory.
  virtual Result<std::vector<BlockingEntry>> list(const FtpPath& path, Detail detail) = 0;
  virtual Result<std::unique_ptr<BlockingSource>> open_read(const FtpPath& path, std::uint64_t offset) = 0;
  virtual Result<std::unique_ptr<BlockingSink>> open_write(const FtpPath& path, const StoreRequest& request) = 0;
  virtual Result<void> make_directory(const FtpPath& path) = 0;
  virtual Result<void> remove_directory(const FtpPath& path) = 0;
  virtual Result<void> remove_file(const FtpPath& path) = 0;
  virtual Result<void> rename(const FtpPath& from, const FtpPath& to, bool may_replace) = 0;

  // Optional abilities. These say which of the functions below them are there; the answers never change.
  virtual bool sets_modes() const { return false; }
  virtual bool sets_times() const { return false; }
  virtual bool tells_space() const { return false; }
  virtual bool sets_created() const { return false; }
  virtual bool sets_owners() const { return false; }
  virtual bool makes_links() const { return false; }
  virtual bool reads_attributes() const { return false; }
  virtual Result<void> set_mode(const FtpPath& path, std::uint32_t mode);
  virtual Result<void> set_modified(const FtpPath& path, FileTime time);
  virtual Result<std::uint64_t> available(const FtpPath& path);
  virtual Result<void> set_created(const FtpPath& path, FileTime time);
  virtual Result<void> set_owner(const FtpPath& path, const std::optional<std::string>& owner,
                                 const std::optional<std::string>& group);
  virtual Result<void> make_link(const FtpPath& path, const FtpPath& target);
  virtual Result<FileAttributes> attributes(const FtpPath& path);
};

std::shared_ptr<FileSystem> on_pool(std::shared_ptr<BlockingFileSystem> files);

}  // namespace ferry
