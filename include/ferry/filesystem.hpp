// Implement FileSystem to show FTP users something other than a local disk.
//
// Lifetime: an Authenticator hands one out with each login (Account::files); it lives at least as long as that login
//           and every transfer that the login started. One object may serve many logins if it is thread-safe.
// Threads:  calls for one login come from its session's event loop; while a transfer runs, a second call (STAT, SIZE)
//           may start before the first has finished. Work that may block goes through run_blocking (task.hpp).
// Paths:    an FtpPath is absolute, normalised and cannot name anything above "/"; do not check again.
// Failure:  return an FsError. An exception means a bug: it ends that session, never the server.
// Links:    symbolic links, where the storage has them, are followed; one that leads nowhere or out of the tree is
//           `not_found`, except for remove_file and rename, which act on the link itself.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>

#include <ferry/error.hpp>
#include <ferry/export.hpp>
#include <ferry/path.hpp>
#include <ferry/task.hpp>
#include <ferry/uploads.hpp>

namespace FERRY_API ferry {

// UTC, as far as the storage knows it.
using FileTime = std::chrono::sys_time<std::chrono::nanoseconds>;

enum class FileKind : std::uint8_t {
  regular,
  directory,
  broken_link,  // a symbolic link that leads nowhere, or out of the tree
  special,      // FIFO, socket, device: listed, never opened
};

// What the storage itself would let this login do with the entry; the user's Permissions come on top.
struct Access {
  bool read = true;       // retrieve a file, list a directory
  bool write = true;      // change a file, make and delete entries in a directory
  bool enter = true;      // directories only
  bool removable = true;  // the directory that holds the entry lets it be deleted and renamed
};

struct FileInfo {
  FileKind kind = FileKind::regular;
  Access access;
  std::uint32_t mode = 0644;  // permission bits as in POSIX, without the file type
  std::uint32_t links = 1;
  std::uint64_t size = 0;  // octets
  FileTime modified{};
  std::optional<FileTime> created;  // where the storage knows it
  std::optional<FileTime> changed;  // the last change of content or facts, which no user can set (ctime of POSIX)
  std::uint64_t device = 0;         // (device, inode) is the same for every name of one file, and for no other file;
  std::uint64_t inode = 0;          // both 0 where the storage cannot tell
  std::string_view owner = "ftp";   // valid as long as the FileSystem
  std::string_view group = "ftp";
  std::optional<std::uint32_t> owner_id;  // their numbers, where the storage has such
  std::optional<std::uint32_t> group_id;
  bool link = false;  // the name is a symbolic link; all else is about what it leads to. Only in listings
};

struct DirectoryEntry {
  std::string_view name;  // one component, any octets but "/" and NUL
  FileInfo info;          // with Detail::names, only the kind is filled in
};

// An open file of the operating system that a Source or Sink stands for, so that the kernel can move the octets
// itself (sendfile, splice).
struct NativeFile {
  int descriptor = -1;       // owned by the Source or Sink
  std::uint64_t offset = 0;  // where the transfer begins
  bool may_block = false;    // the storage behind it may take long: use it on the pool only
};

// An open file, read from front to back.
class Source {
 public:
  virtual ~Source() = default;
  // Octets from the restart point to the end, when the file was opened.
  virtual std::uint64_t remaining() const = 0;
  // Fills `buffer` from the front; fewer octets than asked are fine, 0 is the end of the file.
  virtual Task<Result<std::size_t>> read(std::span<std::byte> buffer) = 0;
  virtual std::optional<NativeFile> native() { return std::nullopt; }
};

// A file being stored. Nothing that exists is changed before start(); nothing new is under its name before commit()
// (StoreMode::create), so a Sink destroyed without commit() leaves what was there before. With append and resume the
// octets written so far stay: that is what makes a later resume possible.
class Sink {
 public:
  virtual ~Sink() = default;
  // Called once, when the data connection is ready. `busy` where another upload writes into the same old file.
  virtual Task<Result<void>> start() = 0;
  virtual Task<Result<void>> write(std::span<const std::byte> octets) = 0;
  // The upload is complete: on return the file is in place under its name.
  virtual Task<Result<void>> commit() = 0;
  // The path that the file will have, in the tree of the FileSystem that opened it (STOU chooses the name).
  virtual const FtpPath& path() const = 0;
  // Where in the file the upload begins; final after start(), as the end of a file may move (APPE).
  virtual std::uint64_t offset() const { return 0; }
  // The whole file as commit() would publish it, to be read between the last write() and commit(): nullptr where the
  // storage cannot show it.
  virtual Task<Result<std::unique_ptr<Source>>> preview() { co_return nullptr; }
  // Instead of commit(): the upload broke off, and UploadPolicy::keep_partial asks to keep what arrived under its name,
  // if that is free. Storage without such parts does nothing.
  virtual Task<void> keep_part() { co_return; }
  // Usable between start() and commit().
  virtual std::optional<NativeFile> native() { return std::nullopt; }
};

enum class StoreMode : std::uint8_t {
  create,  // STOR: a new file, or a new content for an old one
  unique,  // STOU: a new file in the directory `path`, under a name that the storage chooses
  append,  // APPE: at the end of an old file, or a new file
  resume,  // REST + STOR: writes from `offset` on, cutting off what stood behind
  patch,   // RANG + STOR: writes from `offset` on, leaving what stands behind
};

struct StoreRequest {
  StoreMode mode = StoreMode::create;
  std::uint64_t offset = 0;  // octets; for resume and patch, at most the size of the file (else bad_offset)
  bool may_replace = true;   // false: an existing file is refused with `exists`
  // Permission bits of a new file, at most 0777; none: the storage's own choice.
  std::optional<std::uint32_t> permission_bits = {};
  UploadPolicy policy{};  // as far as the storage can
};

enum class Detail : std::uint8_t {
  names,  // names and kinds are enough (NLST)
  full,
};

// The entries of one directory, without "." and "..", in the storage's own order.
class DirectoryReader {
 public:
  virtual ~DirectoryReader() = default;
  // The next entries, as many as come cheaply at once; none at the end. Valid until the next call.
  virtual Task<Result<std::span<const DirectoryEntry>>> next() = 0;
};

// Optional abilities: a storage that has one returns itself (or a part) from the function of that name below.

class ModeSetter {
 public:
  virtual ~ModeSetter() = default;
  // `mode`: permission bits, at most 0777.
  virtual Task<Result<void>> set_mode(const FtpPath& path, std::uint32_t mode) = 0;
};

class TimeSetter {
 public:
  virtual ~TimeSetter() = default;
  virtual Task<Result<void>> set_modified(const FtpPath& path, FileTime time) = 0;
  // Whether the time of creation can be set too; on Linux it cannot.
  virtual bool sets_created() const { return false; }
  virtual Task<Result<void>> set_created(const FtpPath& path, FileTime time);
};

class OwnerSetter {
 public:
  virtual ~OwnerSetter() = default;
  // Names, or numbers in decimal; an unknown one is `bad_name`. What is not given stays.
  virtual Task<Result<void>> set_owner(const FtpPath& path, const std::optional<std::string>& owner,
                                       const std::optional<std::string>& group) = 0;
};

class LinkMaker {
 public:
  virtual ~LinkMaker() = default;
  // A symbolic link at `path`, which must not exist, to `target`, which need not. It leads there wherever the root of
  // this tree is.
  virtual Task<Result<void>> make_link(const FtpPath& path, const FtpPath& target) = 0;
};

class SpaceTeller {
 public:
  virtual ~SpaceTeller() = default;
  // Octets that this user could still store below `path`.
  virtual Task<Result<std::uint64_t>> available(const FtpPath& path) = 0;
};

// What is seldom asked for, and dearer to find out than a FileInfo.
struct FileAttributes {
  std::string media_type;              // RFC 6838, as the file's own attributes have it; empty: they do not say
  bool link = false;                   // the name is a symbolic link
  std::optional<FtpPath> link_target;  // where it leads when all links are followed, if that has a name in this tree
};

class AttributeReader {
 public:
  virtual ~AttributeReader() = default;
  virtual Task<Result<FileAttributes>> attributes(const FtpPath& path) = 0;
};

class FileSystem {
 public:
  virtual ~FileSystem() = default;

  // Facts about one entry.
  virtual Task<Result<FileInfo>> stat(const FtpPath& path) = 0;

  // Opens a directory for reading.
  virtual Task<Result<std::unique_ptr<DirectoryReader>>> list(const FtpPath& path, Detail detail) = 0;

  // Opens a regular file for RETR at `offset`, the restart point set by REST (RFC 3659 §5). An offset past the end is
  // `bad_offset`, never an empty stream: the user would take that for a finished file.
  virtual Task<Result<std::unique_ptr<Source>>> open_read(const FtpPath& path, std::uint64_t offset) = 0;

  // Checks that the file can be stored and prepares for it, changing nothing yet (see Sink).
  virtual Task<Result<std::unique_ptr<Sink>>> open_write(const FtpPath& path, const StoreRequest& request) = 0;

  virtual Task<Result<void>> make_directory(const FtpPath& path) = 0;
  // The directory must be empty; the root is never removed.
  virtual Task<Result<void>> remove_directory(const FtpPath& path) = 0;
  virtual Task<Result<void>> remove_file(const FtpPath& path) = 0;
  // Renames a file or a directory. Over an existing file only with `may_replace` (else `exists`), never over a
  // directory.
  virtual Task<Result<void>> rename(const FtpPath& from, const FtpPath& to, bool may_replace) = 0;

  virtual ModeSetter* mode_setter() { return nullptr; }
  virtual TimeSetter* time_setter() { return nullptr; }
  virtual SpaceTeller* space_teller() { return nullptr; }
  virtual OwnerSetter* owner_setter() { return nullptr; }
  virtual LinkMaker* link_maker() { return nullptr; }
  virtual AttributeReader* attribute_reader() { return nullptr; }
};

// The part of the local disk below `directory`, which must exist (else `not_found`, `not_a_directory` or
// `not_permitted`). Nothing outside of it can be reached, whatever symbolic links are in it and whoever moves them
// meanwhile; links within it work. Only regular files and directories are opened. Thread-safe: share one object between
// the logins of one home. A directory that takes part in a mount of a slow file system (FUSE, NFS, SMB) is used on the
// pool.
Result<std::shared_ptr<FileSystem>> local_directory(const std::string& directory);

// Removes what uploads left below `directory` when the process that served it was killed (only where the file system
// has no nameless files, or in the moment of replacing an old file), and returns how many files that were. What a live
// process is still writing stays. Goes through the whole tree: run it beside the server, not before; `stop` ends it
// early.
std::size_t remove_left_overs(const std::string& directory, const std::stop_token& stop = {});

// A tree in memory, empty at first, for tests and for devices without a disk. Thread-safe: logins may share one. It
// never holds more than `capacity` octets of file content (`no_space` beyond).
std::shared_ptr<FileSystem> memory_file_system(std::uint64_t capacity = 1ull << 30);

}  // namespace ferry
